import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, human, instant } from "./audit-event.js";

/** What the builders of whole requests take; every field is optional. */
export interface RequestOptions {
  /** The number of the request: its audit id is `auditID(n)`. Default 1. */
  readonly n?: number;
  /** When it was received, in seconds after `instant(0)`. Default: `n`. */
  readonly at?: number;
  /** Default: Alice of the group `developers`. */
  readonly user?: AuditEvent["user"];
  readonly namespace?: string;
  readonly name?: string;
  /** Laid over every event of the request. */
  readonly fields?: Partial<AuditEvent>;
}

interface Resolved {
  readonly n: number;
  readonly at: number;
  readonly user: AuditEvent["user"];
  readonly namespace: string;
  readonly name: string;
  readonly fields: Partial<AuditEvent>;
}

function resolve(options: RequestOptions, name: string): Resolved {
  const n = options.n ?? 1;
  return {
    n,
    at: options.at ?? n,
    user: options.user ?? human("alice"),
    namespace: options.namespace ?? "team-a",
    name: options.name ?? name,
    fields: options.fields ?? {},
  };
}

/** RequestReceived knows neither the answer nor the authorizer's decision. */
function received(event: AuditEvent): AuditEvent {
  const {
    responseStatus: _status,
    responseObject: _response,
    requestObject: _request,
    annotations: _annotations,
    ...rest
  } = event;
  return { ...rest, stage: "RequestReceived", stageTimestamp: event.requestReceivedTimestamp };
}

function times(at: number, seconds = 0.003): Pick<AuditEvent, "requestReceivedTimestamp" | "stageTimestamp"> {
  return { requestReceivedTimestamp: instant(at), stageTimestamp: instant(at + seconds) };
}

/** A read of one Secret, with its value in the response body as RequestResponse logs it: two stages. */
export function secretGet(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, user, namespace, name, fields } = resolve(options, "db-cred");
  const event = auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    requestURI: `/api/v1/namespaces/${namespace}/secrets/${name}`,
    verb: "get",
    user,
    objectRef: { resource: "secrets", namespace, name, apiVersion: "v1" },
    responseObject: {
      kind: "Secret",
      apiVersion: "v1",
      metadata: { name, namespace, uid: "66f1fa2e-2bcf-462c-9084-9e5ecfba469b", resourceVersion: "234" },
      data: { password: "c2VjcmV0LXZhbHVlLW9mLXRoZS10ZXN0a2l0", user: "cGF5" },
      type: "Opaque",
    },
    ...times(at),
    ...fields,
  });
  return [received(event), event];
}

/** A list of the Secrets of one namespace, or of the whole cluster with `namespace: ""`: two stages. */
export function secretList(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, user, namespace, fields } = resolve(options, "");
  const event = auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    requestURI: namespace === "" ? "/api/v1/secrets?limit=500" : `/api/v1/namespaces/${namespace}/secrets?limit=500`,
    verb: "list",
    user,
    objectRef: { resource: "secrets", ...(namespace === "" ? {} : { namespace }), apiVersion: "v1" },
    responseObject: {
      kind: "SecretList",
      apiVersion: "v1",
      metadata: { resourceVersion: "239" },
      items: [{ metadata: { name: "db-cred", namespace }, data: { password: "bGlzdGVkLXNlY3JldA==" }, type: "Opaque" }],
    },
    ...times(at),
    ...fields,
  });
  return [received(event), event];
}

/** What the builders of sessions take besides {@link RequestOptions}. */
export interface SessionOptions extends RequestOptions {
  /** The command's arguments. Default `["sh", "-c", "id"]`. */
  readonly command?: readonly string[];
  /** Default `app`. */
  readonly container?: string;
  /** How long the session lasts, in seconds. Default 12. */
  readonly seconds?: number;
  /** Leaves out ResponseComplete, as when the log ends before the session does. Default false. */
  readonly open?: boolean;
}

function exec(options: SessionOptions, verb: "get" | "create"): readonly AuditEvent[] {
  const { n, at, user, namespace, name, fields } = resolve(options, "web");
  const command = (options.command ?? ["sh", "-c", "id"]).map((word) => `command=${encodeURIComponent(word)}`);
  const query = [...command, `container=${options.container ?? "app"}`, "stdin=true", "stdout=true", "tty=true"];
  const started = auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    stage: "ResponseStarted",
    requestURI: `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.join("&")}`,
    verb,
    user,
    objectRef: { resource: "pods", namespace, name, apiVersion: "v1", subresource: "exec" },
    responseStatus: { metadata: {}, code: 101 },
    ...times(at),
    ...fields,
  });
  const complete = { ...started, stage: "ResponseComplete", stageTimestamp: instant(at + (options.seconds ?? 12)) };
  return options.open ? [received(started), started] : [received(started), started, complete];
}

