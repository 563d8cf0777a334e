import { describeConfiguration } from "../internal/configuration-change.js";
import type { ConfigurationFields } from "../internal/configuration-fields.js";
import type { ConfigurationState } from "../internal/configuration-state.js";
import type { FoldedRequest } from "../internal/fold.js";
import type { ConfigurationRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

const namespaceController = "system:serviceaccount:kube-system:namespace-controller";

/**
 * Makes a row of the register `configuration`, and carries the change over into the state when it took effect.
 *
 * A change that was refused, failed or a dry run is told as what it would have made, and leaves the state alone.
 */
export function configurationRow(request: FoldedRequest, cluster: string, state: ConfigurationState): ConfigurationRow {
  const { verb, target, configuration, code, outcome } = request.deciding;
  // A namespace's own requests name it twice, but for its creation.
  const space = target.resource === "namespaces" ? "" : target.namespace;
  const key = JSON.stringify([target.apiGroup, target.resource, space, target.name]);
  const isNew = code === 201 || (verb === "create" && code !== 409);
  const before = isNew ? null : state.get(key);
  const after = contentAfter(before, configuration);
  const told = describeConfiguration({
    target,
    verb,
    before,
    after,
    recorded: configuration?.recorded === true,
    patch: configuration?.patch ?? null,
    operations: configuration?.operations ?? [],
  });
  if (outcome === "success" || outcome === "unknown") carryOver(request, state, key, after);
  return {
    ...commonColumnsOf(request, "configuration", cluster),
    change: changeWord(verb),
    details: told.details,
    // What goes with a deleted namespace protects nothing any more; the deletion itself is a row.
    weakens: request.deciding.actor === namespaceController && verb === "deletecollection" ? "false" : told.weakens,
    ...clientColumnsOf(request),
  };
}

/** What the object is afterwards; undefined where the log does not let it be known. */
function contentAfter(
  before: ConfigurationFields | null | undefined,
  facts: FoldedRequest["deciding"]["configuration"],
): ConfigurationFields | undefined {
  if (facts === null) return undefined;
  if (facts.object !== null) return facts.object;
  // A patch over a known object; lists in it replace the object's, so only labels and single fields can be carried over.
  if (facts.patch === null || before === null || before === undefined) return undefined;
  const merged: Record<string, string | null> = { ...before, ...facts.patch };
  return Object.fromEntries(Object.entries(merged).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function carryOver(
  { deciding }: FoldedRequest,
  state: ConfigurationState,
  key: string,
  after: ConfigurationFields | undefined,
): void {
  const { verb, dryRun, outcome, target } = deciding;
  if (dryRun === "true" || target.name === "" || target.subresource !== "") return;
  if (dryRun === "unknown" || outcome === "unknown") state.set(key, undefined);
  else if (verb === "delete") state.set(key, null);
  else state.set(key, after);
}

function changeWord(verb: string): ConfigurationRow["change"] {
  return verb === "create" || verb === "update" || verb === "delete" || verb === "deletecollection" ? verb : "patch";
}
