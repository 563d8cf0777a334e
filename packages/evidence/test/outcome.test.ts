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
  ] as const)("code %j is %s, whatever the status says", (code, outcome) => {
    expect(outcomeOf(code)).toBe(outcome);
    if (code !== null && code !== undefined && code !== 0) expect(outcomeOf(code, "Success")).toBe(outcome);
  });

  test.each([
    ["Success", "success"],
    ["Failure", "failed"],
    ["", "unknown"],
    ["success", "unknown"],
    [undefined, "unknown"],
    [null, "unknown"],
  ] as const)("without a code, status %j is %s", (status, outcome) => {
    expect(outcomeOf(null, status)).toBe(outcome);
  });
});
