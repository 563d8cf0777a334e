import type { RegisterName, SecretsRow } from "../register-row.js";
import { placeOf } from "../internal/fold.js";
import type { FoldedRequest } from "../internal/fold.js";
import { sha256Hex } from "../internal/hash.js";
import { printedInstant } from "../internal/instant.js";

/** The columns that every register begins with. */
export type CommonColumns = Omit<SecretsRow, "access" | "bulk" | "clusterWide" | keyof ClientColumns>;

/** Fills the columns that every register begins with from a request. */
export function commonColumnsOf(request: FoldedRequest, register: RegisterName, cluster: string): CommonColumns {
  const { deciding, stages } = request;
  const variant = request.variant === 0 ? "" : sha256Hex(stages.map(({ content }) => content).join(" ")).slice(0, 8);
  const { target } = deciding;
  return {
    rowId: `${register}-${request.request.slice(0, 20)}${variant === "" ? "" : `-${variant}`}`,
    time: printedInstant(request.time),
    cluster,
    apiserver: deciding.apiserver,
    actor: deciding.actor,
    actorKind: deciding.actorKind,
    impersonated: stages.findLast((stage) => stage.impersonated !== "")?.impersonated ?? "",
    groups: [...deciding.groups],
    sourceIP: deciding.sourceIP,
    userAgent: deciding.userAgent,
    verb: deciding.verb,
    apiGroup: target.apiGroup,
    resource: target.resource,
    subresource: target.subresource,
    namespace: target.namespace,
    name: target.name,
    code: deciding.code,
    outcome: deciding.outcome,
    decision: deciding.decision,
    reason: deciding.reason,
    dryRun: deciding.dryRun,
    auditID: request.auditIDs[0] ?? deciding.auditID,
    auditIDs: [...request.auditIDs],
    source: placeOf(deciding),
  };
}

/** The columns that every register ends with. */
export type ClientColumns = Pick<SecretsRow, "actorPod" | "actorNode" | "actorCredential">;

/** Fills the columns on the client behind the actor. They come last in a row, as in its register's columns. */
export function clientColumnsOf({ deciding }: FoldedRequest): ClientColumns {
  const { pod, node, credentialId } = deciding.client;
  return { actorPod: pod, actorNode: node, actorCredential: credentialId };
}
