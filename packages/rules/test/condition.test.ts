import { describe, expect, test } from "vitest";
import { Condition, createRuleEngine, describeCondition } from "../src/index.js";
import type { RequestFacts, RuleLists } from "../src/index.js";
import { ruleOf, secretRead } from "./facts.js";

function holds(condition: unknown, facts: RequestFacts, lists: RuleLists = {}): boolean {
  const when = Condition.parse(condition);
  const engine = createRuleEngine([ruleOf({ when })], { lists, parameters: { limit: 10 } });
  engine.add(facts);
  return engine.finish().findings.length === 1;
}

const facts = secretRead(0, {
  groups: ["developers", "system:authenticated"],
  durationSeconds: 601,
  tty: true,
  start: "2026-11-22T12:00:00.000000Z",
});

describe("Condition", () => {
  test.each<[string, unknown, boolean]>([
    ["is", { field: "actor", is: "alice" }, true],
    ["is, another case", { field: "actor", is: "Alice" }, false],
    ["is, a number", { field: "code", is: 200 }, true],
    ["is, a truth", { field: "tty", is: true }, true],
    ["is false, absent", { field: "open", is: false }, false],
    ["in", { field: "verb", in: ["list", "get"] }, true],
    ["in, numbers", { field: "code", in: [201, 204] }, false],
    ["startsWith", { field: "namespace", startsWith: "pay" }, true],
    ["endsWith, one of several", { field: "namespace", endsWith: ["x", "ments"] }, true],
    ["contains, part of a text", { field: "namespace", contains: "aym" }, true],
    ["contains, a star is a star", { field: "namespace", contains: "a*m" }, false],
    ["contains, whole entry of a list", { field: "groups", contains: "developers" }, true],
    ["contains, part of an entry of a list", { field: "groups", contains: "develop" }, false],
    ["startsWith, an entry of a list", { field: "groups", startsWith: "system:" }, true],
    ["matchesGlob", { field: "sourceIP", matchesGlob: "192.*.7" }, true],
    ["above", { field: "durationSeconds", above: 600 }, true],
    ["above, not at", { field: "durationSeconds", above: 601 }, false],
    ["above a parameter", { field: "durationSeconds", above: { parameter: "limit", times: 60 } }, true],
    ["below", { field: "code", below: 400 }, true],
    ["below, absent", { field: "expirationSeconds", below: 400 }, false],
    ["below, an instant", { field: "start", below: "2026-11-22T12:00:00.000001Z" }, true],
    ["exists", { field: "pod", exists: false }, true],
    ["inCidr", { field: "sourceIP", inCidr: "192.0.2.0/24" }, true],
    ["inCidr, of a list", { field: "sourceIP", inCidr: { list: "ranges" } }, false],
    ["inList, exact", { field: "actor", inList: "names" }, true],
    ["inList, pattern", { field: "groups", inList: "names" }, true],
    ["inList, a list that is not there", { field: "actor", inList: "others" }, false],
    ["insideWindow", { field: "time", insideWindow: "windows" }, false],
    ["insideWindow, a list that is not there", { field: "time", insideWindow: "others" }, true],
    ["matchesEntry", { matchesEntry: "pairs" }, true],
    [
      "all",
      {
        all: [
          { field: "actor", is: "alice" },
          { field: "verb", is: "list" },
        ],
      },
      false,
    ],
    [
      "any",
      {
        any: [
          { field: "actor", is: "bob" },
          { field: "verb", is: "get" },
        ],
      },
      true,
    ],
    ["not", { not: { field: "open", is: true } }, true],
  ])("%s", (_name, condition, expected) => {
    const lists = {
      names: ["alice", "dev*s"],
      ranges: ["10.0.0.0/8", "2001:db8::/32"],
      windows: [{ days: ["mon", "fri"], from: "08:00", to: "18:00" }],
      pairs: [
        { actor: "bob", name: "db" },
        { actor: ["carol", "ali*"], groups: "developers", name: "d*" },
      ],
    };
    expect(holds({ all: [condition, { field: "actorKind", is: "human" }] }, facts, lists)).toBe(expected);
    expect(describeCondition(Condition.parse(condition)).join("\n")).not.toMatch(/undefined|\[object/);
  });

  test.each([
    [{ field: "actr", is: "x" }, "field", /"actr" is not a field; did you mean actor\?/],
    [{ field: "actor", equals: "x" }, "equals", /"equals" is not a operator|not a operator/],
    [{ field: "actor" }, "", /expected exactly one of is, in/],
    [{ field: "actor", is: "x", in: ["y"] }, "", /expected exactly one of/],
    [{ field: "code", is: "200" }, "is", /expected a number/],
    [{ field: "code", startsWith: "2" }, "startsWith", /not for code, which is a number; use is, in, above/],
    [{ field: "tty", is: "true" }, "is", /expected true or false/],
    [{ field: "start", below: "2026-11-22" }, "below", /expected an instant in UTC/],
    [{ field: "sourceIP", inCidr: "10.0.0.0/40" }, "inCidr", /expected addresses or CIDR ranges/],
    [{ all: [] }, "all", /expected a list of conditions/],
    [{ al: [] }, "al", /did you mean all\?/],
    [{ is: "x" }, "", /is needs the field/],
    [
      { all: [{ field: "actor", is: "x" }, { not: { feild: "verb", is: "y" } }] },
      "all.1.not.feild",
      /did you mean field\?/,
    ],
    ["actor is alice", "", /expected a condition/],
    [{ field: "actor", matchesGlob: "x".repeat(2000) }, "matchesGlob", /at most 1024 characters/],
    [{ field: "__proto__", is: "x" }, "field", /is not a field/],
  ])("refuses %j at %j", (condition, path, message) => {
    const { error } = Condition.safeParse(condition);
    expect(error?.issues.map((issue) => issue.path.join("."))).toContain(path);
    expect(error?.issues.map((issue) => issue.message).join("\n")).toMatch(message);
  });

  test("reports every problem, and bounds depth and size", () => {
    const two = Condition.safeParse({
      any: [
        { field: "actr", is: "x" },
        { field: "verb", isnt: "y" },
      ],
    });
    expect(two.error?.issues.map(({ path }) => path.join("."))).toEqual(["any.0.field", "any.1.isnt"]);
    let deep: unknown = { field: "actor", is: "x" };
    for (let i = 0; i < 100_000; i++) deep = { not: deep };
    expect(Condition.safeParse(deep).error?.issues[0]?.message).toMatch(/no deeper than 16/);
    const wide = { any: Array.from({ length: 5000 }, () => ({ field: "actor", is: "x" })) };
    expect(Condition.safeParse(wide).error?.issues).toHaveLength(1);
  });

  test.each([
    ["matchesGlob", "*a*a*a*a*a*a*a*a*b"],
    ["contains", "a".repeat(800) + "b"],
    ["startsWith", "a".repeat(1000) + "b"],
    ["inList", undefined],
  ])("%s looks at 50 kB of hostile text in little time", (operator, value) => {
    const hostile = secretRead(0, { userAgent: "a".repeat(50_000), actorKind: "human" });
    const when = Condition.parse({ field: "userAgent", [operator]: value ?? "names" });
    const lists = { names: Array.from({ length: 50 }, (_, i) => `*a${"a".repeat(i)}*b`) };
    const engine = createRuleEngine([ruleOf({ when })], { lists });
    const start = performance.now();
    engine.add(hostile);
    expect(engine.finish().findings).toEqual([]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
