import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, serviceAccount } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import type { EvidenceOptions, PolicyInForce } from "../../src/index.js";
import { gathered } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

const week = { from: "2026-10-12T00:00:00Z", to: "2026-10-19T00:00:00Z", label: "a week" };
const strong: PolicyInForce = {
  file: "strong.yaml",
  sha256: "a".repeat(64),
  policy: { rules: [{ level: "Metadata" }] },
};
const weak: PolicyInForce = {
  file: "weak.yaml",
  sha256: "b".repeat(64),
  policy: { rules: [{ level: "None", resources: [{ group: "", resources: ["secrets"] }] }, { level: "Metadata" }] },
};

const isWeakDay = (time: string): boolean => time.startsWith("2026-10-15");

/** A controller that reads a Secret every ten minutes of the week, as far as the policy of the day records it. */
function controllerReads(): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let ms = Date.parse(week.from); ms < Date.parse(week.to); ms += 600_000) {
    const time = new Date(ms + 5000).toISOString().replace("Z", "000Z");
    if (isWeakDay(time)) continue;
    events.push(
      auditEvent({
        auditID: `read-${ms}`,
        user: serviceAccount("kube-system", "controller"),
        requestURI: "/api/v1/namespaces/payments/secrets/db",
        objectRef: { resource: "secrets", namespace: "payments", name: "db", apiVersion: "v1" },
        requestReceivedTimestamp: time,
        stageTimestamp: time,
      }),
    );
  }
  return events;
}

const events = [...steadyTraffic({ ...week, everySeconds: 60 }), ...controllerReads()];

async function recordable(options: Partial<EvidenceOptions>) {
  const { bundle } = await gathered(events, { period: week, frameworks: ["soc2"], ...options });
  const gate = bundle.gates.find(({ id }) => id === "G1");
  const of = (register: string) => gate?.registers.find((one) => one.register === register);
  const days = (register: string) => bundle.verifiedDays.find((one) => one.register === register);
  return { bundle, of, days, control: bundle.frameworks[0]?.controls.find(({ id }) => id === "CC6.1") };
}

describe("a policy that was weakened for a day (abuse case 40)", { timeout: 60_000 }, () => {
  test("shows by the policies that were in force: only on its day, only for its class", async () => {
    const { bundle, of, days, control } = await recordable({
      policies: [strong, { ...weak, from: "2026-10-15T00:00:00Z", to: "2026-10-16T00:00:00Z" }],
    });
    expect(
      bundle.policies.map(({ file, from, to, replay }) => [file, from.slice(0, 10), to.slice(0, 10), replay.differing]),
    ).toEqual([
      ["strong.yaml", "2026-10-12", "2026-10-15", 0],
      ["weak.yaml", "2026-10-15", "2026-10-16", 0],
      ["strong.yaml", "2026-10-16", "2026-10-19", 0],
    ]);
    expect(of("secrets")).toMatchObject({ result: "fails" });
    expect(of("secrets")?.reasons[0]).toMatch(
      /^The audit policy \(15 October, 00:00 to 16 October, 00:00, weak\.yaml\) records none of the requests of register secrets: /,
    );
    expect(of("rbac")).toEqual({ register: "rbac", cluster: "prod-eu-1", result: "holds", reasons: [] });
    expect(days("secrets")).toEqual({ register: "secrets", verified: 6, days: 7 });
    expect(control?.status).toBe("insufficient-evidence");
  });

  test("shows by what machines usually do, also where only the strong one was handed in", async () => {
    const { of, days, control } = await recordable({ policies: [strong] });
    expect(of("secrets")?.result).toBe("fails");
    expect(of("secrets")?.reasons).toEqual([
      "On 15 October no such request by service accounts, nodes or the control plane was recorded, though they make about 144 on other days and the rest of the log went on.",
    ]);
    expect(days("secrets")).toMatchObject({ verified: 6 });
    expect(control?.status).toBe("insufficient-evidence");
  });

  test("shows by events that the policy of their time would not have recorded", async () => {
    const { bundle, of } = await recordable({
      policies: [strong, { ...weak, from: "2026-10-13T00:00:00Z", to: "2026-10-14T00:00:00Z" }],
    });
    expect(bundle.policies.find(({ file }) => file === "weak.yaml")?.replay.differing).toBe(144);
    expect(of("rbac")?.reasons[0]).toMatch(
      /^144 of \d+ events of the period were not recorded as the audit policy says \(13 October/,
    );
  });

  test("a time that is none is refused", async () => {
    for (const times of [{ from: "Monday" }, { from: "2026-10-15T00:00:00Z", to: "2026-10-15T00:00:00Z" }])
      await expect(gathered([], { period: week, policies: [{ ...weak, ...times }] })).rejects.toMatchObject({
        code: "KAUDIT_EVIDENCE_POLICY_INVALID",
      });
  });
});
