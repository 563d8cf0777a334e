import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMicroTime } from "../src/index.js";

describe("toMicroTime", () => {
  test.each([
    ["2026-10-14T09:00:00.123456Z", "2026-10-14T09:00:00.123456Z"],
    ["2026-10-14T09:00:00Z", "2026-10-14T09:00:00.000000Z"],
    ["2026-10-14T09:00:00.9999999Z", "2026-10-14T09:00:00.999999Z"],
    ["2026-10-14T09:00:00.1+02:00", "2026-10-14T07:00:00.100000Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"],
    ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
    ["1969-01-02T03:04:05.999999999Z", "1969-01-02T03:04:05.999999Z"],
  ])("%s is %s", (text, time) => {
    expect(toMicroTime(text)).toBe(time);
  });

  test.each([
    "",
    "2026-10-14",
    "2026-10-14 09:00:00Z",
    "2026-10-14T09:00:00",
    "2026-10-14T09:00Z",
    "2026-10-14T09:00:60Z",
    "2026-10-14T24:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-10-32T00:00:00.000000Z",
    "2026-10-14T09:00:00,5Z",
    "2026-10-14T09:00:00.Z",
    "2026-10-14T09:00:00z",
    "2026-10-14T09:00:00+0200",
    "2026-10-14T09:00:00+24:00",
    "0000-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "+002026-10-14T09:00:00Z",
    "2026-10-14T09:00:00Z\n",
  ])("%o is no time", (text) => {
    expect(toMicroTime(text)).toBeNull();
  });

  test("it is the same instant as Date sees, to the millisecond, and its own fixed point", () => {
    const instant = fc.date({ min: new Date("0001-01-02"), max: new Date("9999-12-30"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.integer({ min: -1439, max: 1439 }), (date, offset) => {
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
        const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0");
        const minutes = String(Math.abs(offset) % 60).padStart(2, "0");
        const time = toMicroTime(`${local}${offset < 0 ? "-" : "+"}${hours}:${minutes}`);
        expect(time).toBe(`${date.toISOString().slice(0, 23)}000Z`);
        expect(toMicroTime(time!)).toBe(time);
      }),
    );
  });
});
