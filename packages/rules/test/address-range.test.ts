import { describe, expect, test } from "vitest";
import { compileAddressRange } from "../src/index.js";

describe("compileAddressRange", () => {
  test.each([
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["192.0.2.128/25", "192.0.2.127", false],
    ["192.0.2.128/25", "192.0.2.200", true],
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "192.0.2.7", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["::1", "::1", true],
    ["10.0.0.0/8", "10.0.0.1.evil", false],
    ["10.0.0.0/8", "", false],
    ["2001:db8::/33", "2001:db8:8000::", false],
  ])("%s holds %s: %j", (range, address, inside) => {
    expect(compileAddressRange(range)?.(address)).toBe(inside);
  });

  test.each([
    "",
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.256",
    "010.0.0.0/8",
    "::1/129",
    "1::2::3",
    "12345::",
    "host",
    "10.0.0.0/-1",
  ])("%j is no range", (range) => {
    expect(compileAddressRange(range)).toBeNull();
  });
});
