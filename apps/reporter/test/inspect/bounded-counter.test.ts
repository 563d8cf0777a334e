import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { BoundedCounter } from "../../src/inspect/bounded-counter.js";

describe("BoundedCounter", () => {
  test("gives the most frequent keys, equal ones by key, and what the others come to", () => {
    const counter = new BoundedCounter();
    for (const key of ["b", "a", "c", "c", "c", "b", "a", "d"]) counter.add(key);
    expect(counter.top(2)).toEqual({
      top: [
        { key: "c", count: 3 },
        { key: "a", count: 2 },
      ],
      others: 3,
      capped: false,
    });
  });

  test("loses no event when there are more keys than it holds, and says that counts are lower bounds", () => {
    const counter = new BoundedCounter(10);
    for (let n = 0; n < 1000; n++) counter.add(n % 2 === 0 ? "often" : `once-${n}`);
    const { top, others, capped } = counter.top(3);
    expect(capped).toBe(true);
    expect(top[0]).toEqual({ key: "often", count: 500 });
    expect(top.reduce((sum, { count }) => sum + count, 0) + others).toBe(1000);
    expect(counter.top().top.length).toBeLessThanOrEqual(10);
  });

  test("keeps only the beginning of a long key", () => {
    const counter = new BoundedCounter();
    counter.add("x".repeat(1_000_000));
    expect(counter.top().top).toEqual([{ key: `${"x".repeat(512)}…`, count: 1 }]);
  });

  test.each(hostileStrings.map(({ name, value }) => [name, value.slice(0, 512)]))(
    "counts %s like any other",
    (_n, key) => {
      const counter = new BoundedCounter();
      counter.add(key);
      counter.add(key);
      expect(counter.top().top).toEqual([{ key, count: 2 }]);
    },
  );
});
