import { hostileStrings, installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { createRowFilter, type FilteredRow } from "../../src/query/row-filter.js";

installErrorMatchers();

const rows: Readonly<Record<string, FilteredRow>> = {
  secret: row({ actor: "alice", verb: "get", resource: "secrets", namespace: "team-a", name: "db", code: 200 }),
  refused: row({ actor: "bob", verb: "list", resource: "secrets", namespace: "team-b", code: 403, outcome: "denied" }),
  exec: row({ actor: "alice", verb: "create", resource: "pods", subresource: "exec", namespace: "team-a", code: 101 }),
  pod: row({ actor: "carol", impersonated: "bob", verb: "delete", resource: "pods", namespace: "team-a", code: 404 }),
  scale: row({ actor: "alice", verb: "patch", resource: "deployments", apiGroup: "apps", subresource: "scale" }),
  role: row({
    actor: "Alice",
    verb: "create",
    resource: "clusterroles",
    apiGroup: "rbac.authorization.k8s.io",
    code: 201,
  }),
  broken: row({ actor: "dave", verb: "update", resource: "secrets", code: 500, outcome: "failed" }),
};

function row(fields: Partial<FilteredRow>): FilteredRow {
  return {
    actor: "",
    impersonated: "",
    verb: "",
    apiGroup: "",
    resource: "",
    subresource: "",
    namespace: "",
    name: "",
    code: null,
    outcome: "success",
    ...fields,
  };
}

describe("createRowFilter", () => {
  test.each([
    [{}, "secret refused exec pod scale role broken"],
    [{ user: ["alice"] }, "secret exec scale"],
    [{ user: ["bob"] }, "refused pod"],
    [{ user: ["alice", "bob"] }, "secret refused exec pod scale"],
    [{ user: ["alice,bob"] }, ""],
    [{ user: ["alic"] }, ""],
    [{ namespace: ["team-a"] }, "secret exec pod"],
    [{ namespace: ["team-a,team-b"] }, "secret refused exec pod"],
    [{ namespace: [""] }, "scale role broken"],
    [{ resource: ["secrets"] }, "secret refused broken"],
    [{ resource: ["pods"] }, "exec pod"],
    [{ resource: ["pods/exec"] }, "exec"],
    [{ resource: ["pods/"] }, "pod"],
    [{ resource: ["deployments.apps"] }, "scale"],
    [{ resource: ["deployments.apps/scale"] }, "scale"],
    [{ resource: ["deployments.extensions"] }, ""],
    [{ resource: ["clusterroles.rbac.authorization.k8s.io"] }, "role"],
    [{ resource: ["secrets.apps"] }, ""],
    [{ verb: ["get, list"] }, "secret refused"],
    [{ verb: ["GET"] }, ""],
    [{ code: ["403"] }, "refused"],
    [{ code: ["4xx"] }, "refused pod"],
    [{ code: ["2xx,5XX"] }, "secret role broken"],
    [{ code: ["1xx"] }, "exec"],
    [{ code: ["none"] }, "scale"],
    [{ outcome: ["denied", "failed"] }, "refused broken"],
    [{ name: ["db"] }, "secret"],
    [{ user: ["alice"], resource: ["pods"] }, "exec"],
    [{ user: ["alice"], code: ["403"] }, ""],
  ])("%j keeps %s", (options, expected) => {
    const test = createRowFilter(options);
    const kept = Object.entries(rows).filter(([, row]) => test(row));
    expect(kept.map(([name]) => name).join(" ")).toBe(expected);
  });

  test.each([
    [{ code: ["40"] }],
    [{ code: ["4x"] }],
    [{ code: ["600"] }],
    [{ code: [""] }],
    [{ code: ["403-404"] }],
    [{ outcome: ["refused"] }],
    [{ outcome: ["constructor"] }],
  ])("refuses %j", (options) => {
    expect(() => createRowFilter(options)).toThrowCode("KAUDIT_CLI_USAGE");
  });

  test("finds every hostile name exactly, and no other", () => {
    const distinct = [...new Set(hostileStrings.map(({ value }) => value))];
    for (const value of distinct) {
      const test = createRowFilter({ name: [value] });
      expect(distinct.filter((name) => test(row({ name })))).toEqual([value]);
    }
  });
});
