import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditID, installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { holdKey, purge, readStore, storePlace, storeStatus, verifyStore } from "../src/index.js";
import type { Hold, StorePlace } from "../src/index.js";
import { openWriter, sourced, storeWith } from "./given-events.js";
import { all, temporaryFolder } from "./temporary-folder.js";

installErrorMatchers();

const days = ["2025-01-01", "2025-01-02", "2026-11-21", "2026-11-22"];
const onDay = (day: string, number: number, cluster = "prod") =>
  sourced(
    { auditID: auditID(number), requestReceivedTimestamp: `${day}T10:00:00.000000Z` },
    { cluster, clusterBasis: "option" },
  );

async function storeOfFourDays(): Promise<StorePlace> {
  const place = storePlace(join(temporaryFolder(), "store"));
  await storeWith(place, [days.flatMap((day, at) => [onDay(day, at), onDay(day, at, "dev")])]);
  return place;
}

async function hold(place: StorePlace, held: Hold): Promise<void> {
  const writer = await openWriter(place);
  writer.setState(holdKey(held.name), held);
  await writer.commit();
  await writer.close();
}

async function purgeBefore(place: StorePlace, before: string, dryRun = false) {
  const writer = await openWriter(place);
  try {
    return await purge(writer, place.objects, { before, dryRun });
  } finally {
    await writer.close();
  }
}

describe("purge", () => {
  test("removes the segments of old days, keeps the commits, and tells whoever reads", async () => {
    const place = await storeOfFourDays();
    expect(await purgeBefore(place, "2026-01-01", true)).toMatchObject({ objects: 4, events: 4, held: [] });
    expect(await all(readStore(place.objects))).toHaveLength(8);
    expect(await purgeBefore(place, "2026-01-01")).toMatchObject({ objects: 4, events: 4, held: [] });
    const reading = readStore(place.objects);
    expect((await all(reading)).map(({ event }) => event.requestReceivedTimestamp?.slice(0, 10)).toSorted()).toEqual([
      "2026-11-21",
      "2026-11-21",
      "2026-11-22",
      "2026-11-22",
    ]);
    expect((await reading.account).skipped).toMatchObject([
      { reason: "purged on 2026-11-23: 4 events of days before 2026-01-01, in 4 objects" },
    ]);
    const verified = await verifyStore(place.objects);
    expect(verified.problems).toEqual([]);
    expect(verified.purges).toMatchObject([{ before: "2026-01-01", segments: 4, events: 4 }]);
    expect((await storeStatus(place)).totals.events).toBe(8);
    const [first] = await all(place.objects.list("commits/"));
    const commit = JSON.parse(readFileSync(join(place.folder ?? "", first?.key ?? ""), "utf8")) as {
      segments: unknown[];
    };
    expect(commit.segments).toHaveLength(8);
  });

  test("does not take purged events in again", async () => {
    const place = await storeOfFourDays();
    await purgeBefore(place, "2026-01-01");
    await storeWith(place, [days.map((day, at) => onDay(day, at))]);
    expect(await all(readStore(place.objects))).toHaveLength(4);
    expect((await storeStatus(place)).totals).toMatchObject({ expired: 2, duplicates: 2 });
  });

  test("leaves what a hold names, until it is released", async () => {
    const place = await storeOfFourDays();
    const matter = { name: "case-7", reason: "litigation", from: "2025-01-02", to: "2025-01-31", cluster: "prod" };
    await hold(place, matter);
    expect(await purgeBefore(place, "2026-01-01")).toMatchObject({
      objects: 3,
      held: [{ hold: "case-7", reason: "litigation", objects: 1, events: 1 }],
    });
    expect(await all(readStore(place.objects))).toHaveLength(5);
    expect((await storeStatus(place)).holds).toEqual([matter]);
    const writer = await openWriter(place);
    writer.setState(holdKey("case-7"), undefined);
    await writer.commit();
    await writer.close();
    expect(await purgeBefore(place, "2026-01-01")).toMatchObject({ objects: 1, held: [] });
    expect((await verifyStore(place.objects)).problems).toEqual([]);
  });

  test("a segment that was removed by hand is not taken for a purged one", async () => {
    const place = await storeOfFourDays();
    await purgeBefore(place, "2026-01-01");
    const [object] = await all(place.objects.list("segments/"));
    await place.objects.delete(object?.key ?? "");
    expect((await verifyStore(place.objects)).problems).toMatchObject([{ code: "segment-missing", key: object?.key }]);
  });

  test("wants a day", async () => {
    const place = await storeOfFourDays();
    await expect(purgeBefore(place, "400d")).toRejectWithCode("KAUDIT_STORE_OPTION_INVALID");
  });
});
