import { describe, expect, expectTypeOf, test } from "vitest";
import { Policy } from "../src/index.js";
import type { PolicyRule } from "../src/index.js";

const policy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  metadata: { name: "p" },
  rules: [
    { level: "Metadata", resources: [{ group: "", resources: ["secrets"], resourceNames: [] }], futureField: 1 },
    { level: "None", nonResourceURLs: ["/healthz*"], omitManagedFields: null },
  ],
  omitStages: ["RequestReceived"],
  omitManagedFields: true,
  futureField: { a: [1] },
};

describe("Policy", () => {
  test("keeps unknown fields", () => {
    expect(Policy.parse(policy)).toEqual(policy);
  });

  test("null means the same as missing for every list", () => {
    const rule = {
      level: "None",
      users: null,
      userGroups: null,
      verbs: null,
      resources: null,
      namespaces: null,
      nonResourceURLs: null,
      omitStages: null,
    };
    expect(Policy.safeParse({ rules: [rule], omitStages: null }).success).toBe(true);
    expect(Policy.safeParse({ rules: null }).success).toBe(true);
    expect(Policy.safeParse({}).success).toBe(true);
  });

  test.each([
    ["users", "bob"],
    ["users", [1]],
    ["verbs", {}],
    ["resources", ["pods"]],
    ["resources", [{ resources: "pods" }]],
    ["omitManagedFields", "true"],
    ["level", 1],
  ])("a rule's %s cannot be %o", (field, value) => {
    const result = Policy.safeParse({ rules: [{ [field]: value }] });
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.path.slice(0, 3)).toEqual(["rules", 0, field]);
  });

  test("a rule's omitManagedFields tells inherit from false", () => {
    expectTypeOf<PolicyRule["omitManagedFields"]>().toEqualTypeOf<boolean | null | undefined>();
  });
});
