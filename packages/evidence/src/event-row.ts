import type { SourcedEvent } from "@kaudit/schema";
import { classifyActor } from "./actor.js";
import { dryRunOf } from "./internal/body-facts.js";
import { rowList, rowText } from "./internal/row-text.js";
import { apiServerIdentity, apiServerName } from "./internal/api-server-name.js";
import type { Identity } from "./identity.js";
import { classify } from "./internal/evidence-class.js";
import { sha256Hex } from "./internal/hash.js";
import { comparableInstant, printedInstant } from "./internal/instant.js";
import { requestHash, requestKey } from "./internal/partial-row.js";
import { orderedKey } from "./internal/ordered-key.js";
import { maskRequestUri } from "./mask.js";
import { outcomeOf } from "./outcome.js";
import type { ActorKind, DryRun, Outcome } from "./register-row.js";

/** One event as a flat row, for `kaudit query events`: one stage of a request, never its bodies. */
export interface EventRow {
  /** `event-` and a hash of the event's key. */
  readonly rowId: string;
  /** `requestReceivedTimestamp`, UTC with six fraction digits; as written where it is no instant. */
  readonly time: string;
  readonly cluster: string;
  readonly apiserver: string;
  readonly actor: string;
  readonly actorKind: ActorKind;
  readonly impersonated: string;
  readonly groups: readonly string[];
  readonly sourceIP: string;
  readonly userAgent: string;
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number | null;
  readonly outcome: Outcome;
  readonly decision: string;
  readonly reason: string;
  readonly dryRun: DryRun;
  readonly auditID: string;
  readonly source: string;
  readonly stage: string;
  /** `stageTimestamp`, as `time`. */
  readonly stageTime: string;
  readonly level: string;
  /** With credential-looking parts masked. */
  readonly requestURI: string;
}

/** The columns of an event row, in order. */
export const eventColumns: readonly (keyof EventRow)[] = [
  "rowId",
  "time",
  "cluster",
  "apiserver",
  "actor",
  "actorKind",
  "impersonated",
  "groups",
  "sourceIP",
  "userAgent",
  "verb",
  "apiGroup",
  "resource",
  "subresource",
  "namespace",
  "name",
  "code",
  "outcome",
  "decision",
  "reason",
  "dryRun",
  "auditID",
  "source",
  "stage",
  "stageTime",
  "level",
  "requestURI",
];

/**
 * Gives an event as a flat row; never throws. Texts are what the log says, cut where they are too long for a row. Of several clusters
 * that an option named, each event's own goes before `mainCluster`.
 */
export function eventRow({ event, provenance }: SourcedEvent, mainCluster: string, identity?: Identity): EventRow {
  const cluster = provenance.clusterBasis === "option" ? (provenance.cluster ?? mainCluster) : mainCluster;
  const { annotations, responseStatus } = event;
  const { target } = classify(event);
  const time = comparableInstant(event.requestReceivedTimestamp);
  const stageTime = comparableInstant(event.stageTimestamp);
  const key = orderedKey([
    requestHash(requestKey(event, time ?? ""), apiServerIdentity(provenance, mainCluster)),
    event.stage,
    stageTime ?? "",
    provenance.contentSha256,
  ]);
  const code = responseStatus?.code;
  const reason = responseStatus?.reason ?? "";
  return {
    rowId: `event-${sha256Hex(key).slice(0, 20)}`,
    time: time === null ? rowText(event.requestReceivedTimestamp ?? "", 64) : printedInstant(time),
    cluster,
    apiserver: apiServerName(provenance),
    actor: rowText(event.user.username ?? "", 1024),
    actorKind: identity === undefined ? classifyActor(event.user) : identity.kindOf(event.user),
    impersonated: rowText(event.impersonatedUser?.username ?? "", 1024),
    groups: rowList(event.user.groups ?? []),
    sourceIP: rowText(event.sourceIPs?.at(-1) ?? "", 256),
    userAgent: rowText(event.userAgent ?? "", 2048),
    verb: rowText(event.verb, 256),
    apiGroup: rowText(target.apiGroup, 1024),
    resource: rowText(target.resource, 1024),
    subresource: rowText(target.subresource, 1024),
    namespace: rowText(target.namespace, 1024),
    name: rowText(target.name, 1024),
    code: typeof code === "number" && code > 0 ? code : null,
    outcome: outcomeOf(code, event.responseStatus?.status),
    decision: rowText(annotations?.["authorization.k8s.io/decision"] ?? "", 64),
    reason: rowText(
      annotations?.["authorization.k8s.io/reason"] || (/^[A-Za-z]{1,64}$/.test(reason) ? reason : ""),
      1024,
    ),
    dryRun: dryRunOf(event),
    auditID: rowText(event.auditID, 512),
    source: `${provenance.file}:${provenance.byteOffset}`,
    stage: rowText(event.stage, 256),
    stageTime: stageTime === null ? rowText(event.stageTimestamp ?? "", 64) : printedInstant(stageTime),
    level: rowText(event.level, 256),
    requestURI: rowText(maskRequestUri(event.requestURI), 4096),
  };
}
