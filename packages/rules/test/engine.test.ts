import { createHash } from "node:crypto";
import { installErrorMatchers } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRuleEngine } from "../src/index.js";
import type { Finding, RequestFacts, Rule, RuleEngineOptions, RuleResults } from "../src/index.js";
import { instantAt, ruleOf, secretRead } from "./facts.js";

installErrorMatchers();

function run(rules: readonly Rule[], requests: readonly RequestFacts[], options: RuleEngineOptions = {}): RuleResults {
  const engine = createRuleEngine(rules, options);
  requests.forEach((facts, i) => engine.add(facts, `row-${i}`));
  return engine.finish();
}

const plain = (results: RuleResults): unknown => JSON.parse(JSON.stringify(results));

function burst(count: number, other: Partial<NonNullable<Rule["thresholds"]>[number]> = {}): Rule {
  return ruleOf({ thresholds: [{ count, withinMinutes: 10, by: ["actor"], ...other }] });
}

function bind(second: number, other = {}): RequestFacts {
  return secretRead(second, { resource: "rolebindings", ...other });
}

function drop(second: number, other = {}): RequestFacts {
  return secretRead(second, { resource: "pods", verb: "delete", ...other });
}

/** Requests a second apart, one for each resource. */
function many(...resources: string[]): RequestFacts[] {
  return resources.map((resource, i) => secretRead(i, { resource }));
}

