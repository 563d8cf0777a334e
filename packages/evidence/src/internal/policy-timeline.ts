import type { PolicyInput } from "@kaudit/policy";
import type { SourcedEvent } from "@kaudit/schema";
import type { EvidenceBundle } from "../bundle.js";
import { EvidenceError } from "../errors.js";
import type { EvidenceOptions, PolicyInForce } from "../evidence.js";
import type { ComparablePeriod } from "../build-evidence.js";
import { policyCapabilities } from "../policy-capability.js";
import { comparableInstant, printedInstant } from "./instant.js";
import { createPolicyReplay } from "./policy-replay.js";
import type { PolicyReplay } from "./policy-replay.js";

/** The audit policies over time: each event of the period is held against the one in force when it was received. */
export interface PolicyTimeline {
  /** Notes an event of the period, by its comparable time and the key of its cluster. */
  add(sourced: SourcedEvent, received: string, clusterKey: string): void;
  finish(): EvidenceBundle["policies"];
}

interface Entry {
  readonly handedIn: PolicyInForce;
  readonly from: string;
  readonly to: string;
  readonly replay: PolicyReplay;
}

/**
 * Makes the timeline of the policies that the options give, cut to the period. Where two of one cluster overlap, the one
 * that came into force later holds; a cluster with policies of its own is not held against those of every cluster. Throws
 * {@link EvidenceError} `KAUDIT_EVIDENCE_POLICY_INVALID` for one whose `from` or `to` is no RFC 3339 instant, or that ends
 * before it begins.
 */
export function createPolicyTimeline(
  options: Pick<EvidenceOptions, "policy" | "policies" | "cluster">,
  period: ComparablePeriod,
): PolicyTimeline {
  const { cluster } = options;
  const entries = oneAtATime(handedInPolicies(options).map((one) => entryOf(one, period)));
  const own = new Set(entries.flatMap(({ handedIn: { cluster: name } }) => name ?? []));
  return {
    add(sourced, received, clusterKey) {
      const named = clusterKey === "" ? cluster.name : clusterKey;
      const wanted = own.has(named) ? named : undefined;
      const inForce = entries.find(
        ({ handedIn: { cluster: name }, from, to }) => name === wanted && received >= from && received < to,
      );
      inForce?.replay.add(sourced);
    },
    finish() {
      const capabilities = new Map<PolicyInput, ReturnType<typeof policyCapabilities>>();
      return entries.map(({ handedIn: one, from, to, replay: { compared, differing } }) => {
        const known = capabilities.get(one.policy) ?? policyCapabilities(one.policy);
        capabilities.set(one.policy, known);
        return {
          cluster: one.cluster ?? null,
          from: printedInstant(from),
          to: printedInstant(to),
          file: one.file,
          sha256: one.sha256,
          capabilities: known,
          replay: { compared, differing: differing.count, places: [...differing.places] },
        };
      });
    },
  };
}

/** Gives all audit policies that the options hand in. */
export function handedInPolicies({
  policy,
  policies = [],
}: Pick<EvidenceOptions, "policy" | "policies">): readonly PolicyInForce[] {
  return [...(policy === undefined ? [] : [policy]), ...policies];
}

/** Gives the policies of a cluster: its own, or those of every cluster where it has none. */
export function policiesOf(policies: EvidenceBundle["policies"], cluster: string): EvidenceBundle["policies"] {
  const own = policies.filter((policy) => policy.cluster === cluster);
  return own.length > 0 ? own : policies.filter((policy) => policy.cluster === null);
}

/** Cuts those that came into force earlier where a later one of the same cluster holds. */
function oneAtATime(all: readonly Entry[]): Entry[] {
  let entries: Entry[] = [];
  for (const later of all.toSorted((a, b) => (a.from === b.from ? 0 : a.from < b.from ? -1 : 1))) {
    entries = entries.flatMap((earlier) => {
      if (earlier.handedIn.cluster !== later.handedIn.cluster) return [earlier];
      const before = { ...earlier, to: earlier.to < later.from ? earlier.to : later.from };
      const after = { ...earlier, from: earlier.from > later.to ? earlier.from : later.to };
      return [before, { ...after, replay: createPolicyReplay(earlier.handedIn.policy) }];
    });
    entries.push(later);
  }
  return entries
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => (a.from === b.from ? 0 : a.from < b.from ? -1 : 1));
}

function entryOf(handedIn: PolicyInForce, period: ComparablePeriod): Entry {
  const from = bound(handedIn, "from", period.from);
  const to = bound(handedIn, "to", period.to);
  if (from >= to && handedIn.from !== undefined && handedIn.to !== undefined) {
    if ((comparableInstant(handedIn.from) ?? "") >= (comparableInstant(handedIn.to) ?? "")) throw refused(handedIn);
  }
  return {
    handedIn,
    from: from < period.from ? period.from : from,
    to: to > period.to ? period.to : to,
    replay: createPolicyReplay(handedIn.policy),
  };
}

function bound(handedIn: PolicyInForce, edge: "from" | "to", ofPeriod: string): string {
  const text = handedIn[edge];
  if (text === undefined) return ofPeriod;
  const instant = comparableInstant(text);
  if (instant === null) throw refused(handedIn);
  return instant;
}

function refused({ file, from, to }: PolicyInForce): EvidenceError {
  return new EvidenceError(
    "KAUDIT_EVIDENCE_POLICY_INVALID",
    `policy ${file}: in force from ${JSON.stringify(from ?? null)} to ${JSON.stringify(to ?? null)}; expected RFC 3339 instants, the first before the second`,
    { details: { file, from, to } },
  );
}
