import { accessContent, aggregatedAt, aggregatedInto, cleanedValue, rbacFields } from "./content.js";
import type { AccessContent } from "./content.js";

/** A patch of a role or binding, reduced to what concerns the access it gives. */
export type AccessPatch =
  /** JSON Patch (RFC 6902): the operations on rules, subjects, roleRef and aggregationRule, in order. */
  | { readonly kind: "json"; readonly operations: readonly JsonPatchOperation[]; readonly labels: AggregationLabels }
  /** Merge, strategic merge or apply: the fields that it sets, null for one that it removes. */
  | {
      readonly kind: "merge";
      readonly fields: AccessContent;
      readonly apply: boolean;
      readonly labels: AggregationLabels;
    };

/** The roles into which a patch lets a controller add the rules, and those for which it ends that. */
interface AggregationLabels {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const noLabels: AggregationLabels = { added: [], removed: [] };

interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

const isAccessPath = (path: string): boolean =>
  rbacFields.some((field) => path === `/${field}` || path.startsWith(`/${field}/`));

/**
 * Reduces a patch body; null when it is none. What kind of patch it was is not recorded: an array is a JSON Patch, an object
 * one of the other three, of which apply has `kind` and `apiVersion`.
 */
export function accessPatch(body: unknown, resource: string): AccessPatch | null {
  if (Array.isArray(body)) {
    const operations = body.slice(0, 1000);
    return { kind: "json", operations: operations.flatMap(reducedOperation), labels: patchedLabels(operations) };
  }
  if (typeof body !== "object" || body === null) return null;
  if (resource === "configmaps")
    return { kind: "merge", fields: accessContent(body, resource) ?? {}, apply: false, labels: noLabels };
  const given = body as Readonly<Record<string, unknown>>;
  const fields: Record<string, unknown> = {};
  for (const field of rbacFields) {
    if (Object.hasOwn(given, field)) fields[field] = cleanedValue(given[field]) ?? null;
  }
  const metadata = given["metadata"];
  return {
    kind: "merge",
    fields: fields as AccessContent,
    apply: "kind" in given && "apiVersion" in given,
    labels: { added: aggregatedInto(metadata), removed: aggregatedInto(metadata, false) },
  };
}

function patchedLabels(operations: readonly unknown[]): AggregationLabels {
  const added: string[] = [];
  const removed: string[] = [];
  for (const operation of operations) {
    if (typeof operation !== "object" || operation === null) continue;
    const { op, path, value } = operation as Record<string, unknown>;
    const role = typeof path === "string" && op !== "test" ? aggregatedAt(path) : null;
    if (role !== null) (value === "true" ? added : removed).push(role);
    else if (path === "/metadata/labels" && op !== "test") added.push(...aggregatedInto({ labels: value }));
  }
  return { added, removed };
}

function reducedOperation(operation: unknown): JsonPatchOperation[] {
  if (typeof operation !== "object" || operation === null) return [];
  const { op, path, from, value } = operation as Record<string, unknown>;
  if (typeof op !== "string" || typeof path !== "string") return [];
  const source = typeof from === "string" ? from : "";
  if (op === "test" || !(isAccessPath(path) || path === "" || isAccessPath(source))) return [];
  return [{ op, path, ...(source === "" ? {} : { from: source }), value: cleanedValue(value) }];
}

/**
 * Gives the content after a patch; null where the log does not let it be known. Where the content before is not known (null), what a
 * merge, strategic merge or apply sets is: rules and subjects are lists that each of them replaces whole.
 */
export function patchedContent(before: AccessContent | null, patch: AccessPatch): AccessContent | null {
  const content = patchedFields(before, patch);
  if (content === null || (patch.labels.added.length === 0 && patch.labels.removed.length === 0)) return content;
  const kept = (content.aggregatesTo ?? []).filter((role) => !patch.labels.removed.includes(role));
  return { ...content, aggregatesTo: [...new Set([...kept, ...patch.labels.added])].toSorted() };
}

function patchedFields(before: AccessContent | null, patch: AccessPatch): AccessContent | null {
  if (patch.kind === "json") {
    if (patch.operations.length === 0) return before ?? (patch.labels.added.length > 0 ? {} : null);
    return before === null ? null : jsonPatched(before, patch.operations);
  }
  const touched = rbacFields.filter((field) => Object.hasOwn(patch.fields, field));
  if (before === null) return touched.length > 0 || patch.labels.added.length > 0 ? patch.fields : null;
  // An apply that leaves a field out gives it up; whether it goes depends on other owners, whom the log does not show.
  const heldBefore = rbacFields.filter((field) => before[field] !== undefined && before[field] !== null);
  if (patch.apply && heldBefore.some((field) => !touched.includes(field))) return null;
  return { ...before, ...patch.fields };
}

function jsonPatched(before: AccessContent, operations: readonly JsonPatchOperation[]): AccessContent | null {
  const root = structuredCopy(before) as Record<string, unknown>;
  for (const { op, path, from, value } of operations) {
    if (op === "add" || op === "replace") {
      if (!assign(root, path, structuredCopy(value), op === "add")) return null;
    } else if (op === "remove") {
      if (!remove(root, path)) return null;
    } else if ((op === "move" || op === "copy") && from !== undefined) {
      const moved = structuredCopy(lookup(root, from));
      if (moved === undefined || (op === "move" && !remove(root, from)) || !assign(root, path, moved, true))
        return null;
    } else return null;
  }
  return root;
}

function structuredCopy(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function steps(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function lookup(root: unknown, path: string): unknown {
  let at: unknown = root;
  for (const step of steps(path)) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

function parentOf(root: unknown, path: string): { parent: object; last: string } | null {
  const all = steps(path);
  const last = all.at(-1);
  if (last === undefined || last === "__proto__") return null;
  const parent = all.length === 1 ? root : lookup(root, path.slice(0, path.lastIndexOf("/")));
  return typeof parent === "object" && parent !== null ? { parent, last } : null;
}

function assign(root: unknown, path: string, value: unknown, insert: boolean): boolean {
  const found = parentOf(root, path);
  if (found === null) return false;
  const { parent, last } = found;
  if (!Array.isArray(parent)) {
    (parent as Record<string, unknown>)[last] = value;
    return true;
  }
  const at = last === "-" ? parent.length : Number(last);
  if (!Number.isInteger(at) || at < 0 || at > parent.length) return false;
  parent.splice(at, insert ? 0 : 1, value);
  return true;
}

function remove(root: unknown, path: string): boolean {
  const found = parentOf(root, path);
  if (found === null || !Object.hasOwn(found.parent, found.last)) return false;
  if (Array.isArray(found.parent)) found.parent.splice(Number(found.last), 1);
  else delete (found.parent as Record<string, unknown>)[found.last];
  return true;
}