describe("createRuleEngine", () => {
  test("10,000 equal requests are one finding with its count", () => {
    const requests = Array.from({ length: 10_000 }, (_, i) => secretRead(i / 100));
    const { findings, rules } = run([ruleOf()], requests);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      count: 10_000,
      first: instantAt(0),
      last: instantAt(99.99),
      refsCapped: true,
      key: [["actor", "alice"]],
      sentence: "alice did something 10,000 times.",
    });
    expect(findings[0]?.refs).toEqual(Array.from({ length: 25 }, (_, i) => `row-${i}`));
    expect(rules).toEqual([
      { rule: "R-1", evaluated: true, missing: [], findings: 1, requests: 10_000, notKept: 0, forgotten: 0 },
    ]);
  });

  test("the id is the rule and a hash of rule, cluster and key", () => {
    const rule = ruleOf({ groupBy: ["actor", "namespace"] });
    const [finding] = run([rule], [secretRead(0), secretRead(5, { name: "other" })]).findings;
    const hash = createHash("sha256")
      .update(JSON.stringify(["R-1", "c", "alice", "payments"]))
      .digest("hex");
    expect(finding?.id).toBe(`R-1-${hash.slice(0, 8)}`);
    const [elsewhere] = run([rule], [secretRead(0, { cluster: "d" })]).findings;
    expect(elsewhere?.id).not.toBe(finding?.id);
  });

  test("keys that share eight digits of the hash get ids of their own", () => {
    // Found by search: SHA-256 of ["R-1","c",name] agrees in eight digits for these two names.
    const byDigits = new Map<string, string>();
    let pair: [string, string] | undefined;
    for (let i = 0; pair === undefined; i++) {
      const name = `n${i}`;
      const digits = createHash("sha256")
        .update(JSON.stringify(["R-1", "c", name]))
        .digest("hex")
        .slice(0, 8);
      const other = byDigits.get(digits);
      if (other !== undefined) pair = [other, name];
      byDigits.set(digits, name);
    }
    const ids = run(
      [ruleOf()],
      pair.map((actor, i) => secretRead(i, { actor })),
    ).findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^R-1-[0-9a-f]{8}$/);
  });

  test("facts that all requests share are kept, others are not; approvals are counted", () => {
    const [finding] = run(
      [ruleOf({ sentence: "{who} read {name}[ of {namespace}][ as {impersonated}]." })],
      [
        secretRead(0, { name: "a" }),
        secretRead(1, { name: "b" }),
        secretRead(2, { name: "c" }),
        secretRead(3, { name: "d" }),
        secretRead(4, { name: "e" }),
      ],
      { approvalFor: ({ name }, rule) => (rule === "R-1" && (name === "a" || name === "d") ? "A-1" : null) },
    ).findings;
    expect(finding?.facts).toMatchObject({ actor: "alice", namespace: "payments" });
    expect(finding?.facts).not.toHaveProperty("name");
    expect(finding).toMatchObject({
      approved: 2,
      approvals: ["A-1"],
      sentence: "alice read a, b, c, d and 1 more of payments.",
    });
  });

  test("severity is the highest of the requests; scope raises it by one step", () => {
    const rule = ruleOf({
      severityWhen: [{ when: { field: "verb", is: "list" }, severity: "high", because: "All were listed." }],
      scopeRaises: ["production"],
    });
    const one = (...requests: RequestFacts[]): Finding | undefined => run([rule], requests).findings[0];
    expect(one(secretRead(0))).toMatchObject({ severity: "medium", raisedByScope: false, because: [] });
    expect(one(secretRead(0, { scopes: ["production"] }))).toMatchObject({ severity: "high", raisedByScope: true });
    expect(one(secretRead(0, { scopes: ["ephi"] }))).toMatchObject({ severity: "medium", raisedByScope: false });
    expect(one(secretRead(0, { verb: "list", scopes: ["production"] }))).toMatchObject({
      severity: "critical",
      sentence: "alice did something once. All were listed.",
    });
    expect(one(secretRead(0, { scopes: ["production"] }), secretRead(1, { verb: "list" }))).toMatchObject({
      severity: "high",
      raisedByScope: true,
    });
  });

  test("a case of the severity can make one finding of requests that are otherwise apart", () => {
    const rule = ruleOf({
      groupBy: ["actor", "name"],
      severityWhen: [{ when: { field: "bulk", is: true }, severity: "low", groupBy: ["actor"] }],
    });
    const requests = ["a", "b", "c"].flatMap((name, i) => [
      secretRead(i, { name }),
      secretRead(i + 10, { name, bulk: true }),
    ]);
    expect(
      run([rule], requests).findings.map(({ severity, count, key }) => [severity, count, ...key.map(String)]),
    ).toEqual([
      ["medium", 1, "actor,alice", "name,a"],
      ["medium", 1, "actor,alice", "name,b"],
      ["medium", 1, "actor,alice", "name,c"],
      ["low", 3, "actor,alice"],
    ]);
  });

  test("log text in sentences cannot act, and is shortened", () => {
    const [finding] = run([ruleOf()], [secretRead(0, { actor: `a\u001b[31m\u202e${"x".repeat(500)}` })]).findings;
    expect(finding?.sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(finding?.sentence.length).toBeLessThan(250);
  });

  test("a rule whose list is not there is not evaluated, and says so", () => {
    const rule = ruleOf({ requiresLists: ["leavers", ["windows", "approvals"]] });
    const outcome = (options: RuleEngineOptions): unknown => run([rule], [secretRead(0)], options).rules[0];
    expect(outcome({})).toMatchObject({ evaluated: false, missing: ["leavers", "windows or approvals"], findings: 0 });
    expect(outcome({ lists: { leavers: [] }, available: ["approvals"] })).toMatchObject({
      evaluated: true,
      findings: 1,
    });
  });

  test("a parameter that is not there throws, and names what may be meant", () => {
    const rule = ruleOf({ when: { field: "code", above: { parameter: "limt" } } });
    expect(() => createRuleEngine([rule], { parameters: { limit: 1 } })).toThrowCode("KAUDIT_RULES_SETTING_INVALID");
    expect(() => createRuleEngine([rule], { parameters: { limit: 1 } })).toThrow(/did you mean limit\?/);
  });
});

