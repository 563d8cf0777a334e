import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { auditID, installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { createMemoryStore, readStore, storePlace, verifyStore } from "../src/index.js";
import type { StorePlace } from "../src/index.js";
import { events, openWriter, sourced, storeWith } from "./given-events.js";
import { all, temporaryFolder } from "./temporary-folder.js";

installErrorMatchers();

const inMemory = (): StorePlace => ({ objects: createMemoryStore(), address: "memory", folder: null });
const idsIn = async (place: StorePlace): Promise<string[]> =>
  (await all(readStore(place.objects))).map(({ event }) => event.auditID);

describe("an event", () => {
  test("comes back as it was given, with its provenance and the name of its cluster", async () => {
    const place = inMemory();
    const [given = sourced()] = events(1);
    await storeWith(place, [[given]]);
    const [back] = await all(readStore(place.objects));
    expect(back?.event).toEqual(given.event);
    expect(back?.provenance).toEqual({ ...given.provenance, cluster: "prod", clusterBasis: "option" });
  });

  test("abuse case 38: is stored once, whatever it came by: in one commit, in the next, after a restart", async () => {
    const place = inMemory();
    const [a = sourced(), b = sourced()] = events(2);
    const again = { ...a, provenance: { ...a.provenance, file: "webhook", envelope: "event-list", byteOffset: 7 } };
    await storeWith(place, [
      [a, again],
      [again, b],
    ]);
    await storeWith(place, [[again, b, a]]);
    expect(await idsIn(place)).toEqual([a.event.auditID, b.event.auditID]);
    const { totals } = await verifyStore(place.objects);
    expect(totals).toMatchObject({ events: 2, duplicates: 5, conflicts: 0 });
  });

  test("abuse case 3: of the same key and other content is kept beside the first, and counted", async () => {
    const place = inMemory();
    const told = sourced({ auditID: auditID(1), userAgent: "kubectl" });
    const forged = sourced({ auditID: auditID(1), userAgent: "a client that chose the id" });
    await storeWith(place, [[told], [forged, forged]]);
    await storeWith(place, [[told, forged]]);
    expect((await all(readStore(place.objects))).map(({ event }) => event.userAgent)).toEqual([
      told.event.userAgent,
      forged.event.userAgent,
    ]);
    expect((await verifyStore(place.objects)).totals).toMatchObject({ events: 2, duplicates: 3, conflicts: 1 });
  });

  test("of the same id is another one in another cluster, of another server, or at another time", async () => {
    const place = inMemory();
    const first = sourced({ auditID: auditID(1) });
    await storeWith(place, [
      [
        first,
        sourced({ auditID: auditID(1) }, { cluster: "other", clusterBasis: "envelope" }),
        sourced({ auditID: auditID(1) }, { instance: "m2" }),
        sourced({ auditID: auditID(1), stage: "RequestReceived" }),
        sourced({ auditID: auditID(1), requestReceivedTimestamp: "2026-11-22T12:18:24.000000Z" }),
      ],
    ]);
    expect((await verifyStore(place.objects)).totals).toMatchObject({ events: 5, duplicates: 0, conflicts: 0 });
  });

  test.each(["", "not a uuid", "a\u0000b\u001b[2J", "x".repeat(10_240), "\ud800"])(
    "abuse case 4: with a hostile id is kept as text: %j",
    async (id) => {
      const place = inMemory();
      await storeWith(place, [[sourced({ auditID: id })]]);
      await storeWith(place, [[sourced({ auditID: id })]]);
      const ids = await idsIn(place);
      expect(ids).toEqual([id.replaceAll("\ud800", "\ufffd")]);
    },
  );

  test("is known again when the index of keys is gone", async () => {
    const folder = temporaryFolder();
    const place = storePlace(folder);
    await storeWith(place, [events(5)]);
    expect(readdirSync(join(folder, "index"))).toHaveLength(1);
    rmSync(join(folder, "index"), { recursive: true });
    await storeWith(place, [events(7)]);
    expect(await idsIn(place)).toHaveLength(7);
    for (const name of readdirSync(join(folder, "index"))) writeFileSync(join(folder, "index", name), "damaged");
    await storeWith(place, [events(8)]);
    expect(await idsIn(place)).toHaveLength(8);
  });

  test("is known again among many: the table grows", async () => {
    const place = storePlace(temporaryFolder());
    await storeWith(place, [events(6000), events(6000, 4001)]);
    expect((await verifyStore(place.objects)).totals).toMatchObject({ events: 10_000, duplicates: 2000 });
  });
});

describe("a writer", () => {
  test("finds another one at work and says so", async () => {
    const place = storePlace(temporaryFolder());
    const first = await openWriter(place);
    await expect(openWriter(place)).toRejectWithCode("KAUDIT_STORE_BUSY");
    await first.close();
    const second = await openWriter(place);
    await second.close();
  });

  test("that commits after another is told so, and leaves nothing", async () => {
    // Without a folder there is no lock: the commits themselves decide.
    const place = inMemory();
    const [one, other] = [await openWriter(place), await openWriter(place)];
    const [a = sourced(), b = sourced()] = events(2);
    await one.add(a, "prod");
    await other.add(b, "prod");
    await one.commit();
    await expect(other.commit()).toRejectWithCode("KAUDIT_STORE_BUSY");
    await expect(other.add(b, "prod")).toRejectWithCode("KAUDIT_STORE_CLOSED");
    await one.close();
    expect(await idsIn(place)).toEqual([a.event.auditID]);
    expect((await verifyStore(place.objects)).problems).toEqual([]);
  });

  test("takes over from one that was killed, tells so, and removes what it left", async () => {
    const folder = temporaryFolder();
    const place = storePlace(folder);
    await storeWith(place, [events(2)]);
    const dead = { host: hostname(), boot: "an earlier start", pid: 1, began: "1", token: "t" };
    writeFileSync(join(folder, "writer.lock"), JSON.stringify({ ...dead, host: hostname(), pid: 0 }));
    const left = `segments/cluster=prod/day=2026-11-22/${"0".repeat(64)}.jsonl.gz`;
    await place.objects.putIfAbsent(left, Buffer.from("left"));
    expect((await verifyStore(place.objects)).problems).toMatchObject([{ code: "segment-unknown", key: left }]);
    await storeWith(place, [events(1, 10)]);
    expect((await verifyStore(place.objects)).problems).toEqual([]);
    expect(await idsIn(place)).toHaveLength(3);
    expect(existsSync(join(folder, "writer.lock"))).toBe(false);
    const kinds = (await all(place.objects.list("commits/"))).length;
    expect(kinds).toBe(3);
  });

  test("keeps nothing of what was not committed", async () => {
    const place = inMemory();
    const writer = await openWriter(place);
    for (const one of events(3)) await writer.add(one, "prod");
    await writer.close();
    await expect(all(readStore(place.objects))).resolves.toEqual([]);
  });

  test("is refused other choices than the store was made with", async () => {
    const place = inMemory();
    await storeWith(place, [events(1)], { keep: "evidence" });
    await expect(openWriter(place, { keep: "all" })).toRejectWithCode("KAUDIT_STORE_FORMAT");
    await expect(openWriter(place, { redact: true })).toRejectWithCode("KAUDIT_STORE_FORMAT");
    await storeWith(place, [events(1, 2)]);
  });

  test("puts an event of any day and cluster where no name can lead out of the store", async () => {
    const place = inMemory();
    const hostile = ["../../etc", "a/b", "\u0000", "", "-", "é".repeat(300), "x".repeat(500)];
    await storeWith(
      place,
      hostile.map((cluster, at) => [sourced({ auditID: auditID(at) }, { cluster, clusterBasis: "envelope" })]),
    );
    const keys = (await all(place.objects.list("segments/"))).map(({ key }) => key);
    expect(keys).toHaveLength(hostile.length);
    for (const key of keys)
      expect(key).toMatch(/^segments\/cluster=[A-Za-z0-9._%~-]{1,200}\/day=[^/]+\/[0-9a-f]{64}\.jsonl\.gz$/);
    expect(await idsIn(place)).toHaveLength(hostile.length);
  });

  test("holds at most so many clusters and days for a commit", async () => {
    const writer = await openWriter(inMemory());
    for (let day = 1; day <= 31; day++) {
      const requestReceivedTimestamp = `2026-10-${String(day).padStart(2, "0")}T00:00:00.000000Z`;
      for (const cluster of ["a", "b"])
        await writer.add(sourced({ requestReceivedTimestamp }, { cluster, clusterBasis: "envelope" }), "");
    }
    expect(writer.pending.isFull).toBe(true);
    await writer.commit();
    expect(writer.pending).toMatchObject({ records: 0, isFull: false });
    await writer.close();
  });
});
