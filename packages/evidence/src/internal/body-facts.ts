import type { AuditEvent } from "@kaudit/schema";
import type { DryRun } from "../register-row.js";
import type { Target } from "./target.js";

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Words that scrubbers put where a value was; a value that is one of them gives nothing away. */
const masks = /^[\s<>[\](){}*_-]*(?:masked|redacted|removed|hidden|sanitized|scrubbed|omitted)?[\s<>[\](){}*_-]*$/i;

function isMask(value: unknown): boolean {
  if (typeof value !== "string" || value.length > 48) return false;
  if (masks.test(value)) return true;
  try {
    return masks.test(atob(value));
  } catch {
    return false;
  }
}

/** Tells whether a map of keys and values holds a value that no scrubber has taken out. */
function holdsValues(value: unknown): boolean {
  return isObject(value) && Object.values(value).some((entry) => entry !== null && !isMask(entry));
}

/**
 * Tells whether an event's bodies hold Secret values or tokens: `data` or `stringData` of Secrets (also in lists, patches
 * and the last-applied annotation), the token of a TokenRequest or TokenReview. The values themselves are not read.
 */
export function holdsSecretValues(event: AuditEvent, target: Target): boolean {
  const { requestObject, responseObject } = event;
  if ((requestObject ?? null) === null && (responseObject ?? null) === null) return false;
  if (target.apiGroup === "" && target.resource === "secrets") {
    return secretBody(requestObject) || secretPatch(requestObject) || secretBody(responseObject);
  }
  if (target.resource === "serviceaccounts" && target.subresource === "token") {
    return isObject(responseObject) && hasText(responseObject["status"], "token");
  }
  if (target.resource === "tokenreviews") {
    return [requestObject, responseObject].some((body) => isObject(body) && hasText(body["spec"], "token"));
  }
  return isObject(responseObject) && responseObject["kind"] === "SecretList" && secretBody(responseObject);
}

function hasText(value: unknown, field: string): boolean {
  return isObject(value) && typeof value[field] === "string" && !isMask(value[field]);
}

function secretBody(body: unknown): boolean {
  if (typeof body === "string") return !isMask(body) && /\b(?:string)?data\b/i.test(body);
  if (!isObject(body)) return false;
  if (holdsValues(body["data"]) || holdsValues(body["stringData"])) return true;
  if (lastApplied(body["metadata"])) return true;
  if (Array.isArray(body["items"])) return body["items"].some(secretBody);
  if (Array.isArray(body["rows"])) return body["rows"].some((row) => isObject(row) && secretBody(row["object"]));
  // Watch events and nested patches.
  return isObject(body["object"]) && secretBody(body["object"]);
}

function lastApplied(metadata: unknown): boolean {
  if (!isObject(metadata) || !isObject(metadata["annotations"])) return false;
  const text = metadata["annotations"]["kubectl.kubernetes.io/last-applied-configuration"];
  if (typeof text !== "string") return false;
  try {
    return secretBody(JSON.parse(text));
  } catch {
    return !isMask(text) && /data/i.test(text);
  }
}

/** A JSON Patch that sets something under `/data` or `/stringData`. */
function secretPatch(body: unknown): boolean {
  if (!Array.isArray(body)) return false;
  return body.some((operation) => {
    if (!isObject(operation) || typeof operation["path"] !== "string") return false;
    return /^\/(?:data|stringData)(?:\/|$)/.test(operation["path"]) && holdsPatchedValue(operation["value"] ?? null);
  });
}

function holdsPatchedValue(value: unknown): boolean {
  return isObject(value) ? holdsValues(value) : value !== null && !isMask(value);
}

/** Tells whether bodies were left out for their size; the annotation alone can be stale (it leaks to later stages). */
export function isTruncated(event: AuditEvent): boolean {
  if (event.annotations?.["audit.k8s.io/truncated"] !== "true") return false;
  return (event.requestObject ?? null) === null && (event.responseObject ?? null) === null;
}

/** What DeleteOptions say, from the query and, where it was recorded, the body. */
export interface DeleteFacts {
  readonly dryRun: DryRun;
  /** Foreground, Background, Orphan, or empty where none was recorded. */
  readonly propagation: string;
}

const policies = new Set(["Foreground", "Background", "Orphan"]);

/** Reads dry run and propagation policy of a delete or deletecollection. */
export function deleteFacts(event: AuditEvent): DeleteFacts {
  const query = queryOf(event.requestURI);
  const options = isObject(event.requestObject) ? event.requestObject : null;
  const fromBody = options?.["propagationPolicy"];
  const fromQuery = /(?:^|&)propagationPolicy=([A-Za-z]+)/.exec(query)?.[1];
  const given = typeof fromBody === "string" ? fromBody : (fromQuery ?? "");
  const orphans = options?.["orphanDependents"] === true || /(?:^|&)orphanDependents=true/.test(query);
  const propagation = policies.has(given) ? given : orphans ? "Orphan" : "";
  return { dryRun: deleteDryRun(event, query, options), propagation };
}

function deleteDryRun(event: AuditEvent, query: string, options: Fields | null): DryRun {
  if (isDryRunQuery(query)) return "true";
  if (Array.isArray(options?.["dryRun"]) && options["dryRun"].length > 0) return "true";
  // Below level Request, before the body was read, or cut for its size, the options cannot be seen.
  const bodiesRecorded = event.level === "Request" || event.level === "RequestResponse";
  if (!bodiesRecorded || event.stage === "RequestReceived" || isTruncated(event)) return "unknown";
  return "false";
}

/** Tells whether a change is a dry run, which all verbs but delete say in the query (`?dryRun=All`). */
export function dryRunOf(event: AuditEvent): DryRun {
  if (event.verb === "delete" || event.verb === "deletecollection") return deleteFacts(event).dryRun;
  return isDryRunQuery(queryOf(event.requestURI)) ? "true" : "false";
}

function queryOf(uri: string): string {
  const mark = uri.indexOf("?");
  return mark === -1 ? "" : uri.slice(mark + 1);
}

function isDryRunQuery(query: string): boolean {
  return /(?:^|&)dryRun=[^&]/.test(query);
}
