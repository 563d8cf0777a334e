import { describe, expect, test } from "vitest";
import { Approvals, compileApprovals } from "../../src/index.js";
import type { ApprovableRequest, Approval } from "../../src/index.js";

const october = { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" };

const approval: Approval = {
  id: "AP-03",
  who: { groups: ["sre"] },
  what: { rules: ["KX-001"], verbs: ["get"] },
  where: { namespaces: ["payments"], resources: ["secrets"] },
  why: "On-call reads the credentials of payments.",
  owner: "SRE lead",
  approver: "carol",
  from: "2026-10-05",
  expires: "2026-10-20",
};

const request: ApprovableRequest = {
  time: "2026-10-14T09:00:00.000000Z",
  cluster: "prod-eu-1",
  actor: "alice",
  impersonated: "",
  groups: ["dev", "sre"],
  register: ["secrets"],
  verb: "get",
  apiGroup: "",
  resource: "secrets",
  subresource: "",
  namespace: "payments",
  name: "db",
};

/** What the approval, changed, says of the request, changed. */
function covering(change: Partial<ApprovableRequest>, changed: Partial<Approval> = {}, rule = "KX-001"): string | null {
  return compileApprovals([{ ...approval, ...changed }]).covering({ ...request, ...change }, rule);
}

describe("compileApprovals", () => {
  test("covers a request that fits in everything", () => {
    expect(covering({})).toBe("AP-03");
  });

  test.each<[string, Partial<ApprovableRequest>]>([
    ["the group", { groups: ["dev"] }],
    ["the verb", { verb: "list" }],
    ["the namespace", { namespace: "payments2" }],
    ["the namespace, being none", { namespace: "" }],
    ["the resource", { resource: "configmaps" }],
    ["the subresource", { subresource: "status" }],
    ["being made as another user", { impersonated: "bob" }],
  ])("does not cover one that differs in %s", (_what, change) => {
    expect(covering(change)).toBeNull();
  });

  test("answers only for the rules that it names", () => {
    expect(covering({}, {}, "KX-002")).toBeNull();
    expect(covering({}, { what: { verbs: ["get"] } }, "KX-002")).toBe("AP-03");
    const { covering: without } = compileApprovals([approval]);
    expect(without(request)).toBeNull();
  });

  test("a fact that is absent is like an empty one", () => {
    const { time, cluster, actor, verb, resource, namespace } = request;
    const some = { time, cluster, actor, verb, resource, namespace };
    const compiled = compileApprovals([{ ...approval, who: { users: ["alice"] } }]);
    expect(compiled.covering(some, "KX-001")).toBe("AP-03");
    expect(compiled.covering({ time, cluster, verb, resource }, "KX-001")).toBeNull();
  });

  test("covers users by pattern, registers, clusters, names, and acting as another user", () => {
    expect(covering({ groups: [] }, { who: { users: ["al*"] } })).toBe("AP-03");
    expect(covering({}, { what: { registers: ["secrets", "rbac"] } })).toBe("AP-03");
    expect(covering({}, { what: { registers: ["rbac"] } })).toBeNull();
    expect(covering({}, { where: { clusters: ["staging-*"] } })).toBeNull();
    expect(covering({}, { where: { names: ["db*"] } })).toBe("AP-03");
    expect(covering({ impersonated: "bob" }, { who: { groups: ["sre"], actingAs: ["bob"] } })).toBe("AP-03");
    expect(covering({ impersonated: "root" }, { who: { groups: ["sre"], actingAs: ["bob"] } })).toBeNull();
  });

  test.each([
    ["secrets", { resource: "secrets" }],
    ["pods/exec", { resource: "pods", subresource: "exec" }],
    ["deployments", { resource: "deployments", apiGroup: "apps" }],
    ["deployments.apps", { resource: "deployments", apiGroup: "apps" }],
    ["deployments.apps/scale", { resource: "deployments", apiGroup: "apps", subresource: "scale" }],
  ])("reads %s as a resource", (resource, change) => {
    expect(covering(change, { where: { resources: [resource] } })).toBe("AP-03");
  });

  test.each([
    ["2026-10-04T23:59:59.999999Z", null],
    ["2026-10-05T00:00:00.000000Z", "AP-03"],
    ["2026-10-20T23:59:59.999999Z", "AP-03"],
    ["2026-10-21T00:00:00.000000Z", null],
    ["2026-10-21T01:00:00+02:00", "AP-03"],
    ["never", null],
  ])("counts from the first day to the end of the last, by the request's own time: %s", (time, expected) => {
    expect(covering({ time })).toBe(expected);
  });

  test("an instant ends an approval at once", () => {
    const expires = "2026-10-14T09:00:00Z";
    expect(covering({ time: "2026-10-14T08:59:59.999999Z" }, { expires })).toBe("AP-03");
    expect(covering({ time: "2026-10-14T09:00:00.000000Z" }, { expires })).toBeNull();
  });

  test("counts requests, not rules, and users", () => {
    const compiled = compileApprovals([{ ...approval, what: { rules: ["KX-*"] } }]);
    for (const actor of ["alice", "alice", "bob"]) {
      const one = { ...request, actor };
      expect([compiled.covering(one, "KX-001"), compiled.covering(one, "KX-012")]).toEqual(["AP-03", "AP-03"]);
    }
    expect(compiled.uses(october)).toMatchObject([{ uses: 3, actors: 2 }]);
  });

  test("says who may do what on what", () => {
    const [use] = compileApprovals([approval]).uses(october);
    expect(use).toMatchObject({
      allows: "group sre: get secrets under rule KX-001 in namespace payments",
      reason: approval.why,
      ticket: "",
    });
  });
});

describe("the state of an approval", () => {
  const states: readonly (readonly [string, Partial<Approval>, Partial<ApprovableRequest> | null, string, string[]])[] =
    [
      ["used and valid", { expires: "2026-12-31" }, {}, "in-force", []],
      ["not used", { expires: "2026-12-31" }, null, "unused", []],
      ["used, and ended within the period", {}, {}, "expired", []],
      ["ended, and the access went on", {}, { time: "2026-10-22T09:00:00Z" }, "expired", ["expired"]],
      ["ended before the period", { from: "2026-09-01", expires: "2026-09-30" }, null, "expired", ["expired"]],
      ["without an owner", { owner: undefined, expires: "2026-12-31" }, {}, "ownerless", ["ownerless"]],
      ["for everybody", { who: { users: ["*"] }, expires: "2026-12-31" }, {}, "too-wide", ["too-wide"]],
      [
        "for everybody who logs in",
        { who: { groups: ["system:authenticated"] }, expires: "2026-12-31" },
        null,
        "too-wide",
        ["too-wide"],
      ],
      ["for everything", { what: { verbs: ["*"] }, where: {}, expires: "2026-12-31" }, null, "too-wide", ["too-wide"]],
      [
        "of one's own access",
        { approver: "Alice@example.com", expires: "2026-12-31" },
        {},
        "self-approved",
        ["self-approved"],
      ],
      [
        "with two problems",
        { who: { users: ["*"] }, owner: undefined, expires: "2026-12-31" },
        {},
        "ownerless",
        ["ownerless", "too-wide"],
      ],
    ];

  test.each(states)("%s", (_name, changed, change, state, problems) => {
    const compiled = compileApprovals([{ ...approval, ...changed } as Approval]);
    if (change !== null) compiled.covering({ ...request, ...change }, "KX-001");
    expect(compiled.uses(october)).toMatchObject([{ state, problems }]);
  });

  test("many different users make an approval too wide; their number is bounded", () => {
    const compiled = compileApprovals([{ ...approval, expires: "2026-12-31" }]);
    for (let index = 0; index < 5000; index++) compiled.covering({ ...request, actor: `user-${index}` }, "KX-001");
    expect(compiled.uses(october)).toMatchObject([{ uses: 5000, actors: 1000, state: "too-wide" }]);
  });
});

/** Paths and messages of everything that is wrong. */
function problemsOf(file: unknown): readonly string[] {
  const result = Approvals.safeParse(file);
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("Approvals", () => {
  test("takes a whole file", () => {
    expect(problemsOf({ approvals: [approval] })).toEqual([]);
  });

  test("names every problem with its path, not only the first", () => {
    const { why: _why, ...withoutReason } = approval;
    const problems = problemsOf({
      approvals: [
        { ...withoutReason, who: {}, what: {}, expires: "31.12.2026" },
        { ...approval, from: "2026-10-21", where: { namespaces: [] } },
        { ...approval, id: "has space", wher: {} },
        approval,
      ],
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        "approvals.0.who: says nobody; give users, groups or both",
        "approvals.0.what: says nothing; give rules, registers, verbs or more of them",
        expect.stringMatching(/^approvals\.0\.why: /),
        "approvals.0.expires: expected a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z",
        "approvals.1.where.namespaces: is empty; leave it out to set no limit, or give what it is limited to",
        expect.stringMatching(/^approvals\.2\.id: expected letters/),
        expect.stringMatching(/^approvals\.2: Unrecognized key: "wher"/),
      ]),
    );
  });

  test("refuses two approvals of one id, and one that ends before it begins", () => {
    expect(problemsOf({ approvals: [approval, approval] })).toEqual([
      "approvals.1.id: is the id of approvals[0] as well; give each its own",
    ]);
    expect(problemsOf({ approvals: [{ ...approval, from: "2026-10-21" }] })).toEqual([
      "approvals.0.expires: expires before it begins; expected from to be earlier",
    ]);
    expect(problemsOf({ approvals: [{ ...approval, from: "2026-10-20" }] })).toEqual([]);
  });

  test.each(["2026-02-30", "2026-13-01", "tomorrow", "2026-10-20 12:00", "", 20261020])(
    "refuses %j as a time",
    (expires) => {
      expect(problemsOf({ approvals: [{ ...approval, expires }] })).toHaveLength(1);
    },
  );
});
