import { describeRequest, policyCoverage } from "@kaudit/policy";
import type { CoverageRow, PolicyInput, Recordable } from "@kaudit/policy";
import type { EvidenceBundle } from "./bundle.js";
import { registerNames } from "./register-row.js";
import type { RegisterName } from "./register-row.js";

/** What the audit policy can record of a register, for one kind of actor. */
export type Capability = EvidenceBundle["policies"][number]["capabilities"][number];

/** Registers whose population is every request of some outcome: a policy that drops noise never records all of them. */
const anyRequest: ReadonlySet<RegisterName> = new Set([
  "authentication",
  "authorization",
  "impersonation",
  "deletions",
]);

/** Actors whose requests must be recorded; what nodes and the control plane do by themselves may be left out. */
const neededActors: ReadonlySet<string> = new Set([
  "human",
  "serviceaccount-kube-system",
  "serviceaccount",
  "anonymous",
  "unauthenticated",
]);

/** Requests that a register holds although the policy package counts them to another class. */
const alsoIn: Readonly<Record<string, readonly RegisterName[]>> = {
  "certificates/approve": ["rbac", "credentials"],
  "certificates/request": ["credentials"],
  "secrets/change": ["secrets", "credentials"],
};

/**
 * Tells for each register and each kind of actor whether `policy` records its requests with their outcome: `yes` all,
 * `no` none, `partly` some, with one that it misses.
 */
export function policyCapabilities(policy: PolicyInput): Capability[] {
  const { rows } = policyCoverage(policy);
  return registerNames.flatMap((register) => {
    const own = rows.filter((row) => registersOfRequest(row).includes(register));
    return [...new Set(own.map((row) => row.actor))].map((actor) =>
      capability(
        register,
        own.filter((row) => row.actor === actor),
      ),
    );
  });
}

/** Gives the registers that hold such requests; none where none does. */
export function registersOfRequest(row: CoverageRow): readonly RegisterName[] {
  const also = alsoIn[row.request];
  return also ?? registerNames.filter((register) => register === row.evidenceClass);
}

/** Whether requests of this kind of actor must be recorded, or may be left out. */
export function isNeededActor(actor: string): boolean {
  return neededActors.has(actor);
}

function capability(register: RegisterName, rows: readonly CoverageRow[]): Capability {
  const missed = rows.find((row) => row.missed !== null)?.missed ?? null;
  return {
    register,
    actor: rows[0]?.actor ?? "human",
    recordable: recordableTogether(rows.map((row) => row.recordable)),
    missed:
      missed === null
        ? null
        : {
            request: describeRequest({ ...missed.witness, groups: [] }),
            level: missed.decision.level,
            ruleIndex: missed.decision.ruleIndex,
          },
  };
}

/** One answer for several: `yes` or `no` only if all say so. */
export function recordableTogether(answers: readonly Recordable[]): Recordable {
  const distinct = new Set(answers);
  return distinct.size === 1 ? (answers[0] ?? "no") : "partly";
}

/** What stands between a register and a statement about all its requests. */
export interface CapabilityGap {
  readonly recordable: "partly" | "no";
  /** A request that is missed. */
  readonly missed: NonNullable<Capability["missed"]> | null;
  /** Whether the population cannot be relied on; otherwise the gap is a limit to be named. */
  readonly breaksPopulation: boolean;
}

/**
 * Gives what the policy leaves out of a register; null when it records all that is needed (gate G1).
 *
 * A register of particular requests (secrets, rbac, sessions) must be recorded whole for people, service accounts and
 * clients without a login. The registers of all requests of some outcome only have to be recorded for those.
 */
export function capabilityGap(capabilities: readonly Capability[], register: RegisterName): CapabilityGap | null {
  const needed = capabilities.filter((one) => one.register === register && neededActors.has(one.actor));
  const recordable = recordableTogether(needed.map((one) => one.recordable));
  if (recordable === "yes") return null;
  const missed = needed.find((one) => one.missed !== null)?.missed ?? null;
  const breaksPopulation = recordable === "no" || !anyRequest.has(register) || !recordsParticular(capabilities);
  return { recordable, missed, breaksPopulation };
}

function recordsParticular(capabilities: readonly Capability[]): boolean {
  return registerNames
    .filter((name) => !anyRequest.has(name))
    .every((name) => capabilityGap(capabilities, name) === null);
}
