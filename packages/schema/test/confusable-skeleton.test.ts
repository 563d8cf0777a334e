import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confusableSkeleton } from "../src/index.js";

describe("confusableSkeleton", () => {
  test.each([
    ["a zero-width space", "ali\u200bce", "alice"],
    ["a right-to-left override", "\u202ealice", "alice"],
    ["a trailing space", "alice ", "alice"],
    ["a no-break space", "alice\u00a0", "alice"],
    ["another case", "Alice", "alice"],
    ["Cyrillic letters", "\u0430li\u0441\u0435", "alice"],
    ["Greek capitals", "\u0391lice", "alice"],
    ["full-width letters", "\uff41\uff4c\uff49\uff43\uff45", "alice"],
    ["a digit for a letter", "a1ice", "alice"],
    ["a zero for a letter", "b0b", "bob"],
    ["an Armenian colon", "system\u0589masters", "system:masters"],
    ["a ratio sign", "system\u2236masters", "system:masters"],
    ["a hyphen of another kind", "kube\u2010system", "kube-system"],
    ["a tag character", "alice\u{e0041}", "alice"],
    ["a soft hyphen inside an accent", "zoe\u00ad\u0308", "zoë"],
  ])("%s makes no difference", (_what, name, like) => {
    expect(name).not.toBe(like);
    expect(confusableSkeleton(name)).toBe(confusableSkeleton(like));
  });

  test.each([
    ["alice", "alicia"],
    ["Zoë", "Zoe"],
    ["team-a", "team-b"],
    ["雪", "雨"],
    ["system:node:a", "system:nodea"],
  ])("%s and %s stay different", (one, other) => {
    expect(confusableSkeleton(one)).not.toBe(confusableSkeleton(other));
  });

  test("the skeleton of a skeleton is itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const skeleton = confusableSkeleton(name);
        expect(confusableSkeleton(skeleton)).toBe(skeleton);
      }),
      { numRuns: 2_000 },
    );
  });
});
