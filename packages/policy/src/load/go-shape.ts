/** The Go type of a field, as far as JSON decoding and its error messages depend on it. */
export type GoShape =
  | { readonly kind: "string" | "bool" | "boolPointer" | "int64" | "time" | "any"; readonly goType: string }
  | { readonly kind: "list"; readonly goType: string; readonly item: GoShape }
  | { readonly kind: "stringMap"; readonly goType: string; readonly item: GoShape }
  | GoStruct;

/** A Go struct: its name in error messages and its JSON fields. */
export interface GoStruct {
  readonly kind: "struct";
  readonly name: string;
  readonly goType: string;
  readonly fields: ReadonlyMap<string, GoShape>;
}

const string: GoShape = { kind: "string", goType: "string" };
const bool: GoShape = { kind: "bool", goType: "bool" };
const boolPointer: GoShape = { kind: "boolPointer", goType: "bool" };
const int64: GoShape = { kind: "int64", goType: "int64" };
const time: GoShape = { kind: "time", goType: "string" };
const any: GoShape = { kind: "any", goType: "" };
const level: GoShape = { kind: "string", goType: "v1.Level" };
const uid: GoShape = { kind: "string", goType: "types.UID" };
const stage: GoShape = { kind: "string", goType: "v1.Stage" };
const strings = list(string);

function list(item: GoShape): GoShape {
  return { kind: "list", goType: `[]${item.goType}`, item };
}

function struct(name: string, fields: Readonly<Record<string, GoShape>>): GoStruct {
  return { kind: "struct", name, goType: `v1.${name}`, fields: new Map(Object.entries(fields)) };
}

const stringMap: GoShape = { kind: "stringMap", goType: "map[string]string", item: string };

const ownerReference = struct("OwnerReference", {
  apiVersion: string,
  kind: string,
  name: string,
  uid,
  controller: boolPointer,
  blockOwnerDeletion: boolPointer,
});

const managedFieldsEntry = struct("ManagedFieldsEntry", {
  manager: string,
  operation: { kind: "string", goType: "v1.ManagedFieldsOperationType" },
  apiVersion: string,
  time,
  fieldsType: string,
  fieldsV1: any,
  subresource: string,
});

const objectMetaFields: Readonly<Record<string, GoShape>> = {
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid,
  resourceVersion: string,
  generation: int64,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: int64,
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: list(ownerReference),
  finalizers: strings,
  managedFields: list(managedFieldsEntry),
};

const groupResources = struct("GroupResources", { group: string, resources: strings, resourceNames: strings });

const policyRule = struct("PolicyRule", {
  level,
  users: strings,
  userGroups: strings,
  verbs: strings,
  resources: list(groupResources),
  namespaces: strings,
  nonResourceURLs: strings,
  omitStages: list(stage),
  omitManagedFields: boolPointer,
});

/** audit.k8s.io/v1 Policy (kubernetes/apiserver `pkg/apis/audit/v1/types.go`). */
export const policyShape: GoStruct = struct("Policy", {
  kind: string,
  apiVersion: string,
  metadata: struct("ObjectMeta", objectMetaFields),
  rules: list(policyRule),
  omitStages: list(stage),
  omitManagedFields: bool,
});

/**
 * The internal Policy, which a text without apiVersion is decoded as: it has no JSON names of its own, so `rules` is
 * an unknown field there. Nothing decoded so is ever used; only its warnings reach the log.
 */
export const internalPolicyShape: GoStruct = struct("Policy", {
  kind: string,
  apiVersion: string,
  ...objectMetaFields,
  Rules: any,
  OmitStages: any,
  OmitManagedFields: any,
});