describe("thresholds", () => {
  test.each([
    ["one too few", [0, 1], 0],
    ["enough", [0, 1, 2], 3],
    ["enough, at the edge of the window", [0, 1, 600], 3],
    ["just beyond the window", [0, 1, 600.001], 0],
    ["those after it count as well", [0, 1, 2, 3, 4], 5],
    ["a pause, then too few", [0, 1, 2, 3000, 3001], 3],
    ["a pause, then enough again", [0, 1, 2, 3000, 3001, 3002], 6],
    ["spread out", [0, 400, 800, 1200, 1600], 0],
    ["spread out, then close", [0, 400, 800, 810, 820], 4],
  ])("%s", (_name, seconds, counted) => {
    const { findings } = run(
      [burst(3)],
      seconds.map((second) => secretRead(second)),
    );
    expect(findings.reduce((sum, { count }) => sum + count, 0)).toBe(counted);
  });

  test("each key has its own", () => {
    const requests = ["a", "b", "a", "b", "a"].map((actor, i) => secretRead(i, { actor }));
    expect(run([burst(3)], requests).findings.map(({ key, count }) => [key[0]?.[1], count])).toEqual([["a", 3]]);
  });

  test("distinct counts different values", () => {
    const rule = burst(3, { distinct: "resource" });
    expect(run([rule], many("a", "a", "a", "b", "b")).findings).toEqual([]);
    expect(run([rule], many("a", "a", "b", "a", "c")).findings[0]?.count).toBe(5);
    expect(run([rule], many("a", "b", "c", "c", "c")).findings[0]?.count).toBe(5);
  });

  test("what follows raises it", () => {
    const rule = ruleOf({
      when: { field: "outcome", is: "denied" },
      thresholds: [{ count: 2, withinMinutes: 1, by: ["sourceIP"] }],
      groupBy: ["sourceIP"],
      followedBy: [
        {
          when: { field: "outcome", is: "success" },
          by: ["sourceIP"],
          withinMinutes: 5,
          severity: "high",
          because: "A request from there then succeeded.",
        },
      ],
    });
    const denied = [0, 1].map((second) => secretRead(second, { outcome: "denied" }));
    const severity = (...after: RequestFacts[]): unknown => run([rule], [...denied, ...after]).findings[0]?.severity;
    expect(severity()).toBe("medium");
    expect(severity(secretRead(200))).toBe("high");
    expect(severity(secretRead(400))).toBe("medium");
    expect(severity(secretRead(200, { sourceIP: "192.0.2.8" }))).toBe("medium");
    expect(run([rule], [secretRead(-1), ...denied]).findings[0]?.severity).toBe("medium");
  });
});

describe("sequences", () => {
  const rule = ruleOf({
    when: { field: "resource", is: "rolebindings" },
    sequence: {
      by: ["actor"],
      steps: [
        { when: { field: "resource", is: "secrets" }, withinMinutes: 10 },
        { when: { field: "verb", is: "delete" }, withinMinutes: 1 },
      ],
    },
  });
  test.each([
    ["all steps in time", [bind(0), secretRead(60), drop(90)], 3],
    ["a step is missing", [bind(0), drop(90)], 0],
    ["the wrong order", [secretRead(0), bind(60), drop(90)], 0],
    ["another actor", [bind(0, { actor: "bob" }), secretRead(60), drop(90)], 0],
    ["a step too late", [bind(0), secretRead(601), drop(610)], 0],
    ["the last step too late", [bind(0), secretRead(60), drop(121)], 0],
    ["the latest beginning counts", [bind(0), bind(500), secretRead(1000), drop(1010)], 3],
    ["the end again", [bind(0), secretRead(60), drop(70), drop(80)], 4],
  ])("%s", (_name, requests, counted) => {
    expect(run([rule], requests).findings.reduce((sum, { count }) => sum + count, 0)).toBe(counted);
  });
});

