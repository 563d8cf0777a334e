import { fileURLToPath } from "node:url";
import { auditEvent, auditID, installErrorMatchers, instant } from "@kaudit/testkit";
import type { SourcedEvent } from "@kaudit/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeByTime, readEvents } from "../src/index.js";
import type { MergedEvent, MergedReading, MergeOptions } from "../src/index.js";

installErrorMatchers();

let made = 0;

/** An event at so many milliseconds, written by an API server. */
function at(milliseconds: number | null, instance = "m1", fields: Partial<SourcedEvent["event"]> = {}): SourcedEvent {
  const stageTimestamp = milliseconds === null ? null : instant(milliseconds / 1000);
  const event = auditEvent({ auditID: auditID(++made), stageTimestamp, requestReceivedTimestamp: null, ...fields });
  const provenance = {
    file: "audit.log",
    byteOffset: made,
    envelope: "json-lines",
    instance,
    instanceBasis: "directory" as const,
    contentSha256: String(made),
  };
  return { event, provenance };
}

async function* reading(events: readonly SourcedEvent[]): AsyncGenerator<SourcedEvent> {
  for (const event of events) yield event;
}

async function all(merged: MergedReading): Promise<readonly MergedEvent[]> {
  const events: MergedEvent[] = [];
  for await (const event of merged) events.push(event);
  return events;
}

const merge = (readings: readonly (readonly SourcedEvent[])[], options?: MergeOptions): MergedReading =>
  mergeByTime(readings.map(reading), options);

const places = (events: readonly SourcedEvent[]): readonly number[] =>
  events.map(({ provenance }) => provenance.byteOffset);

describe("mergeByTime", () => {
  test("puts several logs in the order of time", async () => {
    const [a, b, c, d, e] = [at(1), at(2, "m2"), at(3), at(4, "m3"), at(5, "m2")];
    const merged = merge([[a, c], [b, e], [d]]);
    expect(await all(merged)).toEqual([a, b, c, d, e]);
    expect(merged.counts).toEqual({ events: 5, late: 0, forced: 0, untimed: 0, peakHeld: 5 });
  });

  test("orders what has the same time by API server, audit id, stage, file and place", async () => {
    const same = { auditID: auditID(7) };
    const started = at(1, "m1", { ...same, stage: "ResponseStarted" });
    const complete = at(1, "m1", { ...same, stage: "ResponseComplete" });
    const other = at(1, "m1", { auditID: auditID(8), stage: "RequestReceived" });
    const twice = { ...other, provenance: { ...other.provenance, byteOffset: other.provenance.byteOffset + 1 } };
    const elsewhere = { ...other, provenance: { ...other.provenance, file: "audit.log.1", byteOffset: 0 } };
    const server = at(1, "m2", { auditID: auditID(1) });
    const expected = [started, complete, other, twice, elsewhere, server];
    for (const shuffled of [expected, expected.toReversed()]) {
      expect(await all(merge(shuffled.map((event) => [event])))).toEqual(expected);
    }
  });

  test("goes by the time of the stage, and by that of the request where there is none", async () => {
    const watch = at(100, "m1", { requestReceivedTimestamp: instant(-3600) });
    const old = at(null, "m2", { requestReceivedTimestamp: instant(0.05) });
    expect(await all(merge([[watch], [old]]))).toEqual([old, watch]);
  });

  test("an event without a time stays behind the one before it", async () => {
    const [a, b, c] = [at(1), at(null), at(3)];
    const d = at(2, "m2");
    const merged = merge([[a, b, c], [d]]);
    expect(await all(merged)).toEqual([a, b, d, c]);
    expect(merged.counts.untimed).toBe(1);
  });

  test("gives an event that comes too late all the same, marked and counted", async () => {
    const [a, b, late] = [at(0), at(10_000), at(1)];
    const merged = merge([[a, b, at(20_000), late]], { skewMilliseconds: 1000 });
    const events = await all(merged);
    expect(events.find(({ event }) => event.auditID === late.event.auditID)).toEqual({ ...late, late: true });
    expect(merged.counts).toMatchObject({ events: 4, late: 1 });
  });

  test("gives the earliest early when as many are held as may be", async () => {
    const events = Array.from({ length: 100 }, (_, i) => at(i));
    const merged = merge([events], { maxHeldEvents: 10 });
    expect(await all(merged)).toEqual(events);
    // All but the last ten, which are given because the reading has ended.
    expect(merged.counts).toEqual({ events: 100, late: 0, forced: 91, untimed: 0, peakHeld: 10 });
  });

  test("closes every reading when it is left, and when one of them fails", async () => {
    const closed: string[] = [];
    async function* watched(name: string, fails: boolean): AsyncGenerator<SourcedEvent> {
      try {
        yield at(1, name);
        if (fails) throw new Error("disk on fire");
        yield at(2, name);
      } finally {
        closed.push(name);
      }
    }
    await expect(all(mergeByTime([watched("m1", false), watched("m2", true)]))).rejects.toThrow("disk on fire");
    expect(closed.toSorted()).toEqual(["m1", "m2"]);
    closed.length = 0;
    for await (const _ of mergeByTime([watched("m3", false)], { maxHeldEvents: 1 })) break;
    expect(closed).toEqual(["m3"]);
  });

  test("says what is wrong with an option, and ends when the signal is given", async () => {
    expect(() => merge([], { skewMilliseconds: -1 })).toThrowCode("KAUDIT_STREAM_OPTION_INVALID");
    expect(() => merge([], { maxHeldEvents: 0 })).toThrowCode("KAUDIT_STREAM_OPTION_INVALID");
    await expect(all(merge([[at(1)]], { signal: AbortSignal.abort() }))).toRejectWithCode("KAUDIT_STREAM_ABORTED");
  });

  test("puts real logs in order with the default skew", async () => {
    const logs = ["kill-9.log", "copytruncate", "rotation", "webhook-body.json"];
    const readings = logs.map((name) => readEvents(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))));
    const merged = mergeByTime(readings);
    const times = (await all(merged)).map(({ event }) => event.stageTimestamp);
    expect(times).toHaveLength(8 + 6 + 6 + 12 + 5 + 8);
    expect(times).toEqual(times.toSorted());
    expect(merged.counts.late).toBe(0);
  });
});

