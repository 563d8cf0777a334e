import type { AuditEvent, EventProvenance } from "@kaudit/schema";
import type { Identity } from "../identity.js";
import { outcomeOf } from "../outcome.js";
import type { ActorKind, AuthorizationRow, DryRun, Outcome } from "../register-row.js";
import { accessContent } from "../rbac/content.js";
import type { AccessContent } from "../rbac/content.js";
import { accessPatch } from "../rbac/patch.js";
import type { AccessPatch } from "../rbac/patch.js";
import { maskRequestUri } from "../mask.js";
import { clientFacts } from "./client-facts.js";
import type { ClientFacts } from "./client-facts.js";
import { workloadSignals } from "./workload-signals.js";
import { configurationFacts } from "./configuration-facts.js";
import type { ConfigurationFacts } from "./configuration-facts.js";
import { credentialFacts } from "./credential-facts.js";
import type { CredentialFacts } from "./credential-facts.js";
import { deleteFacts, dryRunOf } from "./body-facts.js";
import { rowList, rowText } from "./row-text.js";
import { classBits } from "./class-bits.js";
import type { Classification } from "./evidence-class.js";
import { sha256Hex } from "./hash.js";
import { comparableInstant } from "./instant.js";
import { orderedKey } from "./ordered-key.js";
import { sessionDetails, withDebugContainer } from "./session-details.js";
import type { SessionDetails } from "./session-details.js";
import { answeredVersion } from "./answered-version.js";
import type { Target } from "./target.js";

/** What an access change recorded of its content. */
export interface RecordedChange {
  /** Whether bodies were recorded at all. */
  readonly recorded: boolean;
  /** The object that was sent (create, update). */
  readonly sent: AccessContent | null;
  readonly patch: AccessPatch | null;
  /** The object that came back. */
  readonly answered: AccessContent | null;
}

/**
 * One event of an evidence class, reduced when it was first read: no body, token or unmasked argument goes further.
 *
 * The request URI is not kept: it is part of the request's hash, and what registers need of it has been read from it.
 */
export interface PartialRow {
  /** `requestReceivedTimestamp`, comparable. */
  readonly time: string;
  /** SHA-256 of instance (of several clusters, with its cluster), auditID, time, verb, requestURI and user: one request. */
  readonly request: string;
  readonly stage: string;
  /** `stageTimestamp`, comparable; empty when there is none. */
  readonly stageTime: string;
  readonly content: string;
  readonly file: string;
  readonly offset: number;
  readonly bits: number;
  /** Bit 1: Secret values in the bodies; bit 2: bodies cut for their size. */
  readonly notes: number;
  readonly apiserver: string;
  /** What the event or an option calls its cluster; empty where neither does. */
  readonly clusterKey: string;
  readonly auditID: string;
  readonly actor: string;
  readonly actorKind: ActorKind;
  readonly groups: readonly string[];
  readonly impersonated: string;
  readonly constraint: string;
  readonly sourceIP: string;
  readonly userAgent: string;
  /** SHA-256 of user, URI and user agent: what a repeated attempt has in common. */
  readonly attempt: string;
  readonly verb: string;
  readonly target: Target;
  readonly spelled: boolean;
  readonly code: number | null;
  readonly outcome: Outcome;
  readonly decision: string;
  readonly reason: string;
  /** Whether the API server itself wrote the answer's Status: a proxied answer has none. */
  readonly ownStatus: boolean;
  readonly dryRun: DryRun;
  readonly method: string;
  readonly deniedBy: AuthorizationRow["deniedBy"];
  readonly propagation: string;
  readonly session: SessionDetails | null;
  readonly change: RecordedChange | null;
  readonly credential: CredentialFacts | null;
  readonly configuration: ConfigurationFacts | null;
  /** The path of the request URI without its query, credential-looking parts masked. */
  readonly path: string;
  readonly level: string;
  /** The groups that the request acts with, where it acts as another user. */
  readonly impersonatedGroups: readonly string[];
  /** Pod, node and credential behind the authenticated user, where the API server knows them. */
  readonly client: ClientFacts;
  /** Words for what the bodies of a workload ask for, such as `host-path`. */
  readonly workloadSignals: readonly string[];
  /** The resourceVersion that a write was answered with; empty where it was not recorded. */
  readonly version: string;
}

