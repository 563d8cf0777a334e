import { compareByCodePoint } from "@kaudit/schema";
import { rowText } from "./row-text.js";
import type { Target } from "./target.js";

/** Fields by a name that a reader understands: `webhook x failurePolicy`, `label pod-security.kubernetes.io/enforce`. */
export type ConfigurationFields = Readonly<Record<string, string>>;

type Fields = Readonly<Record<string, unknown>>;
type Put = (name: string, value: unknown) => void;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.slice(0, 100).filter(isObject) : [];
}

const mostFields = 200;

/** What is read of each kind of object, by its resource. Values of config maps are never read, only their keys. */
const readers: Readonly<Record<string, (body: Fields, put: Put) => void>> = {
  mutatingwebhookconfigurations: webhooks,
  validatingwebhookconfigurations: webhooks,
  validatingadmissionpolicies: admissionPolicy,
  mutatingadmissionpolicies: admissionPolicy,
  validatingadmissionpolicybindings: admissionBinding,
  mutatingadmissionpolicybindings: admissionBinding,
  customresourcedefinitions: (body, put) => {
    const spec = fields(body["spec"]);
    put("scope", spec["scope"]);
    put("conversion", fields(spec["conversion"])["strategy"]);
    for (const version of objects(spec["versions"])) put(`version ${text(version["name"])} served`, version["served"]);
  },
  apiservices: (body, put) => {
    const spec = fields(body["spec"]);
    const service = fields(spec["service"]);
    if (isObject(spec["service"])) put("service", `${text(service["namespace"])}/${text(service["name"])}`);
    put("insecureSkipTLSVerify", spec["insecureSkipTLSVerify"]);
  },
  networkpolicies: networkPolicy,
  nodes: (body, put) => {
    const spec = fields(body["spec"]);
    put("unschedulable", spec["unschedulable"]);
    for (const taint of objects(spec["taints"]))
      put(`taint ${text(taint["key"])}`, `${text(taint["value"])}:${text(taint["effect"])}`);
  },
  persistentvolumes: (body, put) => {
    const spec = fields(body["spec"]);
    const claim = fields(spec["claimRef"]);
    put("reclaim policy", spec["persistentVolumeReclaimPolicy"]);
    if (isObject(spec["hostPath"])) put("host path", fields(spec["hostPath"])["path"]);
    if (isObject(spec["claimRef"])) put("claim", `${text(claim["namespace"])}/${text(claim["name"])}`);
  },
  storageclasses: (body, put) => {
    put("provisioner", body["provisioner"]);
    put("reclaim policy", body["reclaimPolicy"]);
  },
  priorityclasses: (body, put) => {
    put("value", body["value"]);
    put("global default", body["globalDefault"]);
    put("preemption policy", body["preemptionPolicy"]);
  },
  runtimeclasses: (body, put) => put("handler", body["handler"]),
  flowschemas: (body, put) => {
    const spec = fields(body["spec"]);
    put("matching precedence", spec["matchingPrecedence"]);
    put("priority level", fields(spec["priorityLevelConfiguration"])["name"]);
  },
  configmaps: (body, put) => {
    for (const key of Object.keys(fields(body["data"])).slice(0, 64)) put(`key ${key}`, "present");
  },
};

/** Gives the fields that matter of an object of the register `configuration`; null when the body is none. */
export function configurationFields(body: unknown, { resource }: Target): ConfigurationFields | null {
  if (!isObject(body)) return null;
  if (["Status", "Table", "PartialObjectMetadata", "DeleteOptions", "Scale"].includes(text(body["kind"])))
    return body["kind"] === "Scale" ? { replicas: text(fields(body["spec"])["replicas"]) } : null;
  const found = new Map<string, string>();
  const put: Put = (name, value) => {
    const shown = text(value);
    if (shown !== "" && found.size < mostFields) found.set(rowText(name, 320), rowText(shown, 512));
  };
  for (const [key, value] of Object.entries(fields(fields(body["metadata"])["labels"])).slice(0, 64)) {
    if (value !== null) put(`label ${key}`, value === "" ? '""' : value);
  }
  const reader = Object.hasOwn(readers, resource) ? readers[resource] : workload;
  reader?.(body, put);
  return Object.fromEntries(found);
}

