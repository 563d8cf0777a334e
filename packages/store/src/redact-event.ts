import { maskRequestUri } from "@kaudit/evidence";
import type { AuditEvent } from "@kaudit/schema";

type Fields = Record<string, unknown>;

/** What stands where a value was. */
const redacted = "[redacted]";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Gives the event without the secret values of its bodies: data of Secrets (their key names stay), tokens of TokenRequests
 * and TokenReviews, and what looks like a credential in the request URI. Gives the same event where there is nothing to
 * take out. It is not changed itself.
 */
export function redactEvent(event: AuditEvent): AuditEvent {
  const holdsSecrets = event.objectRef?.resource === "secrets" || /\/secrets\b/.test(event.requestURI);
  const isToken = event.objectRef?.subresource === "token" || event.objectRef?.resource === "tokenreviews";
  const requestObject = redactBody(event.requestObject, holdsSecrets, isToken);
  const responseObject = redactBody(event.responseObject, holdsSecrets, isToken);
  const requestURI = maskRequestUri(event.requestURI);
  const isSame =
    requestObject === event.requestObject && responseObject === event.responseObject && requestURI === event.requestURI;
  if (isSame) return event;
  return {
    ...event,
    requestURI,
    ...(event.requestObject === undefined ? {} : { requestObject }),
    ...(event.responseObject === undefined ? {} : { responseObject }),
  };
}

/** A body with what must go taken out; the same value where nothing was. */
function redactBody(body: unknown, holdsSecrets: boolean, isToken: boolean): unknown {
  if (typeof body === "string") return (holdsSecrets || isToken) && body !== "" ? redacted : body;
  return redactValue(body, holdsSecrets, isToken);
}

function redactValue(value: unknown, inSecret: boolean, isToken: boolean): unknown {
  if (Array.isArray(value)) return mapped(value, (entry) => redactValue(entry, inSecret, isToken));
  if (!isFields(value)) return value;
  // A list's items need not name their kind.
  const isSecret = inSecret || value["kind"] === "Secret" || value["kind"] === "SecretList";
  if (isSecret && typeof value["path"] === "string" && "op" in value) return redactPatch(value);
  let changed: Fields | undefined;
  for (const [key, entry] of Object.entries(value)) {
    const next = redactEntry(key, entry, isSecret, isToken);
    if (next !== entry) define((changed ??= { ...value }), key, next);
  }
  return changed ?? value;
}

function redactEntry(key: string, entry: unknown, isSecret: boolean, isToken: boolean): unknown {
  if (isSecret && (key === "data" || key === "stringData")) return masked(entry);
  if (isSecret && key === lastApplied) return redacted;
  if (isToken && key === "token" && typeof entry === "string") return redacted;
  return redactValue(entry, isSecret, isToken);
}

/** One operation of a JSON patch. */
function redactPatch(operation: Fields): Fields {
  const { path, value } = operation;
  if (value === undefined || !/^\/(?:data|stringData|metadata\/annotations)(?:\/|$)|^$/.test(path as string))
    return operation;
  return { ...operation, value: masked(value) };
}

/** Every value of a map masked, its keys kept; anything else masked whole. */
function masked(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (!isFields(value)) return redacted;
  const result: Fields = {};
  for (const key of Object.keys(value)) define(result, key, value[key] === null ? null : redacted);
  return result;
}

function mapped(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const next = values.map(change);
  return next.every((value, at) => value === values[at]) ? values : next;
}

/** Sets a field of its own, whatever its name. */
function define(fields: Fields, key: string, value: unknown): void {
  Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
