import { array, assert, asyncProperty, integer, nat } from "fast-check";
import { describe, expect, test } from "vitest";
import { firstRows } from "../../src/document/first-rows.js";

async function* from<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

describe("firstRows", () => {
  test("gives what sorting all rows by rank would give, for any rows and limit", async () => {
    const rows = array(nat({ max: 5 }), { maxLength: 60 });
    await assert(
      asyncProperty(rows, integer({ min: 1, max: 20 }), async (ranks, limit) => {
        const all = ranks.map((rank, index) => ({ rank, index }));
        const expected = all.toSorted((one, other) => one.rank - other.rank || one.index - other.index).slice(0, limit);
        expect(await firstRows(from(all), limit, (row) => row.rank)).toEqual(expected);
      }),
    );
  });
});
