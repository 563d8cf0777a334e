import type { AuditEvent } from "@kaudit/schema";
import { auditEvent, auditID, human, instant } from "./audit-event.js";
import type { SecretCanary } from "./secret-canaries.js";
import { secretCanaries } from "./secret-canaries.js";

/** A place in an audit event where secrets have been seen, and the event that holds this one there. */
interface Place {
  readonly place: string;
  /** Which canaries can be known for secrets at this place: all of them, or those that show it themselves. */
  readonly holds: (canary: SecretCanary) => boolean;
  readonly event: (canary: SecretCanary) => Partial<AuditEvent>;
}

function encoded(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function secretObject(canary: SecretCanary): Record<string, unknown> {
  return {
    kind: "Secret",
    apiVersion: "v1",
    metadata: {
      name: "canary",
      namespace: "payments",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
          kind: "Secret",
          data: { value: encoded(canary.secret) },
          stringData: { value: canary.secret },
        }),
      },
    },
    data: { value: encoded(canary.secret) },
    type: "Opaque",
  };
}

const all = (): boolean => true;
const recognisable = (canary: SecretCanary): boolean => canary.form !== "bare";
const selfEvident = (canary: SecretCanary): boolean => canary.form === "self-evident";

/** The canary in the words it would stand in, as one text. */
function phrase(canary: SecretCanary): string {
  return canary.argv.join(" ");
}

function onSecret(verb: string, fields: Partial<AuditEvent>): Partial<AuditEvent> {
  return {
    level: "RequestResponse",
    verb,
    requestURI: "/api/v1/namespaces/payments/secrets/canary",
    objectRef: { resource: "secrets", namespace: "payments", name: "canary", apiVersion: "v1" },
    ...fields,
  };
}

