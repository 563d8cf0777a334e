import { createMemorySpool } from "@kaudit/schema";
import type { Spool } from "@kaudit/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUniqueEvents } from "../../src/internal/unique-events.js";
import type { CountedEvent, UniqueTotals } from "../../src/internal/unique-events.js";

async function totals(
  events: readonly CountedEvent[],
  inMemory?: number,
  spool: Spool = createMemorySpool(),
): Promise<UniqueTotals> {
  const unique = createUniqueEvents(spool, inMemory);
  for (const event of events) await unique.add(event);
  return unique.finish(undefined, clusterOf);
}

/** Instances 0 and 1 are of one cluster, 300 of another. */
const clusterOf = (instance: number): string => (instance < 2 ? "eu" : "us");

function event(key: string, content: string, instance = 0, counter = 1): CountedEvent {
  return { key, contentSha256: content.repeat(64), instance, counter };
}

const sum = (counts: Map<string, number>, of: (count: number) => number): number =>
  [...counts.values()].reduce((a, b) => a + of(b), 0);

/** The same numbers by Maps of strings. */
function plainTotals(events: readonly CountedEvent[]): object {
  const distinct = new Map(events.map((one) => [JSON.stringify([one.key, one.contentSha256, one.instance]), one]));
  const count = (group: (one: CountedEvent) => unknown): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const one of distinct.values())
      counts.set(JSON.stringify(group(one)), (counts.get(JSON.stringify(group(one))) ?? 0) + 1);
    return counts;
  };
  const perKey = count(({ key, instance }) => [key, instance]);
  const perContent = count(({ key, contentSha256 }) => [key, contentSha256]);
  const perCluster = count(({ key, contentSha256, instance }) => [key, contentSha256, clusterOf(instance)]);
  const all = [...distinct.values()];
  return {
    unique: distinct.size,
    duplicates: events.length - distinct.size,
    conflicts: sum(perKey, (n) => (n > 1 ? n : 0)),
    elsewhere: sum(perCluster, (n) => n - 1),
    acrossClusters: perCluster.size - perContent.size,
    contradicted: [...new Set(all.map(({ key }) => key))].reduce((sumOfAll, key) => {
      const own = all.filter((one) => one.key === key);
      const contentsOf = (number: number): string =>
        own
          .flatMap((one) => (one.instance === number ? [one.contentSha256] : []))
          .toSorted()
          .join();
      const differ = new Set(own.map(({ instance }) => contentsOf(instance))).size > 1;
      return sumOfAll + (differ ? new Set(own.map(({ contentSha256 }) => contentSha256)).size : 0);
    }, 0),
    byInstance: Object.fromEntries(
      [0, 1, 300].flatMap((number) => {
        const own = all.filter(({ instance }) => instance === number);
        const conflicts = own.filter(({ key }) => (perKey.get(JSON.stringify([key, number])) ?? 0) > 1).length;
        return own.length === 0 ? [] : [[number, { unique: own.length, conflicts }]];
      }),
    ),
  };
}

const hex = (n: number): string => n.toString(16).padStart(8, "0").repeat(8);

describe("createUniqueEvents", () => {
  test("nothing counts nothing", async () => {
    expect(await totals([])).toMatchObject({ unique: 0, duplicates: 0, conflicts: 0, elsewhere: 0, byCounter: [] });
  });

  test("new events add to their counters, repeated ones do not", async () => {
    const all = [event("a", "1", 0, 1), event("b", "2", 0, 2), event("a", "1", 0, 1), event("c", "3", 0, 2)];
    expect(await totals(all)).toMatchObject({ unique: 3, duplicates: 1, byCounter: [undefined, 1, 2] });
  });

  test("counts exactly, in whatever order and with however little memory", async () => {
    const some = fc.record({
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      contentSha256: fc.constantFrom("0".repeat(64), "1".repeat(64), "f".repeat(64), "not a hash"),
      instance: fc.constantFrom(0, 1, 300),
      counter: fc.constant(1),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(some, { maxLength: 40 }),
        fc.constantFrom(1, 2, 3, 7, 1000),
        async (events, inMemory) => {
          const { byCounter, ...counts } = await totals(events, inMemory);
          expect({ ...counts, byInstance: { ...counts.byInstance } }).toEqual(plainTotals(events));
          expect(byCounter[1] ?? 0).toBe(counts.unique);
        },
      ),
    );
  });

  test("spills to the spool beyond its memory, and counts across spills", async () => {
    const appended: string[] = [];
    const memory = createMemorySpool();
    const spool: Spool = {
      close: () => memory.close(),
      open<Row>(name: string, key: (row: Row) => string) {
        const rows = memory.open<Row>(name, key);
        return {
          append(row: Row) {
            appended.push(name);
            return rows.append(row);
          },
          get size() {
            return rows.size;
          },
          sorted: () => rows.sorted(),
        };
      },
    };
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      key: `k${n % 12_000}`,
      contentSha256: "0".repeat(64),
      instance: 0,
      counter: 1,
    }));
    expect(await totals(many, 1000, spool)).toMatchObject({ unique: 12_000, duplicates: 8000, conflicts: 0 });
    expect(appended.length).toBe(20_000);
    const inMemory: string[] = [];
    expect(await totals(many, 400_000)).toMatchObject({ unique: 12_000, duplicates: 8000 });
    expect(inMemory).toEqual([]);
  });

  test("a hundred thousand events of one key take no longer than others", async () => {
    const same = Array.from({ length: 100_000 }, (_, n) => ({
      key: "k",
      contentSha256: hex(Math.imul(n, 2654435761) >>> 0),
      instance: 0,
      counter: 1,
    }));
    const begun = process.cpuUsage();
    expect(await totals(same)).toMatchObject({ unique: 100_000, conflicts: 100_000 });
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(20);
  });
});
