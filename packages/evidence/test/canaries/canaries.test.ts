import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, instant, serviceAccount } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { CanaryOptions, canaryObjects, matchCanary } from "../../src/index.js";
import type { CanaryRequest } from "../../src/index.js";
import { builtPeriod, gathered, rowsIn } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

const options = CanaryOptions.parse({ everyMinutes: 10 });
const actor = "system:serviceaccount:kaudit-canary:kaudit-canary";

const read: CanaryRequest = {
  actor,
  impersonated: "",
  verb: "get",
  resource: "secrets",
  subresource: "",
  namespace: "kaudit-canary",
  name: canaryObjects.secret,
  code: 200,
};

const rbac = { resource: "rolebindings", name: canaryObjects.roleBinding };

describe("matchCanary", () => {
  test.each([
    ["secret-read", {}],
    ["forbidden-request", { name: canaryObjects.forbidden, code: 403 }],
    ["bad-token", { actor: "", name: canaryObjects.badToken, code: 401 }],
    [
      "impersonation",
      {
        name: canaryObjects.forbidden,
        code: 403,
        impersonated: "system:serviceaccount:kaudit-canary:kaudit-canary-nobody",
      },
    ],
    ["role-binding", { ...rbac, verb: "create", code: 201 }],
    ["deletion", { ...rbac, verb: "delete" }],
    ["session", { resource: "pods", subresource: "exec", name: canaryObjects.pod, code: 101 }],
    [
      "token-request",
      { resource: "serviceaccounts", subresource: "token", verb: "create", name: canaryObjects.nobody, code: 201 },
    ],
    ["configuration", { resource: "networkpolicies", verb: "patch", name: canaryObjects.networkPolicy }],
  ] as const)("knows a %s", (found, fields) => {
    expect(matchCanary({ ...read, ...fields }, options)).toBe(found);
  });

  test.each([
    ["by another account", { actor: "system:serviceaccount:team-a:kaudit-canary" }],
    ["in another namespace", { namespace: "payments" }],
    ["of another Secret", { name: "db-cred" }],
    ["that changes", { verb: "delete" }],
    ["under another name", { impersonated: "system:admin" }],
    ["by a person of that name", { actor: "kaudit-canary" }],
  ])("does not know a request %s", (_name, fields) => {
    expect(matchCanary({ ...read, ...fields }, options)).toBeNull();
  });

  test("knows only the classes that are configured", () => {
    expect(matchCanary(read, { ...options, classes: ["session"] })).toBeNull();
  });
});

function markerRead(minute: number, n = 0): AuditEvent {
  return auditEvent({
    auditID: `canary-${minute}-${n}`,
    verb: "get",
    user: serviceAccount("kaudit-canary", "kaudit-canary"),
    requestURI: `/api/v1/namespaces/kaudit-canary/secrets/${canaryObjects.secret}`,
    objectRef: { resource: "secrets", namespace: "kaudit-canary", name: canaryObjects.secret, apiVersion: "v1" },
    requestReceivedTimestamp: instant(minute * 60 + n),
    stageTimestamp: instant(minute * 60 + n + 0.01),
  });
}

const everything = { file: "policy.yaml", sha256: "0".repeat(64), policy: { rules: [{ level: "Metadata" as const }] } };

async function canariesOf(events: readonly AuditEvent[]) {
  const evidence = await gathered([...steadyTraffic(builtPeriod), ...events], {
    policy: everything,
    canaries: { ...options, classes: ["secret-read"] },
  });
  const gate = evidence.bundle.gates.find(({ id }) => id === "G4");
  const secrets = gate?.registers.find(({ register }) => register === "secrets");
  return { evidence, canary: evidence.bundle.canaries?.[0], secrets };
}

describe("planted actions", () => {
  const turns = [3, 13, 23, 33, 43, 53];

  test("that are all found make G4 hold, and keep their rows", async () => {
    const { evidence, canary, secrets } = await canariesOf(turns.map((minute) => markerRead(minute)));
    expect(canary).toEqual({
      cluster: "prod-eu-1",
      class: "secret-read",
      register: "secrets",
      expectedEverySeconds: 600,
      seen: 6,
      missed: [],
      last: "2026-10-14T09:53:00.000Z",
    });
    expect(secrets?.result).toBe("holds");
    expect(await rowsIn(evidence, "secrets")).toHaveLength(6);
  });

  test("that are missed are told with the time, and G4 fails", async () => {
    const { canary, secrets } = await canariesOf([3, 13, 43].map((minute) => markerRead(minute)));
    expect(canary?.missed).toEqual([
      ["2026-10-14T09:13:00.000Z", "2026-10-14T09:43:00.000Z"],
      ["2026-10-14T09:43:00.000Z", "2026-10-14T10:00:00.000Z"],
    ]);
    expect(secrets).toMatchObject({ result: "fails" });
  });

  test("of which more come than are planted count only as many as are expected", async () => {
    const flood = Array.from({ length: 40 }, (_, n) => markerRead(3, n));
    const { canary } = await canariesOf([...flood, ...turns.slice(1).map((minute) => markerRead(minute))]);
    expect(canary?.seen).toBe(3 + 5);
  });

  test("of which none is configured leave G4 open", async () => {
    const { bundle } = await gathered(steadyTraffic(builtPeriod));
    expect(bundle.canaries).toBeNull();
    expect(bundle.gates.find(({ id }) => id === "G4")?.result).toBe("not-evaluated");
  });
});
