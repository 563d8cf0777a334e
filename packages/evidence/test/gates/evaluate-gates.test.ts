import { frameworkById } from "@kaudit/controls";
import { describe, expect, test } from "vitest";
import { evaluateGates } from "../../src/index.js";
import type { ClusterFacts, Gate, GateFacts, GateId } from "../../src/index.js";
import { judgeGates } from "../../src/gates/evaluate-gates.js";
import { verifiedDays } from "../../src/gates/verified-days.js";
import { controlStatus } from "../../src/internal/control-status.js";
import { policyCapabilities } from "../../src/policy-capability.js";
import { goodFacts, nightGap, wholePolicy, wholeServer } from "../support/gate-facts.js";

const cc63 = frameworkById("soc2").controls.find(({ id }) => id === "CC6.3");
if (cc63 === undefined) throw new Error("SOC 2 has CC6.3");

const gateOf = (gates: readonly Gate[], id: GateId): Gate => {
  const found = gates.find((gate) => gate.id === id);
  if (found === undefined) throw new Error(`no gate ${id}`);
  return found;
};

/** CC6.3 without a row in any of its populations: what may be said of absence. */
function absent(facts: GateFacts, off: GateId | null = null) {
  return controlStatus(cc63 as NonNullable<typeof cc63>, "soc2", {
    registers: [],
    gates: judgeGates(facts, off),
    exceptions: [],
    verifiedDays: (register) => verifiedDays(register, facts.clusters, facts.period),
  });
}

const noSecretsOrRoles = wholePolicy({
  capabilities: policyCapabilities({
    rules: [
      { level: "None", resources: [{ group: "rbac.authorization.k8s.io", resources: [] }] },
      { level: "Metadata" },
    ],
  }),
});

/** For each gate: facts by which it alone fails, and what is then said of CC6.3. */
const broken: Readonly<Record<GateId, { readonly facts: GateFacts; readonly says: RegExp; readonly status: string }>> =
  {
    G1: {
      facts: goodFacts({}, { policies: [noSecretsOrRoles] }),
      says: /^None observed; recording not verified: The audit policy leaves out some of the requests of register rbac: /,
      status: "insufficient-evidence",
    },
    G2: {
      facts: goodFacts({}, { coverage: [wholeServer({ gaps: [nightGap()], gapsTotal: 1, gapsUnexplained: 1 })] }),
      says: /^None observed; recording not verified: 14 October, 02:11 to 08:45: API server cp-1 recorded nothing for 6 h 34 min\.$/,
      status: "insufficient-evidence",
    },
    G3: {
      facts: goodFacts({}, { blindSpots: [{ blindSpot: "no-reads", events: 10, reads: 0 }] }),
      says: /^None observed; recording not verified: Requests that read \(get, list\) are left out/,
      status: "insufficient-evidence",
    },
    G4: {
      facts: goodFacts(
        {},
        {
          canaries: (goodFacts().clusters[0]?.canaries ?? []).map((canary) => ({
            ...canary,
            missed: [["2026-10-14T02:07:00.000Z", "2026-10-14T09:07:00.000Z"]] as [string, string][],
          })),
        },
      ),
      says: /^None observed; recording not verified: The planted action canary-of-rbac, expected every 1 h, was not found from 14 October, 02:07 to 09:07\./,
      status: "insufficient-evidence",
    },
    G5: {
      facts: goodFacts({ rejectedInPeriod: 2 }),
      says: /^None observed; recording not verified: 2 records that may belong to the period could not be read/,
      status: "insufficient-evidence",
    },
    G6: { facts: goodFacts({ scopeDeclared: false }), says: /verified for 31 of 31 days/, status: "evidence-present" },
    G7: { facts: goodFacts({ review: null }), says: /verified for 31 of 31 days/, status: "evidence-present" },
  };

