import { installErrorMatchers } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseQueryPeriod, chooseReportPeriod } from "../../src/period/choose-period.js";
import { parseInstant } from "../../src/period/instant.js";
import { parseNamedPeriod } from "../../src/period/named-period.js";
import { periodFolder, periodLabel } from "../../src/period/period-label.js";

installErrorMatchers();

const start = "T00:00:00.000000Z";
const now = new Date("2026-11-24T02:41:00Z");

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("parseInstant", () => {
  test.each([
    ["2026-10-01", "2026-10-01T00:00:00.000000Z"],
    ["2026-10-01T08:00:00Z", "2026-10-01T08:00:00.000000Z"],
    ["2026-10-01t08:00:00z", "2026-10-01T08:00:00.000000Z"],
    ["2026-10-01T08:00:00.5Z", "2026-10-01T08:00:00.500000Z"],
    ["2026-10-01T08:00:00.123456Z", "2026-10-01T08:00:00.123456Z"],
    ["2026-10-01T08:00:00.123456000Z", "2026-10-01T08:00:00.123456Z"],
    ["2026-10-01T01:30:00+02:00", "2026-09-30T23:30:00.000000Z"],
    ["2026-12-31T23:30:00.25-01:00", "2027-01-01T00:30:00.250000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000000Z"],
  ])("reads %s", (text, instant) => {
    expect(parseInstant("--from", text)).toBe(instant);
  });

  test.each([
    "",
    "yesterday",
    "2026",
    "2026-10",
    "2026-1-1",
    "01.10.2026",
    "2026-10-01 08:00:00Z",
    "2026-10-01T08:00Z",
    "2026-10-01T08:00:00",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-10-32",
    "2026-10-01T24:00:00Z",
    "2026-10-01T08:60:00Z",
    "2026-10-01T08:00:60Z",
    "2026-10-01T08:00:00+25:00",
    "2026-10-01T08:00:00.0000001Z",
    "9999-12-31T23:59:59-01:00",
    "2026-10-01\u001b[2J",
  ])("refuses %j and names the option", (text) => {
    expect(() => parseInstant("--to", text)).toThrowCode("KAUDIT_CLI_PERIOD_INVALID");
    expect(messageOf(() => parseInstant("--to", text))).toMatch(/^--to /);
  });

  test("agrees with Date for every instant and offset", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1000-01-02T00:00:00Z"), max: new Date("9998-12-30T00:00:00Z"), noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (date, minutes) => {
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 23);
          const size = Math.abs(minutes);
          const offset = `${minutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
          expect(parseInstant("--from", local + offset)).toBe(`${date.toISOString().slice(0, 23)}000Z`);
        },
      ),
    );
  });
});

describe("parseNamedPeriod", () => {
  test.each([
    ["yesterday", "2026-11-23", "2026-11-24"],
    ["last-week", "2026-11-16", "2026-11-23"],
    ["last-month", "2026-10-01", "2026-11-01"],
    ["last-quarter", "2026-07-01", "2026-10-01"],
    ["last-year", "2025-01-01", "2026-01-01"],
    ["2026", "2026-01-01", "2027-01-01"],
    ["2026-Q1", "2026-01-01", "2026-04-01"],
    ["2026-q4", "2026-10-01", "2027-01-01"],
    ["2026-10", "2026-10-01", "2026-11-01"],
    ["2026-12", "2026-12-01", "2027-01-01"],
    ["2026-10-14", "2026-10-14", "2026-10-15"],
    ["2026-12-31", "2026-12-31", "2027-01-01"],
    ["2026-W01", "2025-12-29", "2026-01-05"],
    ["2026-W53", "2026-12-28", "2027-01-04"],
    ["0099-12", "0099-12-01", "0100-01-01"],
  ])("%s runs from %s to %s", (name, from, to) => {
    expect(parseNamedPeriod(name, now)).toEqual({ from: from + start, to: to + start });
  });

  test.each([
    ["2026-01-01T00:00:00Z", "last-month", "2025-12-01", "2026-01-01"],
    ["2026-01-01T00:00:00Z", "last-quarter", "2025-10-01", "2026-01-01"],
    ["2026-01-01T00:00:00Z", "yesterday", "2025-12-31", "2026-01-01"],
    ["2026-03-31T23:59:59Z", "last-month", "2026-02-01", "2026-03-01"],
    ["2026-11-23T00:00:00Z", "last-week", "2026-11-16", "2026-11-23"],
    ["2026-11-22T23:59:59Z", "last-week", "2026-11-09", "2026-11-16"],
    ["2028-03-01T12:00:00Z", "yesterday", "2028-02-29", "2028-03-01"],
  ])("seen at %s, %s runs from %s to %s", (instant, name, from, to) => {
    expect(parseNamedPeriod(name, new Date(instant))).toEqual({ from: from + start, to: to + start });
  });

  test.each([
    "",
    "last-mont",
    "last month",
    "Last-Month",
    "this-month",
    "2026-13",
    "2026-00",
    "2026-Q5",
    "2026-Q0",
    "2026-W00",
    "2025-W53",
    "2026-02-30",
    "26-10",
    "2026/10",
    "constructor",
    "9999",
  ])("refuses %j and lists what is known", (name) => {
    expect(messageOf(() => parseNamedPeriod(name, now))).toBe(
      `--period ${name}: not known; use last-month, last-quarter, last-week, last-year, yesterday, a year (2026), a quarter (2026-Q3), a month (2026-10), a week (2026-W41) or a day (2026-10-14)`,
    );
  });
});

describe("periodLabel and periodFolder", () => {
  test.each([
    ["2026-10-01", "2026-11-01", "October 2026", "2026-10"],
    ["2026-12-01", "2027-01-01", "December 2026", "2026-12"],
    ["2026-07-01", "2026-10-01", "July to September 2026", "2026-Q3"],
    ["2026-10-01", "2027-01-01", "October to December 2026", "2026-Q4"],
    ["2026-02-01", "2026-05-01", "February to April 2026", "2026-02-01_2026-05-01"],
    ["2026-01-01", "2027-01-01", "2026", "2026"],
    ["2025-01-01", "2027-01-01", "2025 to 2026", "2025-01-01_2027-01-01"],
    ["2025-11-01", "2026-02-01", "November 2025 to January 2026", "2025-11-01_2026-02-01"],
    ["2026-11-22", "2026-11-23", "22 November 2026", "2026-11-22"],
    ["2026-10-01", "2026-10-16", "1 to 15 October 2026", "2026-10-01_2026-10-16"],
    ["2026-10-15", "2026-11-01", "15 to 31 October 2026", "2026-10-15_2026-11-01"],
    ["2026-09-28", "2026-10-05", "28 September to 4 October 2026", "2026-09-28_2026-10-05"],
    ["2026-12-28", "2027-01-04", "28 December 2026 to 3 January 2027", "2026-12-28_2027-01-04"],
  ])("%s to %s is %s, folder %s", (from, to, label, folder) => {
    const bounds = { from: from + start, to: to + start };
    expect(periodLabel(bounds)).toBe(label);
    expect(periodFolder(bounds)).toBe(folder);
  });

  test.each([
    [
      "2026-11-22T12:00:00.000000Z",
      "2026-11-22T13:30:00.000000Z",
      "22 November 2026, 12:00 to 13:30 UTC",
      "2026-11-22T120000Z_2026-11-22T133000Z",
    ],
    [
      "2026-11-21T22:00:05.000000Z",
      "2026-11-22T06:00:00.250000Z",
      "21 November 2026, 22:00:05 to 22 November 2026, 06:00:00.25 UTC",
      "2026-11-21T220005Z_2026-11-22T060000.250000Z",
    ],
    [
      "2026-11-22T00:00:00.000000Z",
      "2026-11-23T06:00:00.000000Z",
      "22 November 2026, 00:00 to 23 November 2026, 06:00 UTC",
      "2026-11-22T000000Z_2026-11-23T060000Z",
    ],
  ])("%s to %s is %s, folder %s", (from, to, label, folder) => {
    expect(periodLabel({ from, to })).toBe(label);
    expect(periodFolder({ from, to })).toBe(folder);
  });
});

describe("chooseReportPeriod", () => {
  test("gives bounds and label for --from and --to", () => {
    expect(chooseReportPeriod({ from: "2026-10-01", to: "2026-10-16" }, now)).toEqual({
      from: `2026-10-01${start}`,
      to: `2026-10-16${start}`,
      label: "1 to 15 October 2026",
    });
  });

  test("gives the same period for a name and for the dates it stands for", () => {
    expect(chooseReportPeriod({ period: "last-month" }, now)).toEqual(
      chooseReportPeriod({ from: "2026-10-01", to: "2026-11-01" }, now),
    );
  });

  test.each([
    [{ from: "2026-11-01", to: "2026-10-01" }, "--from 2026-11-01 is after --to 2026-10-01; exchange them"],
    [
      { from: "2026-10-01", to: "2026-10-01T00:00:00Z" },
      "--from 2026-10-01 and --to 2026-10-01T00:00:00Z are the same instant, so the period is empty; --to is the first instant that no longer counts",
    ],
    [
      { from: "2026-10-01", to: "2026-11-01", period: "2026-10" },
      "--period cannot be used together with --from and --to; use one or the other",
    ],
    [
      { to: "2026-11-01", period: "2026-10" },
      "--period cannot be used together with --from and --to; use one or the other",
    ],
    [{}, "a report needs a period; add --period last-month, or --from 2026-10-01 --to 2026-11-01"],
    [
      { from: "2026-10-01" },
      "--from 2026-10-01 needs a --to beside it; --to is the first instant that no longer counts",
    ],
    [{ to: "2026-10-01" }, "--to 2026-10-01 needs a --from beside it"],
  ])("refuses %j", (options, message) => {
    expect(() => chooseReportPeriod(options, now)).toThrowCode("KAUDIT_CLI_PERIOD_INVALID");
    expect(messageOf(() => chooseReportPeriod(options, now))).toBe(message);
  });
});

describe("chooseQueryPeriod", () => {
  test.each([
    [{}, "0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "all time"],
    [{ from: "2026-10-01" }, "2026-10-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z", "from 2026-10-01T00:00:00Z"],
    [{ to: "2026-10-01" }, "0000-01-01T00:00:00.000000Z", "2026-10-01T00:00:00.000000Z", "before 2026-10-01T00:00:00Z"],
    [{ period: "yesterday" }, "2026-11-23T00:00:00.000000Z", "2026-11-24T00:00:00.000000Z", "23 November 2026"],
  ])("%j runs from %s to %s", (options, from, to, label) => {
    expect(chooseQueryPeriod(options, now)).toEqual({ from, to, label });
  });

  test("refuses a reversed range", () => {
    expect(() => chooseQueryPeriod({ from: "2026-11-01", to: "2026-10-01" }, now)).toThrowCode(
      "KAUDIT_CLI_PERIOD_INVALID",
    );
  });
});