describe("order and memory", () => {
  const rules = [
    ruleOf({ id: "R-plain", sentence: "{who} touched {name} {times}." }),
    ruleOf({ id: "R-burst", thresholds: [{ count: 3, withinMinutes: 0.1, by: ["actor"] }] }),
    ruleOf({
      id: "R-chain",
      when: { field: "name", is: "a" },
      sequence: { by: ["actor"], steps: [{ when: { field: "name", is: "b" }, withinMinutes: 0.05 }] },
    }),
  ];
  const anyRequests = fc.array(
    fc.record({ second: fc.nat(40), name: fc.constantFrom("a", "b", "c"), actor: fc.constantFrom("x", "y") }),
    { minLength: 1, maxLength: 60 },
  );

  test("any order of arrival within the skew gives the same, ties included", () => {
    fc.assert(
      fc.property(anyRequests, fc.infiniteStream(fc.nat(1000)), (made, chance) => {
        const requests = made.map(({ second, name, actor }, i) => ({
          facts: secretRead(second, { name, actor, auditID: `id-${String(i).padStart(3, "0")}` }),
          ref: `row-${i}`,
        }));
        const results = (order: typeof requests, skewSeconds: number): unknown => {
          const engine = createRuleEngine(rules, { skewSeconds });
          for (const { facts, ref } of order) engine.add(facts, ref);
          return plain(engine.finish());
        };
        const byTime = requests.toSorted((a, b) =>
          a.facts.time < b.facts.time ? -1 : a.facts.time > b.facts.time ? 1 : 0,
        );
        const shuffled = requests
          .map((request) => ({ request, at: chance.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ request }) => request);
        const expected = results(byTime, 0);
        expect(results(shuffled, 60)).toEqual(expected);
        expect(results(byTime.toReversed(), 60)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("live and replay give the same: the last state that was told is the result", () => {
    fc.assert(
      fc.property(anyRequests, (made) => {
        const told = new Map<string, unknown>();
        const engine = createRuleEngine(rules, {
          skewSeconds: 60,
          onChange: (finding) => told.set(finding.id, JSON.parse(JSON.stringify(finding))),
        });
        made.forEach(({ second, name, actor }, i) => engine.add(secretRead(second, { name, actor }), `row-${i}`));
        const { findings } = engine.finish();
        expect(findings.map((finding) => told.get(finding.id))).toEqual(
          findings.map((finding) => JSON.parse(JSON.stringify(finding)) as unknown),
        );
        expect(told.size).toBe(findings.length);
      }),
      { numRuns: 40 },
    );
  });

  test("what comes later than the skew is counted, and still taken", () => {
    const results = run([ruleOf()], [secretRead(0), secretRead(100), secretRead(200), secretRead(1)], {
      skewSeconds: 5,
    });
    expect(results.late).toBe(1);
    expect(results.findings[0]?.count).toBe(4);
  });

  test("a million names do not fill memory: findings are capped and the rest is counted", () => {
    const engine = createRuleEngine([ruleOf(), ruleOf({ id: "R-2" })], { mostFindingsPerRule: 100, mostFindings: 150 });
    for (let i = 0; i < 20_000; i++) engine.add(secretRead(i, { actor: `user-${i}` }));
    const { findings, rules } = engine.finish();
    expect(findings).toHaveLength(150);
    expect(rules.map(({ findings: kept, requests, notKept }) => [kept, requests, notKept])).toEqual([
      [75, 20_000, 19_925],
      [75, 20_000, 19_925],
    ]);
  });

  test("keys that a burst had to forget are counted", () => {
    const rule = ruleOf({ thresholds: [{ count: 2, withinMinutes: 10, by: ["actor"] }] });
    const requests = Array.from({ length: 1000 }, (_, i) => secretRead(i / 10, { actor: `user-${i}` }));
    expect(run([rule], requests, { mostKeys: 100 }).rules[0]).toMatchObject({ findings: 0, forgotten: 900 });
    const spread = Array.from({ length: 1000 }, (_, i) => secretRead(i * 60, { actor: `user-${i}` }));
    expect(run([rule], spread, { mostKeys: 100 }).rules[0]?.forgotten).toBe(0);
  });
});
