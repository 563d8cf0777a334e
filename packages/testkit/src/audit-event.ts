import type { AuditEvent } from "@kaudit/schema";

/** The first instant of the built events: `instant(0)`. */
const firstInstant = Date.UTC(2026, 9, 14, 9, 0, 0);

/** Gives the RFC 3339 instant `seconds` after 2026-10-14T09:00:00Z, with the six decimals that kube-apiserver writes. */
export function instant(seconds: number): string {
  const micros = Math.round(seconds * 1e6);
  const whole = Math.floor(micros / 1e6);
  const fraction = String(micros - whole * 1e6).padStart(6, "0");
  return `${new Date(firstInstant + whole * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Gives the `n`-th audit id: a version 4 UUID that can be told by eye. */
export function auditID(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** A person who signs in with a client certificate, as in the sample logs. */
export function human(username: string, groups: readonly string[] = ["developers"]): AuditEvent["user"] {
  return { username, groups: [...groups, "system:authenticated"] };
}

/** A service account, with the user name, groups and credential id that kube-apiserver derives from its token. */
export function serviceAccount(namespace: string, name: string): AuditEvent["user"] {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    uid: "5d0e1a52-7f0c-4b59-9a3c-0c6f3b1de001",
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    extra: { "authentication.kubernetes.io/credential-id": ["JTI=0a06b8b5-3d06-444c-bb81-a4c0190d74aa"] },
  };
}

/**
 * Gives one valid audit event: Alice reads the pod `web` in `team-a`, allowed, stage ResponseComplete.
 * What is passed in replaces the default field by field; nothing is merged deeply.
 */
export function auditEvent(fields: Partial<AuditEvent> = {}): AuditEvent {
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: auditID(1),
    stage: "ResponseComplete",
    requestURI: "/api/v1/namespaces/team-a/pods/web",
    verb: "get",
    user: human("alice"),
    sourceIPs: ["10.0.0.7"],
    userAgent: "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1",
    objectRef: { resource: "pods", namespace: "team-a", name: "web", apiVersion: "v1" },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: instant(0),
    stageTimestamp: instant(0.002),
    annotations: { "authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "" },
    ...fields,
  };
}

/** Gives an `audit.k8s.io/v1` EventList as a webhook receives it: its items carry no kind and apiVersion. */
export function eventList(events: readonly AuditEvent[]): {
  readonly kind: "EventList";
  readonly apiVersion: "audit.k8s.io/v1";
  readonly metadata: Record<string, never>;
  readonly items: readonly AuditEvent[];
} {
  const items = events.map((event) => {
    const { kind: _kind, apiVersion: _apiVersion, ...item } = event;
    return item as AuditEvent;
  });
  return { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items };
}

/** Gives the events as an audit log file: one line each, with a newline at the end. */
export function jsonLines(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
