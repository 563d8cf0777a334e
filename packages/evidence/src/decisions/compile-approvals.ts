import { comparableInstant } from "../internal/instant.js";
import type { Approval } from "./approval.js";
import { endOf, startOf } from "./decision-time.js";
import { anyOf, fitsEverything } from "./pattern.js";
import { samePerson } from "./same-person.js";

/** What an approval is held against: the facts of one request. A fact that a request does not have may be absent. */
export interface ApprovableRequest {
  /** RFC 3339. */
  readonly time: string;
  readonly cluster: string;
  readonly actor?: string | undefined;
  readonly impersonated?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  /** The registers that the request has a row in. */
  readonly register?: readonly string[] | undefined;
  readonly verb?: string | undefined;
  readonly apiGroup?: string | undefined;
  readonly resource?: string | undefined;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * What can be wrong with an approval: it had ended before the period, or requests went on after its end; nobody answers for it; it
 * stands for everybody, or for everything; the one who approved it is among those whom it covered.
 */
export const approvalProblems = ["expired", "ownerless", "too-wide", "self-approved"] as const;
export type ApprovalProblem = (typeof approvalProblems)[number];

/** An approval as evidence shows it. */
export interface ApprovalUse {
  readonly id: string;
  readonly owner: string;
  readonly approver: string;
  readonly ticket: string;
  readonly reason: string;
  /** Who may do what on what, in one sentence. */
  readonly allows: string;
  readonly from: string;
  readonly expires: string;
  /** Requests that a rule singled out and that it covered. */
  readonly uses: number;
  /** Different users whom it covered, counted up to {@link countedActors}. */
  readonly actors: number;
  /** Requests that it would have covered, had it not ended or begun later. */
  readonly outsideValidity: number;
  readonly problems: readonly ApprovalProblem[];
  /** The first problem, else whether it still counted at the period's end, and whether it was used. */
  readonly state: "in-force" | "unused" | ApprovalProblem;
}

/** Approvals, ready to be held against requests. */
export interface CompiledApprovals {
  /**
   * Gives the id of the first approval of the file that covers what a rule singled out, null when none does. It must be valid at
   * the request's own time. Without a rule, approvals that are limited to rules cover nothing. Counts the use; a request (the
   * same object) that several rules single out counts once.
   */
  covering(request: ApprovableRequest, rule?: string): string | null;
  /** What became of each approval in a period, in the order of the file. */
  uses(period: { readonly from: string; readonly to: string }): ApprovalUse[];
}

/** How many different users of one approval are counted. */
const countedActors = 1000;
/** More different users than this under one approval are too many to speak of a person's access. */
const mostActors = 25;
/** Groups that stand for everybody. */
const everybody = new Set(["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]);

interface Entry {
  readonly approval: Approval;
  readonly from: string;
  readonly end: string;
  fits(request: ApprovableRequest, rule: string | undefined): boolean;
  readonly actors: Set<string>;
  uses: number;
  outsideValidity: number;
  selfApproved: boolean;
  /** Requests that were counted: one that comes again, for another rule, is the same object. */
  readonly counted: WeakSet<ApprovableRequest>;
}

/** Compiles approvals. Memory is bounded whatever the requests. Throws nothing: the approvals are checked by their schema. */
export function compileApprovals(approvals: readonly Approval[]): CompiledApprovals {
  const entries = approvals.map(entryOf);
  return {
    covering(request, rule) {
      for (const entry of entries) {
        if (!entry.fits(request, rule)) continue;
        const time = comparableInstant(request.time) ?? "";
        const valid = time !== "" && time >= entry.from && time < entry.end;
        const counts = !entry.counted.has(request);
        entry.counted.add(request);
        if (!valid) {
          if (counts) entry.outsideValidity++;
          continue;
        }
        if (counts) note(entry, request);
        return entry.approval.id;
      }
      return null;
    },
    uses: (period) => entries.map((entry) => useOf(entry, period)),
  };
}

function note(entry: Entry, { actor = "" }: ApprovableRequest): void {
  entry.uses++;
  if (entry.actors.size < countedActors) entry.actors.add(actor);
  if (!entry.selfApproved && samePerson(entry.approval.approver, actor)) entry.selfApproved = true;
}

function entryOf(approval: Approval): Entry {
  const { who, what, where = {} } = approval;
  const user = who.users === undefined ? () => false : anyOf(who.users);
  const group = who.groups === undefined ? () => false : anyOf(who.groups);
  const actingAs = who.actingAs === undefined ? (name: string) => name === "" : anyOf([...who.actingAs, ""]);
  const rule = anyOf(what.rules);
  const register = anyOf(what.registers);
  const verb = anyOf(what.verbs);
  const cluster = anyOf(where.clusters);
  const namespace = anyOf(where.namespaces);
  const resource = anyOf(where.resources);
  const name = anyOf(where.names);
  return {
    approval,
    from: approval.from === undefined ? "" : (startOf(approval.from) ?? ""),
    end: endOf(approval.expires) ?? "",
    fits: (request, ruleId) =>
      (ruleId === undefined ? what.rules === undefined : rule(ruleId)) &&
      (user(request.actor ?? "") || (request.groups ?? []).some(group)) &&
      actingAs(request.impersonated ?? "") &&
      (what.registers === undefined || (request.register ?? []).some(register)) &&
      verb(request.verb ?? "") &&
      cluster(request.cluster) &&
      namespace(request.namespace ?? "") &&
      (where.resources === undefined || resourceForms(request).some(resource)) &&
      name(request.name ?? ""),
    actors: new Set(),
    uses: 0,
    outsideValidity: 0,
    selfApproved: false,
    counted: new WeakSet(),
  };
}

/** The ways to write what a request reached: `pods/exec`, `deployments.apps`, `deployments.apps/scale`, `deployments/scale`. */
function resourceForms({ apiGroup = "", resource = "", subresource = "" }: ApprovableRequest): readonly string[] {
  const below = subresource === "" ? "" : `/${subresource}`;
  const plain = `${resource}${below}`;
  return apiGroup === "" ? [plain] : [plain, `${resource}.${apiGroup}${below}`];
}

function useOf(entry: Entry, period: { readonly from: string; readonly to: string }): ApprovalUse {
  const { approval, uses, actors, outsideValidity } = entry;
  const problems = problemsOf(entry, period);
  const ended = entry.end < (startOf(period.to) ?? "");
  return {
    id: approval.id,
    owner: approval.owner ?? "",
    approver: approval.approver,
    ticket: approval.ticket ?? "",
    reason: approval.why,
    allows: allowedBy(approval),
    from: approval.from ?? "",
    expires: approval.expires,
    uses,
    actors: actors.size,
    outsideValidity,
    problems,
    state: problems[0] ?? (ended ? "expired" : uses === 0 ? "unused" : "in-force"),
  };
}

function problemsOf(entry: Entry, { from, to }: { readonly from: string; readonly to: string }): ApprovalProblem[] {
  const { approval, actors, end, selfApproved, outsideValidity } = entry;
  const wentOn = end < (startOf(to) ?? "") && outsideValidity > 0;
  return [
    ...(wentOn || end <= (startOf(from) ?? "") ? (["expired"] as const) : []),
    ...(approval.owner === undefined ? (["ownerless"] as const) : []),
    ...(isTooWide(approval) || actors.size > mostActors ? (["too-wide"] as const) : []),
    ...(selfApproved ? (["self-approved"] as const) : []),
  ];
}

function unlimited(patterns: readonly string[] | undefined): boolean {
  return patterns === undefined || patterns.some(fitsEverything);
}

/** Everybody, or whatever verb on whatever resource for whatever rule. */
function isTooWide({ who, what, where = {} }: Approval): boolean {
  if (who.users?.some(fitsEverything)) return true;
  if (who.groups?.some((group) => fitsEverything(group) || everybody.has(group))) return true;
  if (what.registers !== undefined) return false;
  return unlimited(what.rules) && unlimited(what.verbs) && unlimited(where.resources);
}

function list(items: readonly string[]): string {
  return items.map((item) => (item === "" ? '""' : item)).join(", ");
}

/** Says who may do what on what; names as they stand in the file. */
function allowedBy({ who, what, where = {} }: Approval): string {
  const people = [
    ...(who.users === undefined ? [] : [list(who.users)]),
    ...(who.groups === undefined ? [] : [`group ${list(who.groups)}`]),
  ].join(" or ");
  const acting = who.actingAs === undefined ? "" : `, also as ${list(who.actingAs)}`;
  const doing = [
    ...(what.verbs === undefined ? [] : [list(what.verbs)]),
    ...(where.resources === undefined ? [] : [list(where.resources)]),
    ...(where.names === undefined ? [] : [`named ${list(where.names)}`]),
    ...(what.registers === undefined ? [] : [`in register ${list(what.registers)}`]),
    ...(what.rules === undefined ? [] : [`under rule ${list(what.rules)}`]),
    ...(where.namespaces === undefined ? [] : [`in namespace ${list(where.namespaces)}`]),
    ...(where.clusters === undefined ? [] : [`of cluster ${list(where.clusters)}`]),
  ].join(" ");
  return `${people}${acting}: ${doing}`;
}
