import type { ControlDefinition, EvidenceClass } from "@kaudit/controls";
import { blindSpotMeanings } from "../blind-spots.js";
import type { Control, EvidenceBundle, RegisterEntry } from "../bundle.js";
import { registerNames } from "../register-row.js";
import type { RegisterName } from "../register-row.js";
import { counted, joined } from "./findings.js";
import type { Finding } from "./findings.js";
import { capabilityGap } from "../policy-capability.js";
import type { CapabilityGap } from "../policy-capability.js";

/** What the status of a control is judged by, in this version. */
export interface StatusBasis {
  readonly registers: readonly RegisterEntry[];
  readonly findings: readonly Finding[];
  readonly source: EvidenceBundle["source"];
  readonly policy: EvidenceBundle["policy"];
  /** Rejected records in files whose events touch the period. */
  readonly rejectedInPeriod: number;
  /** Events without a readable time. */
  readonly undated: number;
}

/** Gives how many rejected records stand in files that touch the period, or whose time is not known. */
export function rejectedInPeriod(inputs: EvidenceBundle["inputs"], from: string, to: string): number {
  let rejected = 0;
  for (const { rejected: count, firstTimestamp, lastTimestamp } of inputs) {
    if (count === 0) continue;
    const before = lastTimestamp !== null && lastTimestamp < from;
    const after = firstTimestamp !== null && firstTimestamp >= to;
    if (!before && !after) rejected += count;
  }
  return rejected;
}

function isRegister(name: EvidenceClass): name is RegisterName {
  return (registerNames as readonly string[]).includes(name);
}

/** Gives the registers that a control's populations are. */
export function registersOf(definition: ControlDefinition): RegisterName[] {
  return definition.evidenceClasses.filter(isRegister);
}

/**
 * Gives a control with its status, as far as this version can judge: of the gates, whether the classes could be recorded, whether they
 * came by a way that leaves nothing out, and whether the input was intact; not gaps, planted actions, scope and review, and no
 * exception rule.
 *
 * `insufficient-evidence`: no rows in any of its populations, rejected records that may belong to the period, a source or an audit
 * policy that cannot record one of the populations whole, or one that was not in force all the time. `exceptions`:
 * rows that a person must look at, by plain facts. `evidence-present`: rows, and none of these facts. The reason says which.
 */
export function controlResult(definition: ControlDefinition, basis: StatusBasis): Control {
  const populations = registersOf(definition).map((register) => ({
    register,
    rows: entryOf(basis, register)?.rows ?? 0,
  }));
  const rows = populations.reduce((sum, population) => sum + population.rows, 0);
  const facts = factsFor(definition, basis);
  const untested = definition.evidenceClasses.filter((name) => !isRegister(name));
  const sentences: string[] = [];
  const incomplete = incompletePopulations(populations, basis);
  let status: Control["status"];
  if (rows === 0) {
    status = "insufficient-evidence";
    sentences.push(noneObserved(populations, basis));
  } else if (incomplete.length > 0) {
    status = "insufficient-evidence";
    sentences.push(...incomplete);
    if (facts.length > 0) sentences.push(`Among the ${counted(rows, "row")} recorded: ${joined(facts)}.`);
  } else if (basis.undated > 0) {
    status = "insufficient-evidence";
    sentences.push(
      `${counted(basis.undated, "event")} without a readable time may belong to the period, so the populations may be incomplete.`,
    );
    if (facts.length > 0) sentences.push(`Among the ${counted(rows, "row")} read: ${joined(facts)}.`);
  } else if (basis.rejectedInPeriod > 0) {
    status = "insufficient-evidence";
    sentences.push(
      `${counted(basis.rejectedInPeriod, "record")} that may belong to the period could not be read, so the populations may be incomplete.`,
    );
    if (facts.length > 0) sentences.push(`Among the ${counted(rows, "row")} read: ${joined(facts)}.`);
  } else if (facts.length > 0) {
    status = "exceptions";
    sentences.push(`${counted(rows, "row")} observed; a person has to look at ${joined(facts)}.`);
  } else {
    status = "evidence-present";
    sentences.push(`${counted(rows, "row")} observed; none of the facts that call for a person is among them.`);
  }
  if (rows > 0 && basis.policy === null && populations.some((population) => population.rows === 0)) {
    sentences.push("Whether the audit policy could record every class was not evaluated: none was handed in.");
  }
  sentences.push(...limitations(populations, basis));
  if (untested.length > 0) sentences.push(`Not tested in this version: ${joined(untested)}.`);
  return {
    id: definition.id,
    title: definition.title,
    summary: definition.summary,
    status,
    statusReason: sentences.join(" "),
    populations,
    limits: definition.limits
      .map(({ missing, askFor }) => `Not in this source: ${missing}. Ask for: ${askFor}.`)
      .join(" "),
  };
}

type Populations = Control["populations"];

/** Why a control without a row says nothing about absence. */
function noneObserved(populations: Populations, basis: StatusBasis): string {
  const reasons = incompletePopulations(populations, basis);
  if (reasons.length > 0) return `None observed. ${reasons.join(" ")}`;
  if (basis.policy === null)
    return "None observed; recording of these classes was not verified, so absence cannot be concluded.";
  return "None observed. The audit policy records these classes, but whether the log has gaps was not evaluated, so absence cannot be concluded.";
}

/** Gives a sentence for each reason of the source's and of the audit policy's for which the populations may be incomplete. */
function incompletePopulations(populations: Populations, { source, policy }: StatusBasis): string[] {
  const blind = blindSpotSentences(populations, source, true);
  if (policy === null) return blind;
  const { differing, compared } = policy.replay;
  const otherPolicy =
    differing === 0
      ? []
      : [
          `${differing} of ${counted(compared, "event")} of the period ${differing === 1 ? "was" : "were"} not recorded as the audit policy says, so another one was in force for a time.`,
        ];
  return [...blind, ...otherPolicy, ...gapSentences(populations, policy, true)];
}

