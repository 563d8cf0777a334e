import { describe, expect, test } from "vitest";
import { compileIdentity, defaultSharedNames, IdentityConfiguration } from "../src/index.js";
import { matchesGlob } from "../src/internal/glob.js";
import { auditEvent } from "@kaudit/testkit";
import { register } from "./support/gathered.js";

const problems = (value: unknown): (string | number | symbol)[][] =>
  (IdentityConfiguration.safeParse(value).error?.issues ?? []).map(({ path }) => [...path]);

describe("compileIdentity", () => {
  const identity = compileIdentity(
    IdentityConfiguration.parse({
      kinds: [
        { kind: "serviceaccount", names: ["ci-*", "argocd"] },
        { kind: "system", groups: ["platform-*"] },
      ],
      identityProviderPrefixes: ["oidc:"],
      otherwise: "system",
      breakGlass: { names: ["emergency-*"], groups: ["break-glass"] },
    }),
  );

  test.each([
    ["ci-deploy", [], "serviceaccount"],
    ["argocd", [], "serviceaccount"],
    ["argocd2", [], "system"],
    ["alice", ["platform-bots"], "system"],
    ["oidc:alice@acme.example", [], "human"],
    ["oidc:", [], "system"],
    ["somebody", [], "system"],
    // Nothing that is configured changes what Kubernetes reserves.
    ["system:serviceaccount:a:b", [], "serviceaccount"],
    ["system:anonymous", ["platform-x"], "anonymous"],
    ["system:kube-scheduler", [], "system"],
    ["", [], "unauthenticated"],
  ])("%s in %j is %s", (username, groups, kind) => {
    expect(identity.kindOf({ username, groups })).toBe(kind);
  });

  test("without a configuration the built-in rules hold", () => {
    expect(compileIdentity().kindOf({ username: "ci-deploy" })).toBe("human");
  });

  test("shared and emergency names", () => {
    expect(compileIdentity().isShared("kubernetes-admin")).toBe(true);
    expect(defaultSharedNames.every((name) => compileIdentity().isShared(name))).toBe(true);
    expect(compileIdentity({ sharedNames: ["team-*"] }).isShared("kubernetes-admin")).toBe(false);
    expect(identity.isBreakGlass("emergency-1", [])).toBe(true);
    expect(identity.isBreakGlass("bob", ["break-glass"])).toBe(true);
    expect(identity.isBreakGlass("bob", ["developers"])).toBe(false);
  });

  test("decides the column actorKind of registers", async () => {
    const event = auditEvent({ verb: "delete", user: { username: "ci-deploy", groups: [] } });
    const kinds = { kinds: [{ kind: "serviceaccount" as const, names: ["ci-*"] }] };
    const rows = await register("deletions", [event], { identity: kinds });
    expect(rows.map(({ actorKind }) => actorKind)).toEqual(["serviceaccount"]);
  });

  test("a configuration with an unknown key or an entry that fits nobody is refused with its path", () => {
    expect(problems({ kind: [] })).toEqual([[]]);
    expect(problems({ kinds: [{ kind: "human" }] })).toEqual([["kinds", 0]]);
    expect(problems({ kinds: [{ kind: "robot", names: ["a"] }] })).toEqual([["kinds", 0, "kind"]]);
  });
});

describe("patterns of names", () => {
  test.each([
    ["a*", "a", true],
    ["a*c", "abc", true],
    ["a*a", "a", false],
    ["*b*", "abc", true],
    ["*", "", true],
    ["a.c", "abc", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*bb*b", "abb", false],
  ])("%s and %s: %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test("take linear time, whatever the pattern (abuse case 31)", () => {
    const started = performance.now();
    for (let i = 0; i < 100; i++) matchesGlob(`${"*a".repeat(120)}*b`, "a".repeat(50_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