const stageOrder: Readonly<Record<string, number>> = {
  RequestReceived: 1,
  ResponseStarted: 2,
  ResponseComplete: 3,
  Panic: 4,
};

/** Where a stage comes in a request; unknown stages come last. */
export function orderOfStage(stage: string): number {
  return Object.hasOwn(stageOrder, stage) ? (stageOrder[stage] ?? 9) : 9;
}

/**
 * The text of a request's key (ARCHITECTURE.md, promise 11) without the instance. `time` is comparable, or empty when there is
 * none.
 */
export function requestKey(event: AuditEvent, time: string): string {
  return orderedKey([time, event.auditID, event.verb, event.requestURI, event.user.username ?? ""]);
}

/** SHA-256 of a whole request key, in hex. */
export function requestHash(key: string, instance: string): string {
  return sha256Hex(orderedKey([instance, key]));
}

/** The key under which partial rows are spooled: the stages of one request stand next to each other, in order. */
export function partialKey(row: PartialRow): string {
  return orderedKey([
    row.time,
    row.request,
    String(orderOfStage(row.stage)),
    row.stage,
    row.stageTime,
    row.content,
    row.file,
    String(row.offset).padStart(16, "0"),
  ]);
}

/** Reduces an event to what the registers need of it; `bits` says which of its registers are filled. */
export function reducedEvent(
  event: AuditEvent,
  provenance: EventProvenance,
  server: { readonly instance: string; readonly identity: string; readonly clusterKey: string },
  time: string,
  key: string,
  found: Classification,
  bits: number,
  notes: number,
  identity: Identity,
): PartialRow {
  const { annotations, responseStatus } = event;
  const target = cappedTarget(withGivenName(found.target, event));
  const actor = event.user.username ?? "";
  const isDelete = (found.bits & classBits.deletions) !== 0;
  return {
    time,
    request: requestHash(key, server.identity),
    stage: rowText(event.stage, 256),
    stageTime: comparableInstant(event.stageTimestamp) ?? "",
    content: provenance.contentSha256,
    file: provenance.file,
    offset: provenance.byteOffset,
    bits,
    notes,
    apiserver: server.instance,
    clusterKey: server.clusterKey,
    auditID: rowText(event.auditID, 512),
    actor: rowText(actor, 1024),
    actorKind: identity.kindOf(event.user),
    groups: rowList(event.user.groups ?? []),
    impersonated: rowText(event.impersonatedUser?.username ?? "", 1024),
    constraint: rowText(event.authenticationMetadata?.impersonationConstraint ?? "", 256),
    sourceIP: rowText(event.sourceIPs?.at(-1) ?? "", 256),
    userAgent: rowText(event.userAgent ?? "", 2048),
    attempt: sha256Hex(orderedKey([actor, event.requestURI, event.userAgent ?? ""])),
    verb: rowText(event.verb, 256),
    target,
    spelled: found.spelled,
    code: codeOf(event),
    outcome: outcomeOf(codeOf(event), responseStatus?.status),
    decision: decisionOf(annotations?.["authorization.k8s.io/decision"]),
    reason: rowText(annotations?.["authorization.k8s.io/reason"] || reasonWord(responseStatus?.reason), 1024),
    ownStatus: typeof responseStatus?.status === "string" && responseStatus.status !== "",
    dryRun: dryRunOf(event),
    method: attemptedMethod(responseStatus?.message),
    deniedBy: deniedBy(event, target),
    propagation: isDelete ? deleteFacts(event).propagation : "",
    session: (found.bits & classBits.sessions) === 0 ? null : sessionOf(event, target),
    change: (found.bits & classBits.rbac) === 0 ? null : recordedChange(event, target),
    credential: (found.bits & classBits.credentials) === 0 ? null : credentialFacts(event, target),
    configuration: (found.bits & classBits.configuration) === 0 ? null : configurationFacts(event, target),
    path: rowText(maskRequestUri(pathOf(event.requestURI)), 1024),
    level: rowText(event.level, 64),
    impersonatedGroups: rowList(event.impersonatedUser?.groups ?? []),
    client: clientFacts(event),
    workloadSignals: (found.bits & classBits.workloads) === 0 ? [] : workloadSignals(event),
    version: answeredVersion(event),
  };
}

