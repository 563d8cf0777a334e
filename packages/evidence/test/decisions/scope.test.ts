import { describe, expect, test } from "vitest";
import { compileScope } from "../../src/index.js";

describe("compileScope", () => {
  const scopes = compileScope({ production: ["shop", "pay*"], cde: ["payments"] }, [
    { name: "prod-eu-1", scope: { ephi: ["patients"], production: ["legacy"] } },
    { name: "staging" },
  ]);

  test.each([
    ["staging", "payments", ["production", "cde"]],
    ["staging", "shop", ["production"]],
    ["staging", "patients", []],
    ["prod-eu-1", "patients", ["ephi"]],
    ["prod-eu-1", "legacy", ["production"]],
    ["prod-eu-1", "payments", ["production", "cde"]],
    ["another", "payments", ["production", "cde"]],
  ])("%s, %s: %j", (cluster, namespace, labels) => {
    expect(scopes.of(cluster, namespace)).toEqual(labels);
  });

  test("a request without a namespace reaches every namespace that is in scope", () => {
    expect(scopes.of("prod-eu-1", "")).toEqual(["production", "cde", "ephi"]);
    expect(scopes.of("staging", "")).toEqual(["production", "cde"]);
  });

  test("nothing declared is told from nothing in scope", () => {
    expect(scopes.isDeclared("staging")).toBe(true);
    const none = compileScope(undefined, [{ name: "a", scope: { cde: ["x"] } }, { name: "b" }]);
    expect(["a", "b", "c"].map((cluster) => none.isDeclared(cluster))).toEqual([true, false, false]);
    expect(none.labels("a")).toEqual(["cde"]);
    expect(none.of("b", "x")).toEqual([]);
  });

  test("a star labels the whole cluster", () => {
    expect(compileScope({ production: ["*"] }).of("any", "kube-system")).toEqual(["production"]);
  });
});
