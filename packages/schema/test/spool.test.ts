import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareByCodePoint, createMemorySpool } from "../src/index.js";

interface Row {
  readonly key: string;
  readonly n: number;
}

async function rowsOf(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe("compareByCodePoint", () => {
  test("is the byte order of UTF-8, where it differs from that of UTF-16 too", () => {
    expect(["\uffff", "\u{1f600}"].toSorted()).toEqual(["\u{1f600}", "\uffff"]);
    expect(compareByCodePoint("\uffff", "\u{1f600}")).toBeLessThan(0);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareByCodePoint(a, b))).toBe(expected);
      }),
    );
  });
});

describe("createMemorySpool", () => {
  test("gives rows by key, rows of equal key in the order of appending, as often as asked", async () => {
    const spool = createMemorySpool();
    const rows = spool.open<Row>("rows", (row) => row.key);
    for (const [n, key] of ["b", "a", "\u{1f600}", "\uffff", "a"].entries()) await rows.append({ key, n });
    const expected = [1, 4, 0, 3, 2];
    expect(rows.size).toBe(5);
    expect((await rowsOf(rows.sorted())).map((row) => row.n)).toEqual(expected);
    expect((await rowsOf(rows.sorted())).map((row) => row.n)).toEqual(expected);
    await rows.append({ key: "A", n: 5 });
    expect((await rowsOf(rows.sorted())).map((row) => row.n)).toEqual([5, ...expected]);
    await spool.close();
  });

  test("keeps a copy: a row that is changed later is read back as it was", async () => {
    const rows = createMemorySpool().open<{ key: string }>("rows", (row) => row.key);
    const row = { key: "before" };
    await rows.append(row);
    row.key = "after";
    for await (const read of rows.sorted()) expect(read).toEqual({ key: "before" });
  });
});