function sessionOf(event: AuditEvent, target: Target): SessionDetails {
  const details = sessionDetails(event.requestURI, target, event.verb);
  return details.kind === "ephemeralcontainer" ? withDebugContainer(details, event.requestObject) : details;
}

function pathOf(requestURI: string): string {
  const mark = requestURI.indexOf("?");
  return mark === -1 ? requestURI : requestURI.slice(0, mark);
}

/** The name that the server gave to an object created with `generateName`, where the answer was recorded. */
function withGivenName(target: Target, event: AuditEvent): Target {
  if (target.name !== "" || target.subresource !== "" || event.verb !== "create") return target;
  const answer = event.responseObject as { readonly metadata?: { readonly name?: unknown } | null } | null | undefined;
  const name = event.responseStatus?.code === 201 ? answer?.metadata?.name : undefined;
  return typeof name === "string" ? { ...target, name } : target;
}

function cappedTarget(target: Target): Target {
  return {
    apiGroup: rowText(target.apiGroup, 1024),
    resource: rowText(target.resource, 1024),
    subresource: rowText(target.subresource, 1024),
    namespace: rowText(target.namespace, 1024),
    name: rowText(target.name, 1024),
  };
}

function codeOf(event: AuditEvent): number | null {
  const code = event.responseStatus?.code;
  return typeof code === "number" && Number.isInteger(code) && code > 0 ? code : null;
}

function decisionOf(decision: string | undefined): string {
  return decision === undefined ? "" : rowText(decision, 64);
}

/** The reason of a Status is one of Kubernetes' words; anything else would be free text, which can echo a body. */
function reasonWord(reason: string | undefined): string {
  return reason !== undefined && /^[A-Za-z]{1,64}$/.test(reason) ? reason : "";
}

/** `Authentication failed, attempted: bearer`: what some servers and writers say of a 401. The API server's own events do not. */
function attemptedMethod(message: string | undefined): string {
  return /attempted: ([A-Za-z0-9, _-]{1,64})$/.exec(message ?? "")?.[1] ?? "";
}

/**
 * Tells what refused a request with 403. The message is read for its fixed phrases only; none of it is kept.
 *
 * decision forbid: the authorizer (`rbac`, which stands for every authorizer). No decision: the impersonation filter, which
 * runs before authorization, says "cannot impersonate". decision allow: the RBAC escalation check on roles and bindings; the
 * second authorization of a WebSocket session ("cannot create resource", Kubernetes 1.35), counted as `rbac`; else admission.
 */
function deniedBy(event: AuditEvent, target: Target): AuthorizationRow["deniedBy"] {
  const decision = event.annotations?.["authorization.k8s.io/decision"];
  const message = event.responseStatus?.message ?? "";
  if (decision === "forbid") return "rbac";
  if (decision === "allow") {
    const onRoles = target.apiGroup === "rbac.authorization.k8s.io";
    if (onRoles && /attempting to grant|not currently held|cannot (?:bind|escalate)/.test(message)) return "escalation";
    return /cannot [a-z]+ resource "/.test(message) ? "rbac" : "admission";
  }
  return /cannot impersonate/.test(message) ? "impersonation" : "unknown";
}

function recordedChange(event: AuditEvent, target: Target): RecordedChange {
  const recorded = (event.requestObject ?? null) !== null || (event.responseObject ?? null) !== null;
  const isPatch = event.verb === "patch";
  const isDelete = event.verb === "delete" || event.verb === "deletecollection";
  return {
    recorded,
    sent: isPatch || isDelete ? null : accessContent(event.requestObject ?? null, target.resource),
    patch: isPatch ? accessPatch(event.requestObject ?? null, target.resource) : null,
    answered: event.verb === "deletecollection" ? null : accessContent(event.responseObject ?? null, target.resource),
  };
}