/** `kubectl exec` over WebSocket (the default since 1.31): the verb is `get`; three stages, the last at the session's end. */
export function execOverWebSocket(options: SessionOptions = {}): readonly AuditEvent[] {
  return exec(options, "get");
}

/** `kubectl exec` over SPDY (older clients and the fallback): the verb is `create`; three stages. */
export function execOverSpdy(options: SessionOptions = {}): readonly AuditEvent[] {
  return exec(options, "create");
}

/** A request that failed authentication: it exists at stage ResponseStarted only, and no user is known. */
export function unauthorized(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, namespace, fields } = resolve(options, "");
  const {
    annotations: _annotations,
    objectRef: _objectRef,
    ...event
  } = auditEvent({
    auditID: auditID(n),
    stage: "ResponseStarted",
    requestURI: `/api/v1/namespaces/${namespace}/pods`,
    verb: "list",
    user: {},
    responseStatus: {
      metadata: {},
      status: "Failure",
      message: "Authentication failed, attempted: bearer",
      reason: "Unauthorized",
      code: 401,
    },
    ...times(at, 0.001),
  });
  return [{ ...event, ...fields }];
}

/** A request that the authorizer refused: a read of a Secret, answered 403; two stages. */
export function forbidden(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, user, namespace, name, fields } = resolve(options, "db-cred");
  const event = auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    requestURI: `/api/v1/namespaces/${namespace}/secrets/${name}`,
    verb: "get",
    user,
    objectRef: { resource: "secrets", namespace, name, apiVersion: "v1" },
    responseStatus: {
      metadata: {},
      status: "Failure",
      message: `secrets "${name}" is forbidden: User "${user.username ?? ""}" cannot get resource "secrets" in API group "" in the namespace "${namespace}"`,
      reason: "Forbidden",
      details: { name, kind: "secrets" },
      code: 403,
    },
    annotations: { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": "" },
    ...times(at),
    ...fields,
  });
  return [received(event), event];
}

/** A RoleBinding that gives the ClusterRole `admin` to Mallory, with request and response bodies: two stages. */
export function roleBindingCreate(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, user, namespace, name, fields } = resolve(options, "mallory-admin");
  const binding = {
    kind: "RoleBinding",
    apiVersion: "rbac.authorization.k8s.io/v1",
    metadata: { name, namespace },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "mallory" }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
  };
  const event = auditEvent({
    level: "RequestResponse",
    auditID: auditID(n),
    requestURI: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings?fieldManager=kubectl-create`,
    verb: "create",
    user,
    objectRef: {
      resource: "rolebindings",
      namespace,
      name,
      apiGroup: "rbac.authorization.k8s.io",
      apiVersion: "v1",
    },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: binding,
    responseObject: { ...binding, metadata: { ...binding.metadata, resourceVersion: "302" } },
    ...times(at),
    ...fields,
  });
  const { name: _name, ...refBeforeTheAnswer } = event.objectRef ?? {};
  return [{ ...received(event), objectRef: refBeforeTheAnswer }, event];
}

/** A deletion of one pod, with DeleteOptions in the request body: one stage, as Metadata rules with omitStages write it. */
export function podDelete(options: RequestOptions = {}): readonly AuditEvent[] {
  const { n, at, user, namespace, name, fields } = resolve(options, "web");
  return [
    auditEvent({
      level: "Request",
      auditID: auditID(n),
      requestURI: `/api/v1/namespaces/${namespace}/pods/${name}`,
      verb: "delete",
      user,
      objectRef: { resource: "pods", namespace, name, apiVersion: "v1" },
      requestObject: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" },
      ...times(at),
      ...fields,
    }),
  ];
}

/** A read of a Secret by an administrator who acts as a service account: two stages, both users named. */
export function impersonatedSecretGet(options: RequestOptions = {}): readonly AuditEvent[] {
  return secretGet({
    ...options,
    user: options.user ?? human("kubernetes-admin", ["system:masters"]),
    fields: {
      impersonatedUser: {
        username: "system:serviceaccount:payments:app",
        groups: ["system:serviceaccounts", "system:serviceaccounts:payments", "system:authenticated"],
      },
      authenticationMetadata: { impersonationConstraint: "impersonate:serviceaccount" },
      ...options.fields,
    },
  });
}
