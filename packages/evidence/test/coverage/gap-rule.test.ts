import { describe, expect, test } from "vitest";
import { gapThresholdSeconds, maxCountedSteps } from "../../src/coverage/gap-rule.js";

/** Distances in steps of ten seconds, as a histogram. */
function histogram(entries: Readonly<Record<number, number>>): Uint32Array {
  const distances = new Uint32Array(maxCountedSteps + 2);
  for (const [steps, count] of Object.entries(entries)) distances[Number(steps)] = count;
  return distances;
}

describe("gapThresholdSeconds", () => {
  test.each([
    ["nothing recorded at all, or in one step only", {}, 120],
    ["something in every step", { 1: 10_000 }, 120],
    ["a hundred pauses of which one is long", { 1: 99, 300: 1 }, 120],
    ["pauses of five minutes now and then", { 1: 900, 30: 100 }, 900],
    ["fewer than a hundred pauses, all of a minute", { 6: 20 }, 180],
    ["fewer than a hundred pauses, one of them long", { 1: 20, 90: 1 }, 2700],
    ["pauses of half an hour", { 180: 200 }, 3600],
    ["pauses longer than are told apart", { [maxCountedSteps + 1]: 200 }, 3600],
  ])("%s", (_name, entries, seconds) => {
    expect(gapThresholdSeconds(histogram(entries))).toBe(seconds);
  });
});
