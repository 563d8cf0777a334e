import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertySeed } from "../src/property-seed.js";

describe("propertySeed", () => {
  test("is always the same unless it is set", () => {
    expect(propertySeed(undefined)).toBeTypeOf("number");
    expect(propertySeed("")).toBe(propertySeed(undefined));
  });

  test("is left to fast-check, or given", () => {
    expect(propertySeed("random")).toBeUndefined();
    expect(propertySeed("-1973000613")).toBe(-1973000613);
  });

  test.each(["today", "1.5", "1e3", " 1", "99999999999999999999"])("refuses %j", (text) => {
    expect(() => propertySeed(text)).toThrow(
      new RangeError(`KAUDIT_TEST_SEED: expected "random" or a whole number, got "${text}"`),
    );
  });

  test("is what properties of this test run use", () => {
    expect(fc.readConfigureGlobal().seed).toBe(propertySeed(process.env["KAUDIT_TEST_SEED"]));
  });

  test("makes a property try the same values again", () => {
    const seed = propertySeed(undefined) as number;
    const tried = (): readonly number[] => {
      const values: number[] = [];
      fc.assert(
        fc.property(fc.integer(), (value) => {
          values.push(value);
        }),
        { seed },
      );
      return values;
    };
    expect(tried()).toEqual(tried());
  });
});
