import type { Framework } from "@kaudit/evidence";
import { describe, expect, test } from "vitest";
import { formatBytes } from "../../../src/document/words/bytes.js";
import { scopeOf } from "../../../src/document/words/controls.js";
import { counted, formatCount, formatPercent, partOf } from "../../../src/document/words/count.js";
import { formatDuration } from "../../../src/document/words/duration.js";
import { formatHash } from "../../../src/document/words/hash.js";
import { daysOf, formatMoment, formatPeriod, hoursOf, timeColumn } from "../../../src/document/words/period.js";

describe("formatCount", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [4_109_310, "4,109,310"],
  ])("%d reads %s", (value, text) => expect(formatCount(value)).toBe(text));
});

describe("counted", () => {
  test.each([
    [0, "0 identities"],
    [1, "1 identity"],
    [2, "2 identities"],
  ])("%d agrees with its noun", (value, text) => expect(counted(value, "identity", "identities")).toBe(text));
});

describe("partOf", () => {
  test.each([
    [0, 3, "none of them"],
    [2, 3, "2 of them"],
    [3, 3, "all of them"],
    [1, 1, "1 of them"],
  ])("%d of %d", (part, whole, text) => expect(partOf(part, whole)).toBe(text));
});

describe("formatPercent", () => {
  test.each([
    [0, 10, "0%"],
    [10, 10, "100%"],
    [2_225, 2_232, "99.7%"],
    [1, 2, "50%"],
    [0, 0, "0%"],
  ])("%d of %d is %s", (part, whole, text) => expect(formatPercent(part, whole)).toBe(text));

  test("all but one of a million is not 100%, one of a million not 0%", () => {
    expect(formatPercent(999_999, 1_000_000)).toBe("99.9%");
    expect(formatPercent(1, 1_000_000)).toBe("0.1%");
  });
});

describe("formatBytes", () => {
  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [3_503_153, "3.5 MB"],
    [999_950_000, "1 GB"],
    [6_214_880_512, "6.2 GB"],
  ])("%d reads %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("formatDuration", () => {
  test.each([
    [0, "0 s"],
    [0.01, "under 0.1 s"],
    [1.26, "1.3 s"],
    [59.6, "1 min"],
    [234, "3 min 54 s"],
    [3_600, "1 h"],
    [23_640, "6 h 34 min"],
    [86_399, "1 d"],
    [187_200, "2 d 4 h"],
  ])("%d seconds read %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe("formatHash", () => {
  test("gives sixteen digits in groups of four", () => {
    expect(formatHash("5f0c9a1e77b204d8ffff")).toBe("5f0c 9a1e 77b2 04d8");
  });
});

const parts = (inScope: boolean) => ({
  alwaysInScope: "Security",
  categories: [{ id: "availability", name: "Availability", inScope }],
});

describe("scopeOf", () => {
  test.each([
    [parts(true), "Security, Availability"],
    [parts(false), "Security"],
    [{ alwaysInScope: null, categories: [] }, ""],
  ])("%j has %j in scope", (framework, words) => expect(scopeOf(framework as unknown as Framework)).toBe(words));
});

describe("formatPeriod", () => {
  test.each([
    ["2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "1 to 31 October 2026"],
    ["2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", "22 November 2026"],
    ["2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z", "1 October to 30 November 2026"],
    ["2026-12-01T00:00:00Z", "2027-02-01T00:00:00Z", "1 December 2026 to 31 January 2027"],
    ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z", "22 November 2026, 12:00 to 13:00"],
    ["2026-11-22T12:18:25Z", "2026-11-23T00:00:00Z", "22 November 2026, 12:18:25 to 23 November 2026, 00:00:00"],
  ])("%s to %s", (from, to, text) => expect(formatPeriod({ from, to })).toBe(text));
});

describe("timeColumn", () => {
  const time = "2026-10-02T13:52:04.123456Z";

  test.each([
    ["2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "October, UTC", "02 13:52:04"],
    ["2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z", "2 October, UTC", "13:52:04"],
    ["2026-09-15T00:00:00Z", "2026-10-15T00:00:00Z", "Time, UTC", "2026-10-02 13:52:04"],
  ])("of %s to %s is headed %s", (from, to, head, cell) => {
    const column = timeColumn({ from, to });
    expect([column.head, column.format(time)]).toEqual([head, cell]);
  });

  test("writes a moment outside the period in full", () => {
    const column = timeColumn({ from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" });
    expect(column.format("2026-09-30T23:59:59Z")).toBe("2026-09-30 23:59:59");
    expect(column.format("2026-11-01T00:00:00Z")).toBe("2026-11-01 00:00:00");
  });
});

describe("formatMoment", () => {
  test("says of what is no moment that it is not known", () => expect(formatMoment("yesterday")).toBe("not known"));
});

describe("hoursOf and daysOf", () => {
  test("count hours and days that a period touches", () => {
    const period = { from: "2026-11-22T12:18:25Z", to: "2026-11-22T13:00:01Z" };
    expect([hoursOf(period), daysOf(period)]).toEqual([2, 1]);
    expect(hoursOf({ from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" })).toBe(744);
  });
});