/** Gives a sentence for each thing that the source or the audit policy leaves out without breaking a population. */
function limitations(populations: Populations, { source, policy }: StatusBasis): string[] {
  return [
    ...blindSpotSentences(populations, source, false),
    ...(policy === null ? [] : gapSentences(populations, policy, false)),
  ];
}

function blindSpotSentences(
  populations: Populations,
  { blindSpots }: StatusBasis["source"],
  breaksPopulation: boolean,
): string[] {
  return blindSpots.flatMap(({ blindSpot, reads }) => {
    const { sentence, limits, lacksRequests } = blindSpotMeanings[blindSpot];
    if (!populations.some(({ register }) => limits.includes(register))) return [];
    const lacks = lacksRequests === "always" || (lacksRequests === "unless-reads-are-seen" && reads === 0);
    return lacks === breaksPopulation ? [sentence] : [];
  });
}

function gapSentences(
  populations: Populations,
  { capabilities }: NonNullable<StatusBasis["policy"]>,
  breaksPopulation: boolean,
): string[] {
  return populations.flatMap(({ register }) => {
    const gap = capabilityGap(capabilities, register);
    if (gap === null || gap.breaksPopulation !== breaksPopulation) return [];
    const left = gap.recordable === "no" ? "records none" : breaksPopulation ? "leaves out some" : "leaves out a part";
    const shown = gap.missed === null ? "" : `: ${missedRequest(gap.missed)}`;
    return [`The audit policy ${left} of the requests of register ${register}${shown}.`];
  });
}

/** Gives a missed request with what becomes of it, in one line. */
function missedRequest({ request, level, ruleIndex }: NonNullable<CapabilityGap["missed"]>): string {
  const result = level === "None" ? "is not recorded" : `is recorded at level ${level} without its outcome`;
  return `${request} ${result} (${ruleIndex === null ? "no rule matches" : `rule ${ruleIndex + 1}`})`;
}

/** A count of a register's summary that calls for a person, and the count of it that people caused, where that is kept. */
interface AttentionFact {
  readonly register: RegisterName;
  readonly count: string;
  readonly byPeople?: string;
  readonly one: string;
  readonly many: string;
}

const attentionFacts: readonly AttentionFact[] = [
  {
    register: "secrets",
    count: "readsByPeople",
    one: "successful read of Secrets by a person",
    many: "successful reads of Secrets by people",
  },
  {
    register: "secrets",
    count: "clusterWideSucceeded",
    byPeople: "clusterWideByPeople",
    one: "successful request for the Secrets of every namespace",
    many: "successful requests for the Secrets of every namespace",
  },
  {
    register: "rbac",
    count: "raisedPrivilege",
    byPeople: "raisedPrivilegeByPeople",
    one: "change that raised privilege",
    many: "changes that raised privilege",
  },
  {
    register: "rbac",
    count: "raisedPrivilegeUnknown",
    one: "change of access whose effect is not known",
    many: "changes of access whose effect is not known",
  },
  {
    register: "sessions",
    count: "establishedByPeople",
    one: "session opened by a person",
    many: "sessions opened by people",
  },
  {
    register: "impersonation",
    count: "byPeople",
    one: "successful request by a person under another name",
    many: "successful requests by people under another name",
  },
  {
    register: "authorization",
    count: "byPeople",
    one: "refused attempt by a person",
    many: "refused attempts by people",
  },
  {
    register: "deletions",
    count: "collectionsByPeople",
    one: "collection deleted by a person",
    many: "collections deleted by people",
  },
];

/** Says which facts call for a person, with their counts; only those of the control's own populations. */
function factsFor(definition: ControlDefinition, basis: StatusBasis): string[] {
  const registers = registersOf(definition);
  const facts: string[] = [];
  for (const { register, count, byPeople, one, many } of attentionFacts) {
    const own = registers.includes(register) ? (entryOf(basis, register)?.summary.own ?? {}) : {};
    const found = own[count] ?? 0;
    if (found === 0) continue;
    const people = byPeople === undefined ? "" : ` (${own[byPeople] ?? 0} by people)`;
    facts.push(`${counted(found, one, many)}${people}`);
  }
  const anonymous = anonymousSuccesses(registers, basis);
  if (anonymous > 0) facts.push(counted(anonymous, "successful anonymous request"));
  for (const { code, count } of basis.findings) {
    if (code === "secret-values-in-log" && registers.includes("secrets")) {
      facts.push(counted(count, "event with secret values in the log", "events with secret values in the log"));
    } else if (code === "conflicting-events") {
      facts.push(counted(count, "event that contradicts another", "events that contradict each other"));
    } else if (code === "other-writers") {
      facts.push(
        counted(
          count,
          "event printed by a container that is no API server's",
          "events printed by containers that are no API server's",
        ),
      );
    } else if (code === "repeated-across-instances") {
      facts.push(counted(count, "event read under two API servers", "events read under two API servers"));
    }
  }
  return facts;
}

function entryOf(basis: StatusBasis, name: RegisterName): RegisterEntry | undefined {
  return basis.registers.find((register) => register.name === name);
}

function anonymousSuccesses(registers: readonly RegisterName[], basis: StatusBasis): number {
  let all = 0;
  for (const name of registers) {
    for (const [, kind, succeeded] of entryOf(basis, name)?.summary.overTime ?? []) {
      if (kind === "anonymous") all += succeeded;
    }
  }
  return all;
}