describe("evaluateGates", () => {
  test("all seven hold where nothing stands against them, and absence may be stated", () => {
    expect(evaluateGates(goodFacts()).map(({ id, result }) => [id, result])).toEqual(
      ["G1", "G2", "G3", "G4", "G5", "G6", "G7"].map((id) => [id, "holds"]),
    );
    const { status, statusReason } = absent(goodFacts());
    expect(status).toBe("evidence-present");
    expect(statusReason).toBe("None observed; recording of these classes verified for 31 of 31 days.");
  });

  test.each(Object.entries(broken) as [GateId, (typeof broken)[GateId]][])(
    "%s fails alone, is heard, and turning it off changes what is said (abuse case 43)",
    (id, { facts, says, status }) => {
      const gates = evaluateGates(facts);
      expect(gates.filter(({ result }) => result !== "holds").map((gate) => gate.id)).toEqual([id]);
      expect(gateOf(gates, id).sentence).not.toBe(gateOf(judgeGates(facts, id), id).sentence);
      const control = absent(facts);
      expect(control.statusReason).toMatch(says);
      expect(control.status).toBe(status);
      if (status !== "evidence-present") expect(absent(facts, id).status).toBe("evidence-present");
      expect(gateOf(judgeGates(facts, id), id).result).toBe("holds");
    },
  );

  test("the scope that is not declared, and the review that is not on file, are said in so many words", () => {
    expect(gateOf(evaluateGates(goodFacts({ scopeDeclared: false })), "G6").sentence).toBe(
      "No namespace was declared as in scope; the whole cluster is treated as in scope.",
    );
    expect(gateOf(evaluateGates(goodFacts({ review: null })), "G7").sentence).toBe(
      "No review of the period is on file.",
    );
  });

  test("an explained gap does not stand against the evidence, and takes its day away", () => {
    const facts = goodFacts(
      {},
      {
        coverage: [wholeServer({ gaps: [nightGap("Upgrade (OPS-2231)")], gapsTotal: 1 })],
      },
    );
    expect(gateOf(evaluateGates(facts), "G2").result).toBe("holds");
    expect(absent(facts)).toMatchObject({
      status: "evidence-present",
      statusReason: expect.stringMatching(
        /^None observed; recording verified for 30 of 31 days\. 14 October, 02:11 to 08:45: API server cp-1 recorded nothing for 6 h 34 min; explained: Upgrade \(OPS-2231\)\./,
      ),
    });
  });

  test("without a planted action absence is said with less", () => {
    const facts = goodFacts({}, { canaries: null });
    expect(absent(facts).statusReason).toBe(
      "None observed; these classes were recordable on 31 of 31 days, no planted action was used to check.",
    );
  });

  test("without a policy nothing is concluded from absence", () => {
    expect(absent(goodFacts({}, { policies: [] }))).toMatchObject({ status: "insufficient-evidence" });
  });

  test("a policy for a part of the period leaves the rest open", () => {
    const facts = goodFacts({}, { policies: [wholePolicy({ to: "2026-10-20T00:00:00Z" })] });
    const { result, registers } = gateOf(evaluateGates(facts), "G1");
    expect(result).toBe("not-evaluated");
    expect(registers[0]?.reasons).toEqual([
      "For 20 October, 00:00 to 1 November, 00:00 no audit policy was handed in.",
    ]);
    expect(verifiedDays("secrets", facts.clusters, facts.period)).toEqual({ verified: 19, days: 31 });
  });

  test("files that a collection manifest names are looked for by their hashes", () => {
    const collection = {
      file: "SHA256SUMS",
      sha256: null,
      listed: 4,
      matched: 3,
      changed: [],
      missing: ["audit-4.log"],
      unlisted: [],
    };
    const gate = gateOf(evaluateGates(goodFacts({ collection })), "G5");
    expect(gate).toMatchObject({
      result: "fails",
      sentence: "1 file of the collection manifest SHA256SUMS was not read: audit-4.log.",
    });
    expect(gateOf(evaluateGates(goodFacts({ collection: { ...collection, missing: [] } })), "G5").result).toBe("holds");
  });

  test("lost events concern the registers that they are of", () => {
    const [cluster] = goodFacts().clusters as [ClusterFacts];
    const registers = cluster.registers.map((one) => (one.register === "secrets" ? { ...one, lostRequests: 2 } : one));
    const gate = gateOf(evaluateGates(goodFacts({}, { registers })), "G5");
    expect(gate.registers.filter(({ result }) => result === "fails").map(({ register }) => register)).toEqual([
      "secrets",
    ]);
    expect(gate.sentence).toMatch(/Concerns 1 register of /);
  });

  test("a failure in one of several clusters is a failure, and named", () => {
    const good = goodFacts();
    const [cluster] = good.clusters as [ClusterFacts];
    const other = { ...cluster, name: "prod-us-1", coverage: [wholeServer({ complete: false })] };
    const facts = { ...good, clusters: [cluster, other] };
    expect(absent(facts).statusReason).toMatch(/^None observed; recording not verified: prod-us-1: /);
  });
});
