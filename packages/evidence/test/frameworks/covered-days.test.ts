import { describe, expect, test } from "vitest";
import { coveredDays } from "../../src/frameworks/covered-days.js";

const period = { from: "2026-10-01T00:00:00Z", to: "2026-10-04T00:00:00Z" };

describe("coveredDays", () => {
  test("without gaps looked for, a day counts that has an event on every server", () => {
    const one = { hours: [["2026-10-01T09:00:00Z", 4] as const, ["2026-10-02T00:00:00Z", 1] as const] };
    const other = { hours: [["2026-10-02T23:00:00Z", 1] as const] };
    expect(coveredDays(period, [one])).toEqual({
      by: "events",
      inPeriod: 3,
      inFull: 2,
      notInFull: ["2026-10-03"],
    });
    expect(coveredDays(period, [one, other])).toEqual({
      by: "events",
      inPeriod: 3,
      inFull: 1,
      notInFull: ["2026-10-01", "2026-10-03"],
    });
    expect(coveredDays(period, [])).toMatchObject({ inPeriod: 3, inFull: 0 });
  });

  test("else a day counts whose seconds are all covered, a day cut by the period with fewer", () => {
    const cut = { from: "2026-10-01T12:00:00Z", to: "2026-10-03T06:00:00Z" };
    const server = {
      hours: [["2026-10-02T09:00:00Z", 1] as const],
      days: [["2026-10-01", 43_200] as const, ["2026-10-02", 86_340] as const, ["2026-10-03", 21_600] as const],
    };
    expect(coveredDays(cut, [server])).toEqual({
      by: "covered-time",
      inPeriod: 3,
      inFull: 2,
      notInFull: ["2026-10-02"],
    });
  });

  test("names 400 days of a period of any length, and counts them all", () => {
    const endless = { from: "0001-01-01T00:00:00Z", to: "9999-12-31T00:00:00Z" };
    const days = coveredDays(endless, [{ hours: [["2026-10-02T09:00:00Z", 1]] }]);
    expect(days).toMatchObject({ inPeriod: 3_652_058, inFull: 1 });
    expect(days.notInFull).toHaveLength(400);
  });
});
