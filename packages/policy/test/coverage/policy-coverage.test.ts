import { levelRank } from "@kaudit/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { actorKinds, evaluatePolicy, evidenceClassNames, evidenceRequests, policyCoverage } from "../../src/index.js";
import type { ActorKind, CoverageRow, PolicyInput } from "../../src/index.js";
import { anyPolicy, request } from "../policy-arbitraries.js";

function rowOf(policy: PolicyInput, id: string, actor: ActorKind): CoverageRow {
  const found = policyCoverage(policy).rows.find((row) => row.request === id && row.actor === actor);
  if (found === undefined) throw new Error(`no row ${id} for ${actor}`);
  return found;
}

const everything: PolicyInput = { rules: [{ level: "Metadata" }] };

describe("policyCoverage", () => {
  test("has a row for every request and actor that it asks about, and every class", () => {
    const { rows, classes } = policyCoverage(everything);
    expect(rows).toHaveLength(evidenceRequests.reduce((sum, { actors }) => sum + actors.length, 0));
    expect([...new Set(classes.map((one) => one.evidenceClass))]).toEqual([...evidenceClassNames]);
    expect(new Set(rows.map((row) => row.actor))).toEqual(new Set(actorKinds));
  });

  test("a policy of one Metadata rule can record everything and holds no secret", () => {
    const { rows, classes } = policyCoverage(everything);
    expect(rows.filter((row) => row.recordable !== "yes" || row.missed !== null || row.exposed !== null)).toEqual([]);
    expect(classes.every((one) => one.recordable === "yes" && one.lowestLevel === "Metadata")).toBe(true);
  });

  test.each([
    ["a None rule for everything", { rules: [{ level: "None" }] }],
    ["no rule that matches", { rules: [{ level: "Metadata", verbs: ["x"] }] }],
    [
      "every stage omitted",
      { omitStages: ["RequestReceived", "ResponseStarted", "ResponseComplete"], rules: [{ level: "Metadata" }] },
    ],
  ])("with %s nothing can be recorded", (_name, policy) => {
    expect(policyCoverage(policy).rows.filter((row) => row.recordable !== "no")).toEqual([]);
  });

  test("failed logins exist at ResponseStarted only", () => {
    const omitted: PolicyInput = { omitStages: ["ResponseStarted"], rules: [{ level: "Metadata" }] };
    expect(rowOf(omitted, "authentication/failed", "unauthenticated").recordable).toBe("no");
    expect(rowOf(omitted, "sessions/exec", "human").recordable).toBe("yes");
    expect(rowOf(omitted, "secrets/read", "human").recordable).toBe("yes");
  });

  test("without ResponseComplete the outcome of short requests is missing, that of sessions is not", () => {
    const policy: PolicyInput = { omitStages: ["ResponseComplete"], rules: [{ level: "Metadata" }] };
    expect(rowOf(policy, "secrets/read", "human").recordable).toBe("partly");
    expect(rowOf(policy, "secrets/watch", "human").recordable).toBe("yes");
    expect(rowOf(policy, "sessions/exec", "human").recordable).toBe("yes");
  });

  test("names the request that is missed and the rule that drops it", () => {
    const policy: PolicyInput = {
      rules: [
        { level: "None", verbs: ["get"], resources: [{ resources: ["pods/exec"] }], namespaces: ["dev"] },
        { level: "Metadata" },
      ],
    };
    const row = rowOf(policy, "sessions/exec", "human");
    expect(row).toMatchObject({ recordable: "partly", lowestLevel: "None", highestLevel: "Metadata", complete: true });
    expect(row.missed?.witness).toMatchObject({ verb: "get", resource: "pods", subresource: "exec", namespace: "dev" });
    expect(row.missed?.decision.ruleIndex).toBe(0);
    expect(rowOf(policy, "sessions/attach", "human").recordable).toBe("yes");
  });

  test("tells actors apart by name and by group", () => {
    const policy: PolicyInput = {
      rules: [
        { level: "None", userGroups: ["system:serviceaccounts:kube-system"] },
        { level: "None", userGroups: ["system:nodes"] },
        { level: "None", users: ["system:kube-scheduler", "system:serviceaccount:shop:app"] },
        { level: "None", userGroups: ["system:unauthenticated"] },
        { level: "Metadata" },
      ],
    };
    const answers = Object.fromEntries(
      actorKinds.slice(0, 6).map((actor) => [actor, rowOf(policy, "secrets/read", actor).recordable]),
    );
    expect(answers).toEqual({
      human: "yes",
      "serviceaccount-kube-system": "no",
      serviceaccount: "partly",
      node: "no",
      system: "partly",
      anonymous: "no",
    });
  });

  test.each([
    ["secrets/read", { level: "RequestResponse", resources: [{ resources: ["secrets"] }] }, true],
    ["secrets/read", { level: "Request", resources: [{ resources: ["secrets"] }] }, false],
    ["secrets/change", { level: "Request", resources: [{ group: "*" }] }, true],
    ["credentials/token-review", { level: "Request" }, true],
    ["credentials/token-request", { level: "Request" }, false],
    ["credentials/token-request", { level: "RequestResponse" }, true],
    ["secrets/watch", { level: "RequestResponse" }, false],
  ])("%s with %o: the log holds secret values: %s", (id, rule, isExposed) => {
    expect(rowOf({ rules: [rule, { level: "Metadata" }] }, id, "human").exposed !== null).toBe(isExposed);
  });

  test("a class is partly recordable when one of its requests is not", () => {
    const policy: PolicyInput = {
      rules: [{ level: "None", resources: [{ resources: ["pods/attach"] }] }, { level: "Metadata" }],
    };
    const { classes } = policyCoverage(policy);
    const sessions = classes.find((one) => one.evidenceClass === "sessions" && one.actor === "human");
    expect(sessions).toMatchObject({ recordable: "partly", lowestLevel: "None" });
    expect(sessions?.missed?.witness.subresource).toBe("attach");
  });

  test("gives requests that evaluatePolicy decides as it says, and promises nothing that a request breaks", () => {
    const namespaces = ["default", "kube-system", "prod"];
    fc.assert(
      fc.property(
        anyPolicy,
        fc.constantFrom(...namespaces),
        fc.subarray(["devs", "system:masters"]),
        (policy, namespace, groups) => {
          const { rows } = policyCoverage(policy);
          for (const { missed, exposed } of rows) {
            for (const one of [missed, exposed])
              if (one !== null) expect(evaluatePolicy(policy, one.witness)).toEqual(one.decision);
          }
          const by = { user: "mallory", groups: [...groups, "system:authenticated"], namespace };
          const samples = [
            ["secrets/read", request({ ...by, resource: "secrets", verb: "get" })],
            ["sessions/exec", request({ ...by, subresource: "exec", verb: "create" })],
            ["workloads/pods", request({ ...by, verb: "delete" })],
            [
              "rbac/roles",
              request({ ...by, apiGroup: "rbac.authorization.k8s.io", resource: "roles", verb: "create", name: "" }),
            ],
          ] as const;
          for (const [id, attributes] of samples) {
            const { recordable, lowestLevel } = rows.find((row) => row.request === id && row.actor === "human")!;
            const { level } = evaluatePolicy(policy, attributes);
            expect(levelRank(level)).toBeGreaterThanOrEqual(levelRank(lowestLevel));
            if (recordable === "yes") expect(level).not.toBe("None");
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
