import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareRotationOrder } from "../src/index.js";

describe("compareRotationOrder", () => {
  test.each([
    [
      "kube-apiserver's own rotation",
      ["audit-2026-11-22T12-18-26.954.log", "audit-2026-11-22T12-18-36.279.log.gz", "audit.log"],
    ],
    [
      "a file and its compressed twin",
      ["audit-2026-11-22T12-18-26.954.log", "audit-2026-11-22T12-18-26.954.log.gz", "audit.log"],
    ],
    [
      "logrotate's numbers, the highest being oldest",
      ["audit.log.10.gz", "audit.log.2.gz", "audit.log.1", "audit.log"],
    ],
    ["logrotate's dates", ["audit.log-20260303.gz", "audit.log-20260304", "audit.log"]],
    ["a log without an extension", ["audit-2026-11-22T12-18-26.954", "audit"]],
    [
      "the logs of two nodes",
      [
        "m1-audit-2026-11-22T12-18-26.954.log.gz",
        "m1-audit.log",
        "m2-audit-2026-11-20T12-18-26.954.log.gz",
        "m2-audit.log",
      ],
    ],
    [
      "files that are no rotation of each other, by code point",
      ["body-00001.json", "body-00002.json", "flags.txt", "policy.yaml"],
    ],
    ["names that only look like a rotation", ["audit-2026.log", "audit-x.log", "audit.log"]],
  ])("puts in order %s", (_what, names) => {
    expect(names.toReversed().toSorted(compareRotationOrder)).toEqual(names);
  });

  test("is an order: the same for any order it begins with", () => {
    const name = fc.oneof(
      fc.constantFrom(
        "audit.log",
        "audit.log.gz",
        "audit.log.1",
        "audit.log.02",
        "audit.log.2.gz",
        "audit-2026-11-22T12-18-26.954.log",
        "audit.log-20260304",
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (names, keys) => {
        const shuffled = names.map((text) => ({ text, key: keys.next().value ?? 0 })).toSorted((a, b) => a.key - b.key);
        expect(shuffled.map(({ text }) => text).toSorted(compareRotationOrder)).toEqual(
          names.toSorted(compareRotationOrder),
        );
      }),
    );
  });
});
