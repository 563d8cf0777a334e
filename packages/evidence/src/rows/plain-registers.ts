import type { FoldedRequest } from "../internal/fold.js";
import type { AuthenticationRow, AuthorizationRow, DeletionsRow, ImpersonationRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

/** Makes a row of the register `authentication`. */
export function authenticationRow(request: FoldedRequest, cluster: string): AuthenticationRow {
  return {
    ...commonColumnsOf(request, "authentication", cluster),
    method: request.deciding.method,
    ...clientColumnsOf(request),
  };
}

/** Makes a row of the register `authorization`. */
export function authorizationRow(request: FoldedRequest, cluster: string): AuthorizationRow {
  return {
    ...commonColumnsOf(request, "authorization", cluster),
    deniedBy: request.deciding.deniedBy,
    ...clientColumnsOf(request),
  };
}

/** Makes a row of the register `impersonation`. */
export function impersonationRow(request: FoldedRequest, cluster: string): ImpersonationRow {
  const constraint = request.stages.findLast((stage) => stage.constraint !== "")?.constraint ?? "";
  const groups = request.stages.findLast((stage) => stage.impersonatedGroups.length > 0)?.impersonatedGroups ?? [];
  return {
    ...commonColumnsOf(request, "impersonation", cluster),
    constraint,
    impersonatedGroups: [...groups],
    ...clientColumnsOf(request),
  };
}

const collector = "system:serviceaccount:kube-system:generic-garbage-collector";

/** Makes a row of the register `deletions`. */
export function deletionsRow(request: FoldedRequest, cluster: string): DeletionsRow {
  const { deciding, stages } = request;
  const propagation = stages.findLast((stage) => stage.propagation !== "")?.propagation ?? "";
  return {
    ...commonColumnsOf(request, "deletions", cluster),
    cascade: deciding.actor === collector ? "collector" : propagation,
    ...clientColumnsOf(request),
  };
}
