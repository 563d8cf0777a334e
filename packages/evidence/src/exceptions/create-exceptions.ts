import { compileList, conditionsOf, conditionUses, createRuleEngine, objectOf, severities } from "@kaudit/rules";
import type { Finding, RequestFacts, Rule, RuleOutcome } from "@kaudit/rules";
import type { Decisions } from "../decisions/create-decisions.js";
import type { WatchedActors } from "../internal/privileged-request.js";
import { registerNames } from "../register-row.js";
import type { ActorKind, RegisterName } from "../register-row.js";
import { conditionFacts } from "./evidence-condition.js";
import type { EvidenceCondition } from "./evidence-condition.js";
import type { ExceptionInBundle, ExceptionsSummary } from "./exception-in-bundle.js";
import type { ExceptionSettings } from "./exceptions-configuration.js";
import { requestFacts } from "./request-facts.js";
import type { RequestToTell } from "./request-facts.js";
import { summaryOf } from "./rule-summary.js";
import type { Visibility } from "./rule-summary.js";

/** Holds the requests of a period against the exception rules. */
export interface Exceptions {
  /** Takes a request of the period, once, with the ids of its rows or, where it has none, the place of its event. */
  add(request: Omit<RequestToTell, "scopes" | "approvalsGiven">, refs: readonly string[]): void;
  /**
   * Gives the exceptions, decided as the dispositions say, and what became of the rules. `conditions` is asked when all requests
   * have been taken, so that the uses of approvals are known.
   */
  finish(
    conditions: () => readonly EvidenceCondition[],
    visibility: Visibility,
  ): {
    readonly exceptions: ExceptionInBundle[];
    readonly summary: ExceptionsSummary;
  };
}

interface Frame {
  readonly cluster: string;
  /** RFC 3339. */
  readonly periodEnd: string;
  readonly approvalsGiven: boolean;
  readonly decisions: Pick<Decisions, "approvals" | "scopes" | "settle">;
}

/** Whether a rule is about the evidence itself. */
function isAboutEvidence(rule: Rule): boolean {
  return conditionUses(conditionsOf(rule)).fields.has("finding");
}

/** Makes exceptions out of requests. Requests have to come by time; a few seconds of disorder do not matter. */
export function createExceptions(settings: ExceptionSettings, frame: Frame): Exceptions {
  const { cluster, decisions, approvalsGiven } = frame;
  const { lists, parameters } = settings;
  const shared = {
    lists: lists as Record<string, unknown[]>,
    parameters,
    available: approvalsGiven ? ["approvals"] : [],
  };
  const aboutEvidence = settings.rules.filter(isAboutEvidence);
  const requests = createRuleEngine(
    settings.rules.filter((rule) => !aboutEvidence.includes(rule)),
    {
      ...shared,
      skewSeconds: 5,
      approvalFor: (facts, rule) => decisions.approvals.covering(facts, rule),
    },
  );
  const evidence = createRuleEngine(aboutEvidence, shared);
  const { scopes } = decisions;
  const notRecorded = new Map<string, number>();

  return {
    add(request, refs) {
      const { namespace } = request.request.deciding.target;
      const facts = requestFacts({
        ...request,
        scopes: scopes.isDeclared(request.cluster) ? scopes.of(request.cluster, namespace) : null,
        approvalsGiven,
      });
      noteContent(facts, notRecorded);
      requests.add(facts, refs.join(" "));
    },
    finish(conditions, visibility) {
      const found = requests.finish();
      const about = conditions().toSorted((a, b) => byText(a.time ?? "", b.time ?? "") || byText(a.about, b.about));
      for (const condition of about)
        evidence.add(conditionFacts(condition, condition.cluster ?? cluster, frame.periodEnd));
      const noticed = evidence.finish();
      const rules = new Map(settings.rules.map((rule, order) => [rule.id, { rule, order }]));
      const outcomes: RuleOutcome[] = [...found.rules, ...noticed.rules];
      const all = [...found.findings, ...noticed.findings]
        .map((finding) => exceptionOf(finding, rules.get(finding.rule)?.rule))
        .toSorted(
          (a, b) =>
            severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
            (rules.get(a.rule)?.order ?? 0) - (rules.get(b.rule)?.order ?? 0) ||
            byText(a.first, b.first) ||
            byText(a.id, b.id),
        );
      const exceptions = decisions.settle(all);
      return {
        exceptions,
        summary: summaryOf(settings, outcomes, exceptions, { ...visibility, notRecorded }),
      };
    },
  };
}

/** Counts, by register, changes whose content was not recorded: what they give is not known. */
function noteContent(facts: RequestFacts, notRecorded: Map<string, number>): void {
  if (facts.signals?.includes("content-not-recorded") !== true || facts.outcome !== "success") return;
  for (const name of facts.register ?? []) notRecorded.set(name, (notRecorded.get(name) ?? 0) + 1);
}

function exceptionOf(finding: Finding, rule: Rule | undefined): ExceptionInBundle {
  const { facts } = finding;
  const about = rule === undefined ? null : registerOf(rule);
  return {
    id: finding.id,
    rule: finding.rule,
    title: rule?.title ?? finding.rule,
    sentence: finding.sentence,
    severity: finding.severity,
    raisedByScope: finding.raisedByScope,
    cluster: finding.cluster,
    register: about,
    actor: facts.actor ?? "",
    actorKind: (facts.actorKind as ActorKind | undefined) ?? null,
    impersonated: facts.impersonated ?? "",
    namespace: facts.namespace ?? "",
    subject: objectOf({ time: finding.first, cluster: finding.cluster, ...facts }) || "several objects",
    key: finding.key.map(([field, value]) => [field, value]),
    count: finding.count,
    first: finding.first,
    last: finding.last,
    rowIds: finding.refs.map((refs) => bestRef(refs.split(" "), about)),
    rowIdsCapped: finding.refsCapped,
    controls: rule?.controls === undefined ? {} : structuredControls(rule.controls),
    approved: finding.approved,
    approvals: [...finding.approvals],
    disposition: null,
    state: "open",
    remedy: rule?.remedy ?? "",
  };
}

function structuredControls(controls: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(controls).map(([framework, ids]) => [framework, [...ids]]));
}

/** The register that a rule is about: of the classes that it needs, the first that is one. */
function registerOf(rule: Rule): RegisterName | null {
  const needed = (rule.needs ?? []).map((need) => need.class);
  return (
    registerNames.find((name) => name === needed.find((one) => (registerNames as readonly string[]).includes(one))) ??
    null
  );
}

/** Of a request's rows the one in the rule's own register, else the first. */
function bestRef(refs: readonly string[], register: RegisterName | null): string {
  return refs.find((ref) => register !== null && ref.startsWith(`${register}-`)) ?? refs[0] ?? "";
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const watchLists = ["genericNames", "breakGlass", "leavers"] as const;

/** Gives the actors whose every request has to be looked at: shared and emergency accounts, and who has left. */
export function watchedActors(lists: ExceptionSettings["lists"]): WatchedActors {
  const compiled = watchLists.map((name) => compileList(name, "names", (lists[name] ?? []).map(nameOnly)));
  const none: RequestFacts = { time: "1970-01-01T00:00:00Z", cluster: "" };
  return (name, groups) =>
    compiled.some((list) => list.fits(name, none) || groups.some((group) => list.fits(group, none)));
}

/** Whenever an entry counts: the rules ask for its time again. */
function nameOnly(entry: unknown): unknown {
  return typeof entry === "object" && entry !== null && "name" in entry ? entry.name : entry;
}
