import { rowText } from "../internal/row-text.js";
import { certificateSubject } from "./certificate-subject.js";

/** One rule of a role. */
export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** Who a binding binds. */
export interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** Which role a binding binds. */
export interface RoleReference {
  readonly kind?: string;
  readonly name?: string;
  readonly apiGroup?: string;
}

/** What of an access right's object evidence keeps: nothing of its metadata, no values of other fields. */
export interface AccessContent {
  readonly rules?: readonly PolicyRule[] | null;
  readonly subjects?: readonly Subject[] | null;
  readonly roleRef?: RoleReference | null;
  /** A ClusterRole whose rules a controller collects from others. */
  readonly aggregationRule?: unknown;
  /** The roles into which a controller adds this one's rules, by its labels `rbac.authorization.k8s.io/aggregate-to-…`. */
  readonly aggregatesTo?: readonly string[];
  /** `kube-system/aws-auth`: the text that maps AWS identities to users and groups. */
  readonly mapRoles?: string;
  readonly mapUsers?: string;
  readonly mapAccounts?: string;
  /** An IAMIdentityMapping: ARN, user name and groups. */
  readonly identity?: { readonly arn: string; readonly username: string; readonly groups: readonly string[] };
  /** A certificate request: whose certificate, in which groups, by which signer, asked for by whom. */
  readonly certificate?: {
    readonly commonName: string;
    readonly organizations: readonly string[];
    readonly signerName: string;
    readonly requester: string;
    readonly conditions: readonly string[];
  };
}

/** The fields of access content that come from RBAC objects. */
export const rbacFields = ["rules", "subjects", "roleRef", "aggregationRule"] as const;

const listFields = new Set(["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs", "values"]);
const textFields = new Set(["kind", "name", "namespace", "apiGroup", "key", "operator"]);
const innerFields = new Set(["clusterRoleSelectors", "matchLabels", "matchExpressions"]);
const mostEntries = 2000;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? rowText(value, 1024) : "";
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, mostEntries)
    .filter((entry) => typeof entry === "string")
    .map((entry) => rowText(entry, 1024));
}

/** Keeps of a rule, subject, role reference or aggregation rule only the fields that Kubernetes gives them. */
export function cleanedValue(value: unknown): unknown {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.slice(0, mostEntries).map(cleanedValue);
  if (!isObject(value)) return value === null ? null : undefined;
  const kept: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value)) {
    if (listFields.has(key) && Array.isArray(field)) kept.push([key, texts(field)]);
    else if (textFields.has(key) && typeof field === "string") kept.push([key, text(field)]);
    else if (innerFields.has(key)) kept.push([key, key === "matchLabels" ? cleanedLabels(field) : cleanedValue(field)]);
  }
  return Object.fromEntries(kept);
}

function cleanedLabels(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 64)
      .map(([key, label]) => [key, text(label)]),
  );
}

/** Gives the access content of a role, binding, identity map or certificate request; null when the body is none. */
export function accessContent(body: unknown, resource: string): AccessContent | null {
  if (!isObject(body)) return null;
  if (resource === "configmaps") return identityMap(body);
  if (resource === "iamidentitymappings") return identityMapping(body);
  if (resource === "certificatesigningrequests") return certificateRequest(body);
  if (body["kind"] === "Status" || body["kind"] === "Table" || body["kind"] === "PartialObjectMetadata") return null;
  const content: Record<string, unknown> = {};
  for (const field of rbacFields) {
    if (Object.hasOwn(body, field)) content[field] = cleanedValue(body[field]);
  }
  if (resource === "clusterroles") {
    const roles = aggregatedInto(body["metadata"]);
    if (roles.length > 0) content["aggregatesTo"] = roles;
  }
  return content as AccessContent;
}

const aggregateLabel = "rbac.authorization.k8s.io/aggregate-to-";

