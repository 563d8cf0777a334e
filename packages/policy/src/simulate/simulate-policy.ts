import { attributesOf, levelRank } from "@kaudit/schema";
import type { AuditEvent, RequestAttributes } from "@kaudit/schema";

import { evidenceRequests } from "../coverage/evidence-requests.js";
import type { EvidenceClassName, EvidenceRequest } from "../coverage/evidence-requests.js";
import { tellsOutcome } from "../coverage/policy-coverage.js";
import { compilePolicy } from "../evaluate/compile-policy.js";
import { ruleMatches } from "../evaluate/evaluate-policy.js";
import type { PolicyDecision } from "../evaluate/policy-decision.js";
import type { PolicyInput } from "../policy.js";
import { bytesAfter, eventBytes } from "./event-size.js";
import { Tally } from "./tally.js";
import type { TallyResult, Volume } from "./tally.js";

/** Options of `simulatePolicy`. */
export interface SimulatePolicyOptions {
  /** The size of an event in the file that it came from. Default: that of its JSON as kube-apiserver writes it. */
  readonly sizeOf?: (event: AuditEvent) => number;
  /** What a gigabyte (10^9 bytes) costs to ingest, in any currency. Default: cost is not computed. */
  readonly pricePerGigabyte?: number;
  /** Keys listed for verbs, resources and users. Default: 20. */
  readonly topKeys?: number;
  /** Keys held in memory for each of these. Default: 2,000. */
  readonly maxKeys?: number;
}

/** What a policy would have made of recorded events. */
export interface PolicySimulation {
  readonly total: Volume;
  /** Events by what becomes of them; the parts add up to the whole. */
  readonly outcomes: Readonly<Record<SimulatedOutcome, number>>;
  /** By rule of the candidate: its index, or `none` for events that no rule matches. The noisiest first. */
  readonly byRule: readonly (Volume & { readonly ruleIndex: number | null })[];
  readonly byVerb: TallyResult;
  /** `pods/exec`, `deployments.apps`, or `(URL)` and the path for other requests. */
  readonly byResource: TallyResult;
  readonly byUser: TallyResult;
  /** Evidence in the recorded events that would not be there. Empty when nothing is lost. */
  readonly lostEvidence: readonly LostEvidence[];
  /** The earliest and the latest time of reception; null when no event has one. */
  readonly period: { readonly from: string; readonly to: string } | null;
  /** At the given price; null without one. */
  readonly cost: { readonly recorded: number; readonly kept: number } | null;
}

/**
 * What becomes of an event: `dropped` by level None, its `stage` omitted, `lowered` to a level with less content,
 * `kept` as it is, or `raised`: kept, and with content that the recorded log cannot tell.
 */
export type SimulatedOutcome = "dropped" | "stage" | "lowered" | "kept" | "raised";

/** Requests of an evidence class whose record would be missing or not tell their outcome. */
export interface LostEvidence {
  readonly request: string;
  readonly evidenceClass: EvidenceClassName;
  readonly title: string;
  readonly events: number;
  /** The first of them, and what the candidate decides about it. */
  readonly example: { readonly attributes: RequestAttributes; readonly decision: PolicyDecision };
}

/**
 * Replays a candidate policy over recorded events: what it would drop, lower or keep, how much is left by rule, verb,
 * resource and user, and which evidence in these events would be lost.
 *
 * Reads the events one by one and holds only sums, so a log of any size takes the same memory. A recorded log knows
 * nothing of requests that its own policy did not record, nor of bodies below its level: to compare volumes start from
 * a log at Metadata for everything. Rejects with what the iterable throws.
 */
export async function simulatePolicy(
  events: AsyncIterable<AuditEvent> | Iterable<AuditEvent>,
  candidate: PolicyInput,
  options: SimulatePolicyOptions = {},
): Promise<PolicySimulation> {
  const simulation = new Simulation(candidate, options);
  for await (const event of events) simulation.add(event);
  return simulation.result();
}

class Simulation {
  readonly #decide: (attributes: RequestAttributes) => PolicyDecision;
  readonly #options: SimulatePolicyOptions;
  readonly #outcomes: Record<SimulatedOutcome, number> = { dropped: 0, stage: 0, lowered: 0, kept: 0, raised: 0 };
  readonly #rules: Tally;
  readonly #verbs: Tally;
  readonly #resources: Tally;
  readonly #users: Tally;
  readonly #lost = new Map<string, LostEvidence>();
  #from = "";
  #to = "";

