import { compareLevels, levelRank } from "@kaudit/schema";
import type { Level, RequestAttributes, Stage } from "@kaudit/schema";

import type { PolicyDecision } from "../evaluate/policy-decision.js";
import type { PolicyInput } from "../policy.js";
import { PolicySpace } from "../request-space/policy-space.js";
import type { ReachedDecision } from "../request-space/policy-space.js";
import type { RequestBox } from "../request-space/request-box.js";
import { ruleBoxes } from "../request-space/rule-boxes.js";
import { actorsOf } from "./actor-kinds.js";
import type { ActorKind } from "./actor-kinds.js";
import { findExposures } from "./secret-exposure.js";
import { evidenceClassNames, evidenceRequests } from "./evidence-requests.js";
import type { EvidenceClassName, EvidenceRequest } from "./evidence-requests.js";

/**
 * Whether a policy can record something: `yes` every such request with its outcome, `no` none of them, `partly` some of
 * them, or all without their outcome.
 */
export type Recordable = "yes" | "partly" | "no";

/** What a policy records of some requests by one kind of actor. */
export interface CoverageRow {
  /** The id of the `EvidenceRequest`. */
  readonly request: string;
  readonly evidenceClass: EvidenceClassName;
  readonly title: string;
  readonly actor: ActorKind;
  readonly recordable: Recordable;
  /** The lowest and the highest level that such a request gets. */
  readonly lowestLevel: Level;
  readonly highestLevel: Level;
  /** Stages omitted for at least one of them, where it is recorded at all. */
  readonly omitStages: readonly Stage[];
  readonly minLevel: Level;
  /** A request that leaves no record, or none that tells the outcome, with the rule that decides so; null if none does. */
  readonly missed: ReachedDecision | null;
  /** A request whose record holds secret values; null if none does. */
  readonly exposed: ReachedDecision | null;
  /** False when the policy was too intricate to look at every case: then `recordable` is not `yes`. */
  readonly complete: boolean;
}

/** What a policy records of a class of evidence by one kind of actor: the rows of that class taken together. */
export interface ClassCoverage {
  readonly evidenceClass: EvidenceClassName;
  readonly actor: ActorKind;
  readonly recordable: Recordable;
  readonly lowestLevel: Level;
  readonly missed: ReachedDecision | null;
  readonly exposed: ReachedDecision | null;
}

/** The answer of `policyCoverage`. */
export interface PolicyCoverage {
  readonly rows: readonly CoverageRow[];
  readonly classes: readonly ClassCoverage[];
}

/**
 * Tells for each class of evidence and each kind of actor what `policy` records: the levels, the stages left out, and
 * whether the evidence can exist at all, with a request that would be missed.
 *
 * Exact, not sampled: every combination of user, groups, verb, namespace and name that the policy can tell apart is
 * considered, short of those that no cluster sees in practice (authenticated users outside `system:authenticated` and
 * the like). Failed logins count for `unauthenticated` only, and only at stage ResponseStarted, where kube-apiserver
 * writes them. Never throws.
 */
export function policyCoverage(policy: PolicyInput): PolicyCoverage {
  const space = new PolicySpace(policy);
  const rows = evidenceRequests.flatMap((request) => request.actors.map((actor) => coverageRow(space, request, actor)));
  const classes = evidenceClassNames.flatMap((evidenceClass) => {
    const actors = new Set(rows.filter((row) => row.evidenceClass === evidenceClass).map((row) => row.actor));
    return [...actors].map((actor) =>
      classCoverage(rows.filter((row) => row.evidenceClass === evidenceClass && row.actor === actor)),
    );
  });
  return { rows, classes };
}

/** The requests of a question by one kind of actor, as far as they occur in practice. */
export function questionBoxes(
  space: PolicySpace,
  select: EvidenceRequest["select"],
  kind: ActorKind,
): readonly RequestBox[] {
  const actor = actorsOf(kind, [space.policy]);
  const targets = ruleBoxes(select).filter((box) => box.actor.kind === "absent");
  return space.practical(targets.map((box) => ({ ...box, actor })));
}

function coverageRow(space: PolicySpace, request: EvidenceRequest, actor: ActorKind): CoverageRow {
  const boxes = questionBoxes(space, request.select, actor);
  const { reached, complete } = space.decisionsOf(boxes);
  const recorded = reached.filter(({ decision }) => levelRank(decision.level) >= levelRank(request.minLevel));
  const missed = reached.find(({ decision }) => !tellsOutcome(decision, request)) ?? null;
  const levels = reached.map(({ decision }) => decision.level).toSorted(compareLevels);
  return {
    request: request.id,
    evidenceClass: request.evidenceClass,
    title: request.title,
    actor,
    recordable: missed === null && complete ? "yes" : recorded.some(leavesTrace) ? "partly" : "no",
    lowestLevel: levels[0] ?? "None",
    highestLevel: levels.at(-1) ?? "None",
    omitStages: [...new Set(recorded.flatMap(({ decision }) => decision.omitStages))].toSorted(),
    minLevel: request.minLevel,
    missed,
    exposed: request.maxLevel === null ? null : (findExposures(space, boxes, request.maxLevel)[0] ?? null),
    complete,
  };
}

/** Whether the record of a request tells how it ended. */
export function tellsOutcome({ level, omitStages }: PolicyDecision, { minLevel, stages }: EvidenceRequest): boolean {
  return levelRank(level) >= levelRank(minLevel) && stages.some((stage) => !omitStages.includes(stage));
}

/** Whether anything is written about a request that ends normally. */
function leavesTrace({ decision, witness }: ReachedDecision): boolean {
  const written: readonly Stage[] =
    witness.user === null ? ["ResponseStarted"] : ["RequestReceived", "ResponseComplete"];
  return written.some((stage) => !decision.omitStages.includes(stage)) || isLongRunning(witness, decision);
}

function isLongRunning({ verb, subresource }: RequestAttributes, { omitStages }: PolicyDecision): boolean {
  const started = verb === "watch" || ["exec", "attach", "portforward", "proxy", "log"].includes(subresource);
  return started && !omitStages.includes("ResponseStarted");
}

function classCoverage(rows: readonly CoverageRow[]): ClassCoverage {
  const [first] = rows as readonly [CoverageRow, ...CoverageRow[]];
  const answers = new Set(rows.map((row) => row.recordable));
  return {
    evidenceClass: first.evidenceClass,
    actor: first.actor,
    recordable: answers.size === 1 ? first.recordable : "partly",
    lowestLevel: rows.map((row) => row.lowestLevel).toSorted(compareLevels)[0] ?? "None",
    missed: rows.find((row) => row.missed !== null)?.missed ?? null,
    exposed: rows.find((row) => row.exposed !== null)?.exposed ?? null,
  };
}
