import type { PolicyInput } from "@kaudit/policy";
import { forbidden, human, roleBindingCreate, secretGet, serviceAccount, unauthorized } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { capabilityGap } from "../src/index.js";
import { policyCapabilities } from "../src/policy-capability.js";
import { builtPeriod, gathered } from "./support/gathered.js";
import { steadyTraffic } from "./support/steady-traffic.js";

const metadataForAll: PolicyInput = { rules: [{ level: "Metadata" }] };
const noSecrets: PolicyInput = {
  rules: [{ level: "None", resources: [{ group: "", resources: ["secrets"] }] }, { level: "Metadata" }],
};
/** What many policies begin with: routine reads and writes that tell nothing. */
const withoutNoise: PolicyInput = {
  rules: [{ level: "None", resources: [{ group: "", resources: ["events"] }] }, { level: "Metadata" }],
};
const onlyAlice: PolicyInput = {
  rules: [
    { level: "Metadata", users: ["alice@corp.test"], resources: [{ group: "", resources: ["secrets"] }] },
    { level: "None", resources: [{ group: "", resources: ["secrets"] }] },
    { level: "Metadata" },
  ],
};
const noKubelets: PolicyInput = {
  rules: [{ level: "None", userGroups: ["system:nodes"] }, { level: "Metadata" }],
};
const withoutApprovals: PolicyInput = {
  rules: [
    {
      level: "None",
      resources: [{ group: "certificates.k8s.io", resources: ["certificatesigningrequests/approval"] }],
    },
    { level: "Metadata" },
  ],
};

describe("what a policy leaves out of a register", () => {
  test.each([
    ["secrets", metadataForAll, null],
    ["authorization", metadataForAll, null],
    ["authentication", metadataForAll, null],
    ["secrets", noSecrets, { recordable: "no", breaksPopulation: true }],
    ["rbac", noSecrets, null],
    ["secrets", onlyAlice, { recordable: "partly", breaksPopulation: true }],
    ["authorization", withoutNoise, { recordable: "partly", breaksPopulation: false }],
    ["deletions", withoutNoise, { recordable: "partly", breaksPopulation: false }],
    ["secrets", withoutNoise, null],
    ["authorization", noSecrets, { recordable: "partly", breaksPopulation: true }],
    ["secrets", noKubelets, null],
    ["rbac", withoutApprovals, { recordable: "partly", breaksPopulation: true }],
  ] as const)("%s under policy %#", (register, policy, expected) => {
    const gap = capabilityGap(policyCapabilities(policy), register);
    if (expected === null) expect(gap).toBeNull();
    else {
      expect(gap).toMatchObject(expected);
      expect(gap?.missed?.request).not.toBe("");
    }
  });

  test("is shown by a request and its rule", () => {
    expect(capabilityGap(policyCapabilities(noSecrets), "secrets")?.missed).toMatchObject({
      request: expect.stringMatching(/^\S+ secrets /),
      level: "None",
      ruleIndex: 0,
    });
  });
});

async function evidence(policy: PolicyInput, events: Parameters<typeof gathered>[0]) {
  const { bundle } = await gathered([...steadyTraffic(builtPeriod), ...events], {
    frameworks: ["soc2"],
    policy: { file: "policy.yaml", sha256: "0".repeat(64), policy },
  });
  const status = (id: string) => bundle.frameworks[0]?.controls.find((control) => control.id === id);
  return { bundle, status };
}

const machine = serviceAccount("payments", "app");
const read = secretGet({ user: machine, fields: { level: "Metadata", responseObject: null, userAgent: "app/2.3" } });

describe("with the audit policy handed in", () => {
  test("every event of the period is held against it", async () => {
    const { bundle } = await evidence(metadataForAll, read);
    expect(bundle.policies[0]?.replay).toMatchObject({ differing: 0, places: [] });
  });

  test("rows that it records whole are evidence", async () => {
    const { status } = await evidence(metadataForAll, read);
    expect(status("CC6.1")).toMatchObject({ status: "evidence-present" });
    expect(status("CC6.1")?.statusReason).not.toContain("audit policy");
  });

  test("a population that it cannot record is insufficient, whatever rows there are", async () => {
    const { status } = await evidence(noSecrets, forbidden({ user: machine, fields: { level: "Metadata" } }));
    expect(status("CC6.1")?.status).toBe("insufficient-evidence");
    expect(status("CC6.1")?.statusReason).toContain(
      "The audit policy records none of the requests of register secrets: ",
    );
  });

  test("a population that it records for some people only is insufficient", async () => {
    const { status } = await evidence(onlyAlice, unauthorized({ fields: { level: "Metadata" } }));
    expect(status("CC6.1")?.status).toBe("insufficient-evidence");
    expect(status("CC6.1")?.statusReason).toContain("leaves out some of the requests of register secrets: ");
  });

  test("noise that it drops is named as a limit and changes no status", async () => {
    const { status } = await evidence(withoutNoise, read);
    expect(status("CC6.1")?.status).toBe("evidence-present");
    expect(status("CC6.1")?.statusReason).toMatch(
      /What the gate rests on is recorded\. Register authorization says nothing of other requests, which the audit policy leaves out: \S+ events .*is not recorded \(rule 1\)\./,
    );
  });

  test("events that it would not have recorded so show that another was in force, and nothing is concluded", async () => {
    const { bundle, status } = await evidence(noSecrets, read);
    expect(bundle.policies[0]?.replay).toMatchObject({ differing: read.length });
    expect(bundle.policies[0]?.replay.places[0]).toMatch(/^audit\.log:\d+$/);
    expect(status("CC6.1")?.status).toBe("insufficient-evidence");
    expect(status("CC6.1")?.statusReason).toContain("so another one was in force for a time");
  });

  test("a stage that it omits shows the same", async () => {
    const { bundle } = await evidence(
      { omitStages: ["ResponseComplete"], rules: [{ level: "Metadata" }] },
      secretGet({ user: human("alice"), fields: { level: "Metadata", responseObject: null } }),
    );
    expect(bundle.policies[0]?.replay.differing).toBeGreaterThan(0);
  });

  test("absence is stated where everything is recorded and the log has no gap, and only there", async () => {
    const { status } = await evidence(metadataForAll, roleBindingCreate({ fields: { level: "Metadata" } }));
    expect(status("CC6.1")?.status).toBe("evidence-present");
    expect(status("CC6.1")?.statusReason).toMatch(/^None observed; these classes were recordable on 1 of 1 day/);
  });
});