/** The roles that collect a ClusterRole's rules because of its labels; `set: false` gives those for which a patch takes the label away. */
export function aggregatedInto(metadata: unknown, set = true): string[] {
  const labels = isObject(metadata) && isObject(metadata["labels"]) ? metadata["labels"] : {};
  return Object.entries(labels)
    .filter(([label, value]) => label.startsWith(aggregateLabel) && (value === "true") === set)
    .slice(0, 64)
    .map(([label]) => rowText(label.slice(aggregateLabel.length), 256))
    .toSorted();
}

/** The role that a JSON Patch path of such a label names; null for another path. */
export function aggregatedAt(path: string): string | null {
  const label = path.startsWith("/metadata/labels/")
    ? path.slice("/metadata/labels/".length).replaceAll("~1", "/")
    : "";
  return label.startsWith(aggregateLabel) ? rowText(label.slice(aggregateLabel.length), 256) : null;
}

function identityMap(body: Readonly<Record<string, unknown>>): AccessContent | null {
  if (body["kind"] === "Status") return null;
  const data = isObject(body["data"]) ? body["data"] : {};
  const content: Record<string, string> = {};
  for (const field of ["mapRoles", "mapUsers", "mapAccounts"]) {
    if (typeof data[field] === "string") content[field] = rowText(data[field], 8192);
  }
  return content;
}

function identityMapping(body: Readonly<Record<string, unknown>>): AccessContent | null {
  const spec = isObject(body["spec"]) ? body["spec"] : null;
  if (spec === null) return null;
  return { identity: { arn: text(spec["arn"]), username: text(spec["username"]), groups: texts(spec["groups"]) } };
}

function certificateRequest(body: Readonly<Record<string, unknown>>): AccessContent | null {
  const spec = isObject(body["spec"]) ? body["spec"] : null;
  if (spec === null) return null;
  const subject = certificateSubject(typeof spec["request"] === "string" ? spec["request"] : "");
  const status = isObject(body["status"]) ? body["status"] : {};
  const conditions = Array.isArray(status["conditions"]) ? status["conditions"] : [];
  return {
    certificate: {
      commonName: rowText(subject?.commonName ?? "", 1024),
      organizations: (subject?.organizations ?? []).map((name) => rowText(name, 1024)),
      signerName: text(spec["signerName"]),
      requester: text(spec["username"]),
      conditions: conditions.slice(0, 8).map((condition) => (isObject(condition) ? text(condition["type"]) : "")),
    },
  };
}

/**
 * Gives access content in its one form: fields in one order, nothing absent or null, and of rules, subjects and role reference only
 * what has their shape. Bodies are written by clients, and patches can make anything of them.
 */
export function canonicalContent(content: AccessContent): AccessContent {
  const shaped: Record<string, unknown> = { ...content };
  if (content.rules !== undefined) shaped["rules"] = objectsOf(content.rules).map(shapedRule);
  if (content.subjects !== undefined) shaped["subjects"] = objectsOf(content.subjects).map(shapedReference);
  if (content.roleRef !== undefined)
    shaped["roleRef"] = isObject(content.roleRef) ? shapedReference(content.roleRef) : null;
  return sortedFields(shaped) as AccessContent;
}

function objectsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function shapedRule(rule: Readonly<Record<string, unknown>>): PolicyRule {
  return Object.fromEntries(
    Object.entries(rule).flatMap(([key, list]) =>
      listFields.has(key) && Array.isArray(list) ? [[key, texts(list)]] : [],
    ),
  );
}

function shapedReference(reference: Readonly<Record<string, unknown>>): Subject & RoleReference {
  return Object.fromEntries(
    Object.entries(reference).flatMap(([key, name]) =>
      textFields.has(key) && typeof name === "string" ? [[key, name]] : [],
    ),
  );
}

function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (!isObject(value)) return value;
  const order = [
    ...rbacFields,
    "kind",
    "apiGroup",
    "namespace",
    "name",
    "apiGroups",
    "resources",
    "resourceNames",
  ] as const;
  const place = (key: string): number => {
    const at = (order as readonly string[]).indexOf(key);
    return at === -1 ? order.length : at;
  };
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  entries.sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sortedFields(field)]));
}
