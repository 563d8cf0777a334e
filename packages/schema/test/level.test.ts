import { describe, expect, test } from "vitest";
import { compareLevels, Level, levelRank, Stage, stageOrder } from "../src/index.js";

describe("levelRank", () => {
  test.each([
    ["None", 0],
    ["Metadata", 1],
    ["Request", 2],
    ["RequestResponse", 3],
    ["", 0],
    ["metadata", 0],
    ["constructor", 0],
  ])("%o has rank %d", (level, rank) => {
    expect(levelRank(level)).toBe(rank);
  });
});

describe("compareLevels", () => {
  test("orders by what is recorded", () => {
    expect(["Request", "None", "RequestResponse", "Metadata"].toSorted(compareLevels)).toEqual(Level.options);
    expect(compareLevels("None", "unknown")).toBe(0);
  });
});

describe("stageOrder", () => {
  test("orders the events of one request, with unknown words at the end", () => {
    const stages = ["later", "Panic", "ResponseComplete", "RequestReceived", "ResponseStarted"];
    expect(stages.toSorted((a, b) => stageOrder(a) - stageOrder(b))).toEqual([...Stage.options, "later"]);
  });
});