/** Tells whether a JSON Patch path leads to something that is told of configuration: all but bookkeeping. */
export function isPatchable(path: string): boolean {
  return !/^\/(?:status|metadata\/(?:annotations|managedFields|resourceVersion|generation))(?:\/|$)/.test(path);
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** JSON in one form, whatever order the writer chose; an empty or absent object is `{}`. */
function stable(value: unknown): string {
  if (value === null || value === undefined) return "{}";
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => compareByCodePoint(a, b)))
      : inner,
  );
}

function webhooks(body: Fields, put: Put): void {
  for (const webhook of objects(body["webhooks"])) {
    const name = `webhook ${text(webhook["name"])}`;
    const client = fields(webhook["clientConfig"]);
    const service = fields(client["service"]);
    put(`${name} failurePolicy`, webhook["failurePolicy"]);
    if (webhook["namespaceSelector"] !== undefined)
      put(`${name} namespaceSelector`, stable(webhook["namespaceSelector"]));
    if (webhook["objectSelector"] !== undefined) put(`${name} objectSelector`, stable(webhook["objectSelector"]));
    if (Array.isArray(webhook["rules"])) put(`${name} rules`, stable(webhook["rules"]));
    if (Array.isArray(webhook["matchConditions"])) put(`${name} match conditions`, webhook["matchConditions"].length);
    if (typeof client["url"] === "string") put(`${name} target`, hostOf(client["url"]));
    else if (isObject(client["service"]))
      put(`${name} target`, `${text(service["namespace"])}/${text(service["name"])}`);
  }
}

/** A webhook's URL can hold a token in its path or query. */
function hostOf(url: string): string {
  return /^https:\/\/([^/?#@]+)(?:[/?#]|$)/.exec(url)?.[1] ?? "a URL";
}

function admissionPolicy(body: Fields, put: Put): void {
  const spec = fields(body["spec"]);
  put("failurePolicy", spec["failurePolicy"]);
  if (Array.isArray(spec["validations"])) put("validations", spec["validations"].length);
  if (Array.isArray(spec["mutations"])) put("mutations", spec["mutations"].length);
  if (Array.isArray(spec["matchConditions"])) put("match conditions", spec["matchConditions"].length);
  matchConstraints(fields(spec["matchConstraints"]), put);
}

function admissionBinding(body: Fields, put: Put): void {
  const spec = fields(body["spec"]);
  put("policy", spec["policyName"]);
  if (Array.isArray(spec["validationActions"])) {
    const actions = spec["validationActions"].slice(0, 8).map(text);
    put("validation actions", actions.toSorted(compareByCodePoint).join(", "));
  }
  matchConstraints(fields(spec["matchResources"]), put);
}

function matchConstraints(match: Fields, put: Put): void {
  if (match["namespaceSelector"] !== undefined) put("namespaceSelector", stable(match["namespaceSelector"]));
  if (match["objectSelector"] !== undefined) put("objectSelector", stable(match["objectSelector"]));
  if (Array.isArray(match["resourceRules"])) put("rules", stable(match["resourceRules"]));
}

function networkPolicy(body: Fields, put: Put): void {
  const spec = fields(body["spec"]);
  if (spec["podSelector"] !== undefined) put("podSelector", stable(spec["podSelector"]));
  if (Array.isArray(spec["policyTypes"])) put("policy types", spec["policyTypes"].slice(0, 4).map(text).join(", "));
  for (const [way, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    const rules = spec[way];
    if (!Array.isArray(rules)) continue;
    // A rule without peers lets everybody through.
    const isOpen = objects(rules).some((rule) => !Array.isArray(rule[peers]) || rule[peers].length === 0);
    put(way, isOpen ? "open to all" : `${rules.length} rules`);
  }
}

/** What collects logs: how many of it run, and which images. */
function workload(body: Fields, put: Put): void {
  const spec = fields(body["spec"]);
  put("replicas", spec["replicas"]);
  put("suspend", spec["suspend"]);
  const template = fields(fields(spec["template"])["spec"]);
  for (const container of objects(template["containers"]))
    put(`image of ${text(container["name"])}`, container["image"]);
}