  constructor(candidate: PolicyInput, options: SimulatePolicyOptions) {
    const maxKeys = options.maxKeys ?? 2000;
    this.#decide = compilePolicy(candidate);
    this.#options = options;
    this.#rules = new Tally(Number.POSITIVE_INFINITY);
    this.#verbs = new Tally(maxKeys);
    this.#resources = new Tally(maxKeys);
    this.#users = new Tally(maxKeys);
  }

  add(event: AuditEvent): void {
    const attributes = attributesOf(event);
    const decision = this.#decide(attributes);
    const outcome = outcomeOf(event, decision);
    const recorded = (this.#options.sizeOf ?? eventBytes)(event);
    const kept = outcome === "dropped" || outcome === "stage" ? null : bytesAfter(event, recorded, decision);
    this.#outcomes[outcome]++;
    this.#rules.add(String(decision.ruleIndex ?? "none"), recorded, kept);
    this.#verbs.add(attributes.verb, recorded, kept);
    this.#resources.add(resourceKey(attributes), recorded, kept);
    this.#users.add(attributes.user ?? "(not authenticated)", recorded, kept);
    this.#noteTime(event.requestReceivedTimestamp);
    this.#noteEvidence(event, attributes, decision);
  }

  result(): PolicySimulation {
    const topKeys = this.#options.topKeys ?? 20;
    const rules = this.#rules.result(Number.POSITIVE_INFINITY).top;
    const byRule = rules.map(({ key, ...volume }) => ({ ruleIndex: key === "none" ? null : Number(key), ...volume }));
    const total = sum(byRule);
    const price = this.#options.pricePerGigabyte;
    return {
      total,
      outcomes: this.#outcomes,
      byRule,
      byVerb: this.#verbs.result(topKeys),
      byResource: this.#resources.result(topKeys),
      byUser: this.#users.result(topKeys),
      lostEvidence: [...this.#lost.values()],
      period: this.#from === "" ? null : { from: this.#from, to: this.#to },
      cost:
        price === undefined
          ? null
          : { recorded: (total.recordedBytes / 1e9) * price, kept: (total.keptBytes / 1e9) * price },
    };
  }

  /** Times as kube-apiserver writes them sort as texts. */
  #noteTime(time: string | null): void {
    if (time === null || time === "") return;
    if (this.#from === "" || time < this.#from) this.#from = time;
    if (time > this.#to) this.#to = time;
  }

  #noteEvidence(event: AuditEvent, attributes: RequestAttributes, decision: PolicyDecision): void {
    if (decision.level !== "None" && decision.omitStages.length === 0) return;
    for (const request of evidenceRequests) {
      if (tellsOutcome(decision, request) || !isEvidence(request, event, attributes)) continue;
      const { id, evidenceClass, title } = request;
      const known = this.#lost.get(id);
      const example = known?.example ?? { attributes, decision };
      this.#lost.set(id, { request: id, evidenceClass, title, events: (known?.events ?? 0) + 1, example });
    }
  }
}

function outcomeOf(event: AuditEvent, { level, omitStages }: PolicyDecision): SimulatedOutcome {
  if (level === "None") return "dropped";
  if (omitStages.some((stage) => stage === event.stage)) return "stage";
  const difference = levelRank(level) - levelRank(event.level);
  if (difference === 0) return "kept";
  return difference < 0 ? "lowered" : "raised";
}

/** Whether a recorded event is one of the requests asked for; those known by their outcome are told by it. */
function isEvidence(request: EvidenceRequest, event: AuditEvent, attributes: RequestAttributes): boolean {
  const code = event.responseStatus?.code;
  switch (request.id) {
    case "authentication/failed":
      return code === 401;
    case "authorization/denied":
      return code === 403;
    case "impersonation/any":
      return event.impersonatedUser !== undefined && event.impersonatedUser !== null;
    default:
      return attributes.user !== null && ruleMatches(request.select, attributes);
  }
}

function resourceKey({ isResourceRequest, apiGroup, resource, subresource, path }: RequestAttributes): string {
  if (!isResourceRequest) return `(URL) ${path}`;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  return apiGroup === "" ? full : `${full}.${apiGroup}`;
}

function sum(parts: readonly Volume[]): Volume {
  return {
    recordedLines: parts.reduce((all, part) => all + part.recordedLines, 0),
    recordedBytes: parts.reduce((all, part) => all + part.recordedBytes, 0),
    keptLines: parts.reduce((all, part) => all + part.keptLines, 0),
    keptBytes: parts.reduce((all, part) => all + part.keptBytes, 0),
  };
}