const places: readonly Place[] = [
  {
    place: "response body of a Secret",
    holds: all,
    event: (canary) => onSecret("get", { responseObject: secretObject(canary) }),
  },
  {
    place: "request body of a Secret",
    holds: all,
    event: (canary) =>
      onSecret("create", { requestObject: { ...secretObject(canary), stringData: { value: canary.secret } } }),
  },
  {
    place: "list of Secrets",
    holds: all,
    event: (canary) =>
      onSecret("list", { responseObject: { kind: "SecretList", apiVersion: "v1", items: [secretObject(canary)] } }),
  },
  {
    place: "JSON patch of a Secret",
    holds: all,
    event: (canary) =>
      onSecret("patch", { requestObject: [{ op: "replace", path: "/data/value", value: encoded(canary.secret) }] }),
  },
  {
    place: "apply patch of a Secret, as text",
    holds: all,
    event: (canary) => onSecret("patch", { requestObject: `stringData:\n  value: ${JSON.stringify(canary.secret)}\n` }),
  },
  {
    place: "ConfigMap data",
    holds: all,
    event: (canary) => ({
      level: "RequestResponse",
      verb: "create",
      requestURI: "/api/v1/namespaces/payments/configmaps",
      objectRef: { resource: "configmaps", namespace: "payments", name: "canary", apiVersion: "v1" },
      requestObject: { kind: "ConfigMap", apiVersion: "v1", data: { "app.conf": phrase(canary) } },
    }),
  },
  {
    place: "environment of a pod",
    holds: all,
    event: (canary) => ({
      level: "Request",
      verb: "create",
      requestURI: "/api/v1/namespaces/payments/pods",
      objectRef: { resource: "pods", namespace: "payments", name: "canary", apiVersion: "v1" },
      requestObject: {
        kind: "Pod",
        apiVersion: "v1",
        spec: {
          containers: [{ name: "app", env: [{ name: "DB_PASSWORD", value: canary.secret }], args: canary.argv }],
        },
      },
    }),
  },
  {
    place: "role with the secret in an annotation",
    holds: all,
    event: (canary) => {
      const role = {
        kind: "Role",
        apiVersion: "rbac.authorization.k8s.io/v1",
        metadata: { name: "canary", namespace: "payments", annotations: { note: canary.secret } },
        rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
      };
      return {
        level: "RequestResponse",
        verb: "update",
        requestURI: "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/roles/canary",
        objectRef: {
          resource: "roles",
          namespace: "payments",
          name: "canary",
          apiGroup: "rbac.authorization.k8s.io",
          apiVersion: "v1",
        },
        requestObject: role,
        responseObject: role,
      };
    },
  },
  {
    place: "TokenRequest",
    holds: all,
    event: (canary) => ({
      level: "RequestResponse",
      verb: "create",
      requestURI: "/api/v1/namespaces/payments/serviceaccounts/app/token",
      objectRef: {
        resource: "serviceaccounts",
        namespace: "payments",
        name: "app",
        apiVersion: "v1",
        subresource: "token",
      },
      responseStatus: { metadata: {}, code: 201 },
      responseObject: { kind: "TokenRequest", status: { token: canary.secret } },
    }),
  },
  {
    place: "TokenReview",
    holds: all,
    event: (canary) => ({
      level: "RequestResponse",
      verb: "create",
      requestURI: "/apis/authentication.k8s.io/v1/tokenreviews",
      objectRef: { resource: "tokenreviews", apiGroup: "authentication.k8s.io", apiVersion: "v1" },
      requestObject: { kind: "TokenReview", spec: { token: canary.secret } },
    }),
  },
  {
    place: "command of an exec",
    holds: recognisable,
    event: (canary) => ({
      level: "RequestResponse",
      stage: "ResponseComplete",
      verb: "get",
      requestURI: `/api/v1/namespaces/payments/pods/pay/exec?${canary.argv.map((word) => `command=${encodeURIComponent(word)}`).join("&")}&stdout=true`,
      objectRef: { resource: "pods", namespace: "payments", name: "pay", apiVersion: "v1", subresource: "exec" },
      responseStatus: { metadata: {}, code: 101 },
    }),
  },
  {
    place: "query of a proxied request",
    holds: all,
    event: (canary) => ({
      verb: "get",
      requestURI: `/api/v1/namespaces/payments/services/http:pay:80/proxy/login?token=${encodeURIComponent(canary.secret)}&password=${encodeURIComponent(canary.secret)}`,
      objectRef: {
        resource: "services",
        namespace: "payments",
        name: "http:pay:80",
        apiVersion: "v1",
        subresource: "proxy",
      },
    }),
  },
  {
    place: "user agent",
    holds: selfEvident,
    event: (canary) => onSecret("get", { userAgent: `tool/1.0 ${phrase(canary)}` }),
  },
  {
    place: "message of the answer",
    holds: selfEvident,
    event: (canary) =>
      onSecret("get", {
        responseStatus: {
          metadata: {},
          status: "Failure",
          reason: "Forbidden",
          message: `admission webhook "x" denied the request: found ${phrase(canary)}`,
          code: 403,
        },
        annotations: { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": phrase(canary) },
      }),
  },
  {
    place: "extra of the user",
    holds: selfEvident,
    event: (canary) =>
      onSecret("get", {
        user: { ...human("alice"), extra: { "example.com/assertion": [canary.secret] } },
      }),
  },
  {
    place: "name of a Secret",
    holds: selfEvident,
    event: (canary) =>
      onSecret("get", {
        requestURI: `/api/v1/namespaces/payments/secrets/${encodeURIComponent(phrase(canary))}`,
        objectRef: { resource: "secrets", namespace: "payments", name: phrase(canary), apiVersion: "v1" },
        responseStatus: { metadata: {}, status: "Failure", reason: "NotFound", code: 404 },
      }),
  },
  {
    place: "refused sign-in",
    holds: selfEvident,
    event: (canary) => ({
      stage: "ResponseStarted",
      verb: "list",
      user: {},
      requestURI: `/api/v1/pods?access_token=${encodeURIComponent(canary.secret)}`,
      userAgent: phrase(canary),
      responseStatus: { metadata: {}, status: "Failure", reason: "Unauthorized", code: 401 },
    }),
  },
];

/** An event with a secret in it, and where. */
export interface SeededEvent {
  readonly canary: string;
  readonly place: string;
  readonly event: AuditEvent;
}

/**
 * Puts each canary into every place of an audit event where it can be known for a secret: all of them into bodies and
 * sensitive query parameters, those with a label also into commands, those that show it themselves also into free text.
 * The events have different audit ids and are one second apart from `instant(0)` on.
 */
export function seedSecretCanaries(): readonly SeededEvent[] {
  const seeded: SeededEvent[] = [];
  for (const canary of secretCanaries) {
    for (const { place, holds, event } of places) {
      if (!holds(canary)) continue;
      const n = seeded.length + 1;
      const times = { requestReceivedTimestamp: instant(n), stageTimestamp: instant(n + 0.004) };
      seeded.push({
        canary: canary.name,
        place,
        event: auditEvent({ auditID: auditID(n), ...times, ...event(canary) }),
      });
    }
  }
  return seeded;
}