describe("mergeByTime, whatever the readings give", () => {
  const instance = fc.constantFrom("m1", "m2", "m3");
  const time = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 500 }) }, fc.constant(null));
  const anyReading = fc
    .array(fc.tuple(time, instance), { maxLength: 30 })
    .map((rows) => rows.map(([time, instance]) => at(time, instance)));
  const anyReadings = fc.array(anyReading, { maxLength: 5 });
  const limits = fc.record({
    skewMilliseconds: fc.integer({ min: 0, max: 600 }),
    maxHeldEvents: fc.integer({ min: 1, max: 200 }),
  });

  test("the result is a permutation, what is out of order is marked, and never more is held than may be", async () => {
    await fc.assert(
      fc.asyncProperty(anyReadings, limits, async (readings, options) => {
        const merged = merge(readings, options);
        const events = await all(merged);
        const given = readings.flat();
        expect(places(events).toSorted()).toEqual(places(given).toSorted());
        expect(merged.counts.peakHeld).toBeLessThanOrEqual(options.maxHeldEvents);
        expect(merged.counts.events).toBe(given.length);
        expect(merged.counts.late).toBe(events.filter(({ late }) => late).length);
        const inOrder = events.filter(({ late, event }) => late !== true && event.stageTimestamp !== null);
        const times = inOrder.map(({ event }) => event.stageTimestamp);
        expect(times).toEqual(times.toSorted());
      }),
    );
  });

  /** A reading whose events come at most `skew` milliseconds late. */
  const disordered = (skew: number): fc.Arbitrary<readonly SourcedEvent[]> =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: skew }), instance), {
        maxLength: 40,
      })
      .map((rows) =>
        rows
          .toSorted(([a, lateA], [b, lateB]) => a + lateA - (b + lateB))
          .map(([milliseconds, , instance]) => at(milliseconds, instance)),
      );

  test("the result is in order when no reading is in more disorder than was said, and does not depend on their order", async () => {
    const readings = fc
      .integer({ min: 0, max: 300 })
      .chain((skew) => fc.tuple(fc.constant(skew), fc.array(disordered(skew), { maxLength: 5 })));
    await fc.assert(
      fc.asyncProperty(readings, async ([skewMilliseconds, readings]) => {
        const merged = merge(readings, { skewMilliseconds });
        const events = await all(merged);
        const times = events.map(({ event }) => event.stageTimestamp);
        expect(times).toEqual(times.toSorted());
        expect(merged.counts).toMatchObject({ late: 0, forced: 0, events: readings.flat().length });
        const turned = await all(merge(readings.toReversed(), { skewMilliseconds }));
        expect(places(turned)).toEqual(places(events));
      }),
    );
  });
});
