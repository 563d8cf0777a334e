import { exceptionRules } from "@kaudit/controls";
import type { AuditEvent, BlindSpot, EventReading } from "@kaudit/schema";
import { secretGet, serviceAccount } from "@kaudit/testkit";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { buildEvidence, CanaryOptions } from "../../src/index.js";
import type { Control, EvidenceBundle, EvidenceOptions, GateId, PolicyInForce } from "../../src/index.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions, builtPeriod } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

/** The gate that is turned off: it holds whatever the facts say. */
const turned = vi.hoisted((): { off: GateId | null } => ({ off: null }));
vi.mock(import("../../src/gates/evaluate-gates.js"), async (original) => {
  const gates = await original();
  return { ...gates, evaluateGates: (facts) => gates.judgeGates(facts, turned.off) };
});
beforeEach(() => {
  turned.off = null;
});

interface Input {
  readonly events?: readonly AuditEvent[];
  /** What stands in the file after the events. */
  readonly rest?: string;
  readonly blindSpots?: readonly BlindSpot[];
  readonly options?: Partial<EvidenceOptions>;
}

function policyOf(...rules: NonNullable<PolicyInForce["policy"]["rules"]>[number][]): PolicyInForce {
  return { file: "policy.yaml", sha256: "0".repeat(64), policy: { rules } };
}

const traffic = steadyTraffic(builtPeriod);
/** Every gate that can decide holds: an hour without a gap, policy, scope and review are there. */
const good: Partial<EvidenceOptions> = {
  frameworks: ["soc2", "pci-dss"],
  categories: ["multi-tenant-provider"],
  policy: policyOf({ level: "Metadata" }),
  scope: { production: ["payments"] },
  // What the rules say of the same facts would stand beside the gates and hide whether they decide.
  exceptions: { off: exceptionRules.map(({ id }) => id) },
  signOff: {
    prepared: { name: "Pia Preparer", role: "Platform", date: "2026-10-20" },
    reviewed: { name: "Rita Reviewer", role: "Security", date: "2026-10-21" },
    approved: { name: "Ada Approver", role: "CISO", date: "2026-10-22" },
  },
};

async function* withBlindSpots(reading: EventReading, blindSpots: readonly BlindSpot[]): AsyncGenerator {
  for await (const { event, provenance } of reading) yield { event, provenance: { ...provenance, blindSpots } };
}

async function bundleOf({ events = traffic, rest = "", blindSpots, options }: Input): Promise<EvidenceBundle> {
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join("") + rest);
  const plain = plainReading([{ file: "audit.log", bytes }]);
  const reading =
    blindSpots === undefined
      ? plain
      : ({
          account: plain.account,
          [Symbol.asyncIterator]: () => withBlindSpots(plain, blindSpots),
        } as EventReading);
  return (await buildEvidence(reading, builtOptions({ ...good, ...options }))).bundle;
}

const control = ({ frameworks }: EvidenceBundle, [framework, id]: readonly [string, string]): Control => {
  const found = frameworks.find((one) => one.id === framework)?.controls.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no control ${id}`);
  return found;
};

const quietRead = secretGet({
  at: 30,
  user: serviceAccount("payments", "app"),
  fields: { level: "Metadata", responseObject: null, userAgent: "payments-app/2.3" },
});

interface Case {
  readonly input: Input;
  readonly control: readonly [string, string];
  /** Of the control: what is said and its status with the gate, and its status without it. */
  readonly says: RegExp;
  readonly status: string;
  readonly without: string;
}

const cases: Readonly<Record<GateId, Case>> = {
  G1: {
    input: {
      options: {
        policy: policyOf({ level: "None", resources: [{ group: "", resources: ["secrets"] }] }, { level: "Metadata" }),
      },
    },
    control: ["pci-dss", "3.6.1"],
    says: /^None observed; recording not verified: The audit policy records none of the requests of register secrets: /,
    status: "insufficient-evidence",
    without: "evidence-present",
  },
  G2: {
    input: { events: traffic.filter((_, n) => n < 120 || n >= 138) },
    control: ["pci-dss", "3.6.1"],
    says: /^None observed; recording not verified: 14 October, 09:19 to 09:23: API server cp-1 recorded nothing for 3 min/,
    status: "insufficient-evidence",
    without: "evidence-present",
  },
  G3: {
    input: { blindSpots: ["no-reads"] },
    control: ["pci-dss", "3.6.1"],
    says: /^None observed; recording not verified: Requests that read \(get, list\) are left out/,
    status: "insufficient-evidence",
    without: "evidence-present",
  },
  G4: {
    input: { options: { canaries: CanaryOptions.parse({ classes: ["secret-read"], everyMinutes: 10 }) } },
    control: ["pci-dss", "3.6.1"],
    says: /^None observed; recording not verified: The planted action secret-read, expected every 10 min, was not found/,
    status: "insufficient-evidence",
    without: "evidence-present",
  },
  G5: {
    input: { events: [...traffic, ...quietRead], rest: '{"torn":\n' },
    control: ["pci-dss", "3.6.1"],
    says: /^1 record that may belong to the period could not be read/,
    status: "insufficient-evidence",
    without: "evidence-present",
  },
  G6: {
    input: { options: { scope: {} } },
    control: ["pci-dss", "A1.2.1"],
    says: /No namespace was declared as in scope/,
    status: "exceptions",
    without: "evidence-present",
  },
  G7: {
    input: {
      options: {
        signOff: {
          ...good.signOff,
          reviewed: { name: "Rita Reviewer", role: "Security", date: "2026-10-14T09:30:00Z" },
        },
      },
    },
    control: ["soc2", "CC4.1"],
    says: /The review was signed before the period was over/,
    status: "exceptions",
    without: "evidence-present",
  },
};

const failing = ({ gates }: EvidenceBundle): string[] =>
  gates.filter(({ result }) => result === "fails").map(({ id }) => id);

describe("each gate decides, from the events to the control (abuse case 43)", { timeout: 60_000 }, () => {
  test("nothing stands against the controls where nothing was done", async () => {
    const bundle = await bundleOf({});
    expect(failing(bundle)).toEqual([]);
    for (const { control: wanted } of Object.values(cases))
      expect([wanted, control(bundle, wanted).status]).toEqual([wanted, "evidence-present"]);
  });

  test.each(Object.entries(cases) as [GateId, Case][])("%s", async (id, { input, control: wanted, ...expected }) => {
    const bundle = await bundleOf(input);
    expect(failing(bundle)).toEqual([id]);
    const { status, statusReason } = control(bundle, wanted);
    expect(statusReason).toMatch(expected.says);
    expect(status).toBe(expected.status);

    turned.off = id;
    const without = await bundleOf(input);
    expect(failing(without)).toEqual([]);
    expect(control(without, wanted).statusReason).not.toMatch(expected.says);
    expect(control(without, wanted).status).toBe(expected.without);
  });
});
