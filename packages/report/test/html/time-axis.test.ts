import { describe, expect, test } from "vitest";
import { timeAxis } from "../../src/html/time-axis.js";

const labels = (from: string, to: string) => timeAxis(from, to).ticks.map((tick) => tick.label);

describe("timeAxis", () => {
  test("a month has the days 1, 5, 10 and so on, its last day, and its weekends", () => {
    const axis = timeAxis("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    expect(axis.ticks.map((tick) => tick.label)).toEqual(["1", "5", "10", "15", "20", "25", "31"]);
    expect(axis.caption).toBe("October 2026, UTC");
    // 3 and 4, 10 and 11, 17 and 18, 24 and 25 October, and the 31st alone.
    expect(axis.weekends.map((span) => span.width)).toEqual(["6.45%", "6.45%", "6.45%", "6.45%", "3.23%"]);
    expect(axis.weekends[0]?.x).toBe("6.45%");
  });

  test.each([
    ["an hour", "2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z", ["12:00", "12:10", "12:20", "12:30", "12:40", "12:50"]],
    ["a day", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]],
    ["a quarter", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z", ["Jul", "Aug", "Sep"]],
    ["a turn of the year", "2026-11-15T00:00:00Z", "2027-02-15T00:00:00Z", ["Dec", "Jan", "Feb"]],
  ])("%s has ticks that fit it", (_, from, to, expected) => {
    expect(labels(from, to)).toEqual(expected);
  });

  test("an instant lies at its share of the period, one outside at the edge", () => {
    const axis = timeAxis("2026-10-01T00:00:00Z", "2026-10-03T00:00:00Z");
    expect(axis.at(Date.UTC(2026, 9, 2))).toBe(0.5);
    expect(axis.at(Date.UTC(2026, 8, 1))).toBe(0);
    expect(axis.at(Date.UTC(2027, 0, 1))).toBe(1);
  });

  test("an empty period gives a place for everything and fails for nothing", () => {
    const axis = timeAxis("2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z");
    expect(Number.isFinite(axis.at(Date.UTC(2026, 9, 1)))).toBe(true);
  });
});
