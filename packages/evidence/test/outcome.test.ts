import { describe, expect, test } from "vitest";
import { outcomeOf } from "../src/index.js";

describe("outcomeOf", () => {
  test.each([
    [null, "unknown"],
    [undefined, "unknown"],
    [0, "unknown"],
    [101, "success"],
    [200, "success"],
    [201, "success"],
    [304, "success"],
    [399, "success"],
    [400, "failed"],
    [401, "denied"],
    [402, "failed"],
    [403, "denied"],
    [404, "failed"],
    [409, "failed"],
    [429, "failed"],
    [500, "failed"],
    [504, "failed"],
  ] as const)("code %j is %s", (code, outcome) => {
    expect(outcomeOf(code)).toBe(outcome);
  });
});
