import type { AuditEvent } from "@kaudit/schema";
import { configurationFields, isPatchable } from "./configuration-fields.js";
import type { ConfigurationFields } from "./configuration-fields.js";
import { rowText } from "./row-text.js";
import type { Target } from "./target.js";

/** What a change of configuration recorded of its content: only fields that safeguard or route something. */
export interface ConfigurationFacts {
  /** Whether bodies were recorded at all. */
  readonly recorded: boolean;
  /** The object that came back, or of a create or update the one that was sent. Null where none was recorded. */
  readonly object: ConfigurationFields | null;
  /** Of a patch: what it sets, null for what it takes away. Null where it was none, or not recorded. */
  readonly patch: Readonly<Record<string, string | null>> | null;
  /** Of a JSON Patch: the places that it changes, `remove /metadata/labels/x`. */
  readonly operations: readonly string[];
}

/** Reads what an event of the class `configuration` tells of its content. */
export function configurationFacts(event: AuditEvent, target: Target): ConfigurationFacts {
  const { verb, requestObject, responseObject } = event;
  const recorded = (requestObject ?? null) !== null || (responseObject ?? null) !== null;
  const isDelete = verb === "delete" || verb === "deletecollection";
  const succeeded = (event.responseStatus?.code ?? 0) < 400;
  const answered = isDelete || !succeeded ? null : configurationFields(responseObject, target);
  const sent = isDelete || verb === "patch" ? null : configurationFields(requestObject, target);
  const isJsonPatch = verb === "patch" && Array.isArray(requestObject);
  return {
    recorded,
    object: answered ?? sent,
    patch: verb === "patch" && !isJsonPatch ? mergePatch(requestObject, target) : null,
    operations: isJsonPatch ? operations(requestObject) : [],
  };
}

/** The fields of a merge, strategic merge or apply patch, which has the shape of the object. */
function mergePatch(body: unknown, target: Target): Record<string, string | null> | null {
  const fields = configurationFields(body, target);
  if (fields === null) return null;
  const patch: Record<string, string | null> = { ...fields };
  // A label or annotation that is set to null is taken away.
  const labels = (body as { metadata?: { labels?: unknown } | null }).metadata?.labels;
  if (typeof labels === "object" && labels !== null) {
    for (const [key, value] of Object.entries(labels).slice(0, 64))
      if (value === null) patch[`label ${rowText(key, 256)}`] = null;
  }
  return patch;
}

function operations(body: readonly unknown[]): string[] {
  return body.slice(0, 100).flatMap((operation) => {
    if (typeof operation !== "object" || operation === null) return [];
    const { op, path, value } = operation as Record<string, unknown>;
    if (typeof op !== "string" || typeof path !== "string" || op === "test" || !isPatchable(path)) return [];
    const set = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return [rowText(`${op} ${path}${set ? ` = ${String(value)}` : ""}`, 512)];
  });
}
