import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { compileList } from "../src/index.js";
import type { ListKind } from "../src/index.js";
import { secretRead } from "./facts.js";

installErrorMatchers();

const facts = secretRead(0);
const fits = (kind: ListKind, entries: readonly unknown[], value: string, of = facts): boolean =>
  compileList("some", kind, entries).fits(value, of);

describe("compileList", () => {
  test("names count from a time, and until a time", () => {
    const entries = [{ name: "al*", from: "2026-11-22T12:00:00Z", until: "2026-11-22T12:00:10Z" }];
    expect(fits("names", entries, "alice", secretRead(-1))).toBe(false);
    expect(fits("names", entries, "alice", secretRead(0))).toBe(true);
    expect(fits("names", entries, "alice", secretRead(10))).toBe(false);
    expect(fits("names", entries, "bob", secretRead(0))).toBe(false);
  });

  // 22 November 2026 is a Sunday.
  test.each([
    [{ from: "08:00", to: "18:00" }, "2026-11-22T08:00:00Z", true],
    [{ from: "08:00", to: "18:00" }, "2026-11-22T18:00:00Z", false],
    [{ days: ["mon"], from: "00:00", to: "24:00" }, "2026-11-22T12:00:00Z", false],
    [{ days: ["mon"], from: "00:00", to: "24:00" }, "2026-11-23T23:59:59.999999Z", true],
    [{ days: ["sun"], from: "22:00", to: "04:00" }, "2026-11-23T03:00:00Z", true],
    [{ days: ["sun"], from: "22:00", to: "04:00" }, "2026-11-22T03:00:00Z", false],
    [{ days: ["mon"], from: "08:00", to: "09:00", offset: "+10:00" }, "2026-11-22T22:30:00Z", true],
    [{ days: ["sun"], from: "20:00", to: "21:00", offset: "-05:00" }, "2026-11-23T01:30:00Z", true],
    [{ from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" }, "2026-11-22T11:59:59Z", true],
    [{ from: "2026-11-22T10:00:00Z", to: "2026-11-22T12:00:00Z" }, "2026-11-22T12:00:00Z", false],
  ])("window %j has %s inside: %j", (window, time, inside) => {
    expect(fits("windows", [window], time)).toBe(inside);
  });

  test.each<[ListKind, readonly unknown[], RegExp]>([
    ["names", ["a", 7], /^lists\.some\[1\]: expected a name/],
    ["names", [{ name: "a", since: "x" }], /^lists\.some\[0\]: Unrecognized key: "since"/],
    ["ranges", ["10.0.0.0/99"], /^lists\.some\[0\]: expected an address or CIDR range/],
    ["windows", [{ from: "8", to: "18:00" }], /^lists\.some\[0\]: expected \{ days/],
    ["entries", [{ actr: "x" }], /^lists\.some\[0\]\.actr: "actr" is not a field; did you mean actor\?/],
    ["entries", [{ code: "x" }], /code is a number, not a text/],
    ["entries", [{ from: "2026-01-01T00:00:00Z" }], /expected at least one field/],
  ])("refuses %s %j", (kind, entries, message) => {
    expect(() => compileList("some", kind, entries)).toThrowCode("KAUDIT_RULES_SETTING_INVALID");
    expect(() => compileList("some", kind, entries)).toThrow(message);
  });
});
