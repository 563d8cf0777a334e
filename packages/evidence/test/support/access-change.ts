import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, instant } from "@kaudit/testkit";

export const rbacGroup = "rbac.authorization.k8s.io";

/** What a change is made of. */
export interface ChangeOptions {
  readonly verb?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly code?: number;
  readonly sent?: unknown;
  readonly answered?: unknown;
  readonly fields?: Partial<AuditEvent>;
}

/** A change of a role or binding as kube-apiserver records it at RequestResponse; `n` orders it in time. */
export function change(n: number, resource: string, options: ChangeOptions): AuditEvent {
  const { verb = "create", name = "x", namespace = "a", code = verb === "create" ? 201 : 200 } = options;
  const scope = resource.startsWith("cluster") ? "" : `/namespaces/${namespace}`;
  const named = verb === "create" || verb === "deletecollection" ? "" : `/${name}`;
  return auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    verb,
    requestURI: `/apis/${rbacGroup}/v1${scope}/${resource}${named}`,
    objectRef: {
      resource,
      apiGroup: rbacGroup,
      apiVersion: "v1",
      ...(scope === "" ? {} : { namespace }),
      ...(verb === "deletecollection" ? {} : { name }),
    },
    requestReceivedTimestamp: instant(n),
    stageTimestamp: instant(n + 0.01),
    responseStatus: { metadata: {}, code },
    ...(options.sent === undefined ? {} : { requestObject: options.sent }),
    ...(options.answered === undefined ? {} : { responseObject: options.answered }),
    ...options.fields,
  });
}

function list(text: string): string[] {
  return text === "" ? [] : text.split(",");
}

/** A rule as lists with commas. */
export type RuleText = readonly [verbs: string, resources: string, group?: string, names?: string];

/** The body of a role with these rules; verbs, resources and names are lists with commas. */
export function role(...rules: readonly RuleText[]): Record<string, unknown> {
  return {
    kind: "Role",
    apiVersion: `${rbacGroup}/v1`,
    metadata: { name: "x", managedFields: [{ manager: "secret-manager" }] },
    rules: rules.map(([verbs, resources, apiGroup = "", names]) => ({
      verbs: list(verbs),
      resources: list(resources),
      apiGroups: [apiGroup],
      ...(names === undefined ? {} : { resourceNames: list(names) }),
    })),
  };
}

type Binding = Readonly<Record<string, unknown>>;

/** The body of a binding of a role to subjects. */
export function binding(
  roleKind: string,
  roleName: string,
  ...subjects: readonly (readonly [kind: string, name: string, namespace?: string])[]
): Binding {
  return {
    kind: "RoleBinding",
    apiVersion: `${rbacGroup}/v1`,
    metadata: { name: "x" },
    roleRef: { kind: roleKind, name: roleName, apiGroup: rbacGroup },
    subjects: subjects.map(([kind, name, namespace]) => ({
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
    })),
  };
}
