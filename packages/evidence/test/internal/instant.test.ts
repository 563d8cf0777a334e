import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparableInstant, dayOf, hourOf, printedInstant, secondsBetween } from "../../src/internal/instant.js";

describe("comparableInstant", () => {
  test.each([
    ["2026-11-22T12:18:26Z", "2026-11-22T12:18:26.000000000Z"],
    ["2026-11-22T12:18:26.1Z", "2026-11-22T12:18:26.100000000Z"],
    ["2026-11-22T12:18:26.954123Z", "2026-11-22T12:18:26.954123000Z"],
    ["2026-11-22T12:18:26.954123456Z", "2026-11-22T12:18:26.954123456Z"],
    ["2026-11-22T12:18:26.9541234567Z", "2026-11-22T12:18:26.954123456Z"],
    ["2026-11-22t12:18:26.5z", "2026-11-22T12:18:26.500000000Z"],
    ["2026-11-22T13:18:26.954123+01:00", "2026-11-22T12:18:26.954123000Z"],
    ["2026-11-22T23:48:26-05:30", "2026-11-23T05:18:26.000000000Z"],
    ["2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000000Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000000Z"],
    ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999000Z"],
  ])("%s is %s", (text, comparable) => {
    expect(comparableInstant(text)).toBe(comparable);
  });

  test.each([
    null,
    undefined,
    "",
    "2026-11-22",
    "2026-11-22T12:18Z",
    "2026-13-22T12:18:26Z",
    "2026-11-32T12:18:26Z",
    "2026-11-22T24:18:26Z",
    "2026-11-22T12:18:26",
    "2026-11-22T12:18:26 Z",
    "9999-12-31T23:59:59-01:00",
    "22 Nov 2026",
    "\u0000",
  ])("%j is none", (text) => {
    expect(comparableInstant(text)).toBeNull();
  });

  test("instants compare as strings in the order of time, whatever their digits and offsets", () => {
    const micros = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(micros, micros, offset, (a, b, minutes) => {
        const inZulu = comparableInstant(rfc3339(a, 0));
        const shifted = comparableInstant(rfc3339(b, minutes));
        if (inZulu === null || shifted === null) throw new Error("both are instants");
        expect(Math.sign(a - b)).toBe(inZulu < shifted ? -1 : inZulu > shifted ? 1 : 0);
      }),
    );
  });
});

/** Writes microseconds since 1970 with an offset in minutes. */
function rfc3339(micros: number, offset: number): string {
  const local = new Date(Math.floor(micros / 1000) + offset * 60_000).toISOString();
  const zone = `${String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0")}:${String(Math.abs(offset) % 60).padStart(2, "0")}`;
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${local.slice(0, 19)}.${fraction}${offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${zone}`}`;
}

describe("printedInstant, hourOf, dayOf", () => {
  test("six digits are printed, cut and not rounded", () => {
    expect(printedInstant("2026-11-22T12:18:26.999999999Z")).toBe("2026-11-22T12:18:26.999999Z");
  });

  test("an hour and a day begin in UTC", () => {
    expect(hourOf("2026-11-22T12:18:26.954123000Z")).toBe("2026-11-22T12:00:00Z");
    expect(dayOf("2026-11-22T12:18:26.954123000Z")).toBe("2026-11-22T00:00:00Z");
  });
});

describe("secondsBetween", () => {
  test.each([
    ["2026-11-22T12:18:26.000000000Z", "2026-11-22T12:18:26.000001000Z", 0.000001],
    ["2026-11-22T12:18:26.900000000Z", "2026-11-22T12:18:27.100000000Z", 0.2],
    ["2026-11-22T23:59:59.000000000Z", "2026-11-23T00:00:01.500000000Z", 2.5],
    ["2026-11-22T12:18:26.000000000Z", "2026-11-22T12:18:25.500000000Z", -0.5],
    ["2026-10-01T00:00:00.000000000Z", "2026-11-01T00:00:00.123456000Z", 31 * 86_400 + 0.123456],
  ])("from %s to %s", (start, end, seconds) => {
    expect(secondsBetween(start, end)).toBe(seconds);
  });
});
