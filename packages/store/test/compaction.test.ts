import { auditID } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { createMemoryStore, readStore, verifyStore } from "../src/index.js";
import type { StorePlace } from "../src/index.js";
import type { ObjectStore } from "@kaudit/schema";
import { openWriter, sourced } from "./given-events.js";
import { all } from "./temporary-folder.js";

/** A store that counts how often it is asked. */
function counting(objects: ObjectStore): ObjectStore & { gets: number } {
  const counted = {
    ...objects,
    gets: 0,
    get(key: string) {
      counted.gets++;
      return objects.get(key);
    },
  };
  return counted;
}

const placeOf = (objects: ObjectStore): StorePlace => ({ objects, address: "memory", folder: null });

/** A commit a minute, with two events each, for so many minutes of one day or several. */
async function aCommitAMinute(place: StorePlace, minutes: number, day = 1): Promise<void> {
  let at = Date.parse(`2026-10-0${day}T00:00:00Z`);
  const writer = await openWriter(place, { now: () => new Date(at) });
  for (let minute = 0; minute < minutes; minute++, at += 60_000) {
    for (const number of [0, 1]) {
      const requestReceivedTimestamp = new Date(at + number).toISOString().replace("Z", "000Z");
      await writer.add(sourced({ auditID: auditID(minute * 2 + number), requestReceivedTimestamp }), "prod");
    }
    writer.setState("position", minute);
    await writer.commit();
    if (minute % 64 === 63) await writer.compact();
  }
  await writer.compact();
  await writer.close();
}

describe("a commit a minute", () => {
  test("leaves few objects, from which every segment can still be verified", async () => {
    const place = placeOf(createMemoryStore());
    await aCommitAMinute(place, 400);
    const events = await all(readStore(place.objects));
    expect(events).toHaveLength(800);
    expect(new Set(events.map(({ event }) => event.auditID)).size).toBe(800);
    const { problems, objects } = await verifyStore(place.objects);
    expect(problems).toEqual([]);
    expect(objects).toBeLessThan(60);
    // What the joined objects stand for is removed once nobody can be reading it any more.
    const stored = await all(place.objects.list("segments/"));
    expect(stored.length).toBeLessThan(120);
  });

  test("is opened with a few reads, however many commits there are", async () => {
    const objects = counting(createMemoryStore());
    await aCommitAMinute(placeOf(objects), 700);
    objects.gets = 0;
    const writer = await openWriter(placeOf(objects));
    expect(objects.gets).toBeLessThan(64 + 8);
    expect(writer.head.seq).toBeGreaterThan(700);
    await writer.close();
    expect(await all(objects.list("snapshots/"))).toHaveLength(2);
  });

  test("a day that is over is joined whole", async () => {
    const place = placeOf(createMemoryStore());
    await aCommitAMinute(place, 10, 1);
    await aCommitAMinute(place, 3, 5);
    const keys = (await all(readStore(place.objects))).length;
    expect(keys).toBe(26);
    const { objects, problems } = await verifyStore(place.objects);
    expect(problems).toEqual([]);
    expect(objects).toBe(4);
  });

  test("a joined object whose parts were changed is found", async () => {
    const inner = createMemoryStore();
    await aCommitAMinute(placeOf(inner), 64);
    const [joined] = (await verifyStore(inner)).problems;
    expect(joined).toBeUndefined();
    for await (const { key, bytes } of inner.list("segments/")) {
      const content = (await inner.get(key)) ?? new Uint8Array();
      const isJoined = Buffer.from(content).indexOf(Buffer.from([0x1f, 0x8b, 0x08]), 10) > 0;
      if (!isJoined) continue;
      const changed = Buffer.from(content);
      changed[bytes - 20] = (changed[bytes - 20] ?? 0) ^ 1;
      await inner.delete(key);
      await inner.putIfAbsent(key, changed);
      expect((await verifyStore(inner)).problems).toMatchObject([{ code: "segment-changed", key }]);
      return;
    }
    expect.unreachable("nothing was joined");
  });
});
