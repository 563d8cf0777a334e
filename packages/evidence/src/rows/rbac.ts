import type { FoldedRequest } from "../internal/fold.js";
import type { AccessState } from "../rbac/access-state.js";
import { canonicalContent } from "../rbac/content.js";
import type { AccessContent } from "../rbac/content.js";
import { describeGrant } from "../rbac/grants.js";
import type { AccessChange } from "../rbac/grants.js";
import type { AccessActor } from "../rbac/holders.js";
import { selfGrant } from "../rbac/self-grant.js";
import { accessSignals } from "../rbac/signals.js";
import type { AccessSignal } from "../rbac/signals.js";
import { patchedContent } from "../rbac/patch.js";
import type { RbacRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

/** Longer contents than this are replaced by how much they hold: a role of a thousand rules is no reading. */
const longestContent = 16_384;

interface ContentChange {
  /** Undefined: not known. Null: no such object. */
  readonly before: AccessContent | null | undefined;
  readonly after: AccessContent | null | undefined;
}

/** A row of the register `rbac`, and the words that fit its change for the exception rules. */
export interface MadeRbacRow {
  readonly row: RbacRow;
  readonly signals: readonly AccessSignal[];
}

/**
 * Makes a row of the register `rbac`, and carries the change over into the state when it took effect.
 *
 * `after` of a change that was refused, failed or a dry run is what it would have made; such a change leaves the state alone.
 */
export function rbacRow(request: FoldedRequest, cluster: string, state: AccessState): MadeRbacRow {
  const { target } = request.deciding;
  const { before, after: made } = contentChange(request, state);
  const after = made === null || made === undefined ? made : canonicalContent(made);
  const access: AccessChange = {
    resource: target.resource,
    namespace: target.namespace,
    name: target.name,
    before,
    after,
    rulesOf: state.rulesOf,
    heldThrough: state.heldThrough,
    aggregatesTo: state.aggregatesTo,
  };
  const grant = describeGrant(access);
  const toMaker = selfGrant(access, actorOf(request));
  const signals = accessSignals(access, toMaker.verdict === "true");
  const afterText = after === null || after === undefined ? after : JSON.stringify(after);
  carryOver(request, state, afterText);
  const row: RbacRow = {
    ...commonColumnsOf(request, "rbac", cluster),
    change: changeWord(request),
    // Both are canonical: one was read from the state, the other has just been made so.
    before: columnText(before, JSON.stringify(before)),
    after: columnText(after, afterText),
    grants: [grant.words, toMaker.through].filter((words) => words !== "").join("; "),
    raisesPrivilege: grant.raisesPrivilege,
    selfGrant: toMaker.verdict,
    ...clientColumnsOf(request),
  };
  return { row, signals };
}

/** Whoever acts, under their own name and the one they act as: a grant to either is a grant to oneself. */
function actorOf({ deciding, stages }: FoldedRequest): AccessActor {
  const names = [deciding.actor, ...stages.map(({ impersonated }) => impersonated)].filter((name) => name !== "");
  const everyone = ["system:authenticated", "system:unauthenticated"];
  const groups = [...deciding.groups, ...stages.flatMap(({ impersonatedGroups }) => impersonatedGroups)];
  return { names, groups: groups.filter((group) => !everyone.includes(group)) };
}

function changeWord({ deciding }: FoldedRequest): RbacRow["change"] {
  if (deciding.target.resource === "certificatesigningrequests") return "approve";
  switch (deciding.verb) {
    case "create":
    case "update":
    case "delete":
    case "deletecollection":
      return deciding.verb;
    default:
      return "patch";
  }
}

function contentChange(request: FoldedRequest, state: AccessState): ContentChange {
  const { deciding } = request;
  const { verb, target, code, outcome, change } = deciding;
  const known = state.get(target.resource, target.namespace, target.name);
  if (verb === "delete") return { before: known, after: null };
  if (verb === "deletecollection") return { before: undefined, after: null };
  // A create makes a new object, also where it was refused before that was looked at; so does a patch or update with 201.
  const isNew = code === 201 || (verb === "create" && code !== 409);
  const before = isNew ? null : known;
  if (change === null || !change.recorded) return { before, after: undefined };
  const answered = outcome === "success" ? change.answered : null;
  if (answered !== null) return { before, after: answered };
  if (change.patch !== null)
    return { before, after: patchedContent(isNew ? {} : (before ?? null), change.patch) ?? undefined };
  return { before, after: change.sent ?? undefined };
}

function carryOver(request: FoldedRequest, state: AccessState, after: string | null | undefined): void {
  const { verb, target, outcome, dryRun, change } = request.deciding;
  if (outcome === "denied" || outcome === "failed" || dryRun === "true") return;
  const { resource, namespace, name } = target;
  if (verb === "deletecollection") state.forget(resource, namespace);
  // A delete that may have been a dry run, and a request whose end is not recorded, leave it open what is there now.
  else if (dryRun === "unknown" || outcome === "unknown" || change === null)
    state.set(resource, namespace, name, undefined);
  else state.set(resource, namespace, name, after);
}

function columnText(content: AccessContent | null | undefined, text: string | null | undefined): string {
  if (content === null || content === undefined || text === null || text === undefined) return "";
  if (text.length <= longestContent) return text;
  return JSON.stringify({
    tooLong: `${text.length} characters`,
    rules: content.rules?.length ?? 0,
    subjects: content.subjects?.length ?? 0,
    ...(content.roleRef === undefined || content.roleRef === null ? {} : { roleRef: content.roleRef }),
  });
}
