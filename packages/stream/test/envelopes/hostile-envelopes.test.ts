import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { envelopeReaders } from "../../src/envelopes/registry.js";
import { fixtureRecords, openRecord } from "./open-envelopes.js";

/** Every JSON type, and the texts that readers look for. */
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  1e308,
  "",
  "{",
  "[Truncated...]",
  "AAAA",
  [],
  [null, 5, "x", [], {}],
  {},
  { a: { b: 1 } },
  JSON.parse('{"__proto__":{"message":"x"},"constructor":null}'),
];

const fixtures = readdirSync(new URL("../fixtures/envelopes", import.meta.url)).filter((name) =>
  /\.jsonl?$/.test(name),
);

/** The value once for every place in it and every wrong value: with that place replaced, and without it. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* values;
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) for (const other of spoilt(item)) yield value.with(at, other);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      const { [name]: _left, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const other of spoilt(field)) yield { ...value, [name]: other };
    }
  }
}

describe("readers of envelopes", () => {
  test.each(fixtures)("never throw, whatever stands in any field of %s", (fixture) => {
    let opened = 0;
    for (const record of fixtureRecords(fixture)) {
      for (const value of spoilt(record)) {
        for (const found of openRecord(value)) {
          opened++;
          expect(found.rejected ?? "").not.toMatch(/alice|secrets|6f1c1d5e/);
        }
      }
    }
    expect(opened).toBeGreaterThan(0);
  });

  test("do not open what only a key called __proto__ holds", () => {
    const held = {
      messageType: "DATA_MESSAGE",
      logEvents: [],
      message: "x",
      ingestionTime: 1,
      AuditId: "a",
      Stage: "b",
    };
    const value = JSON.parse(`{"__proto__":${JSON.stringify(held)},"x":1}`) as Record<string, unknown>;
    for (const reader of envelopeReaders) expect(reader(value)).toBeUndefined();
  });

  test("give a list of one like any other list", () => {
    for (const fixture of fixtures) {
      for (const record of fixtureRecords(fixture) as readonly Record<string, unknown>[]) {
        const list = Object.keys(record).find((name) => /^(events|records|Records|results|logEvents)$/.test(name));
        if (list === undefined) continue;
        const items = record[list] as readonly unknown[];
        const one = items.flatMap((item) => openRecord({ ...record, [list]: [item] }));
        // A list that holds nothing of the envelope's kind is not its list.
        const known = one.filter((found) => found.path !== "");
        expect(known).toEqual(openRecord(record).filter((found) => known.some(({ path }) => path === found.path)));
      }
    }
  });
});
