import type { AuditEvent } from "@kaudit/schema";

/**
 * The registers of real logs, derived once more and as plainly as can be: group the events of a request by its key in a Map, look at
 * the last stage, ask `objectRef` and the code. Nothing here comes from `src`.
 */
export interface ExpectedRequest {
  readonly auditIDs: readonly string[];
  readonly user: string;
  readonly verb: string;
  readonly uri: string;
  readonly received: string;
  readonly code: number | null;
  readonly stages: readonly string[];
}

export type ExpectedRegisters = Readonly<Record<string, readonly ExpectedRequest[]>>;

interface Grouped extends ExpectedRequest {
  readonly events: readonly AuditEvent[];
}

const rbacKinds = ["roles", "clusterroles", "rolebindings", "clusterrolebindings"];
const changes = ["create", "update", "patch", "delete", "deletecollection"];
const stageRank = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];

export function expectedRegisters(events: readonly AuditEvent[]): ExpectedRegisters {
  const all = oneAttemptEach(groups(events));
  return {
    secrets: all.filter((request) => on("secrets", request) || spellsSecrets(request.uri)),
    rbac: all.filter(({ events: [event], verb }) => {
      const ref = event?.objectRef;
      if (ref?.apiGroup === "rbac.authorization.k8s.io")
        return rbacKinds.includes(ref.resource ?? "") && changes.includes(verb);
      return (
        ref?.resource === "certificatesigningrequests" &&
        ref.subresource === "approval" &&
        ["update", "patch"].includes(verb)
      );
    }),
    sessions: all.filter((request) => {
      if (on("pods", request) && ["exec", "attach", "portforward", "proxy"].includes(sub(request))) return true;
      if ((on("services", request) || on("nodes", request)) && sub(request) === "proxy") return true;
      return (
        on("pods", request) && sub(request) === "ephemeralcontainers" && ["update", "patch"].includes(request.verb)
      );
    }),
    authentication: all.filter(({ code }) => code === 401),
    authorization: all.filter(({ code }) => code === 403),
    credentials: all.filter(isCredential),
    configuration: all.filter(isConfiguration),
    impersonation: all.filter(({ events: stages }) =>
      stages.some(({ impersonatedUser }) => impersonatedUser !== undefined),
    ),
    deletions: all.filter(({ verb }) => verb === "delete" || verb === "deletecollection"),
  };
}

function isCredential({ events, verb }: Grouped): boolean {
  if (events.some(({ annotations }) => Object.keys(annotations ?? {}).includes("authentication.k8s.io/legacy-token")))
    return true;
  const { apiGroup = "", resource = "", subresource = "" } = events[0]?.objectRef ?? {};
  if (apiGroup === "certificates.k8s.io") return changes.includes(verb);
  if (apiGroup === "authentication.k8s.io") return resource === "tokenreviews" && verb === "create";
  if (apiGroup !== "") return false;
  if (resource === "serviceaccounts") return changes.includes(verb) && ["", "token"].includes(subresource);
  if (resource !== "secrets" || !changes.includes(verb)) return false;
  return events.some(({ requestObject, responseObject }) =>
    [requestObject, responseObject].some((body) =>
      ["kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token"].includes(
        String((body as { type?: unknown } | undefined)?.type),
      ),
    ),
  );
}

const settings: Readonly<Record<string, readonly string[]>> = {
  "": ["namespaces", "nodes", "persistentvolumes"],
  "admissionregistration.k8s.io": [
    "mutatingwebhookconfigurations",
    "validatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
  ],
  "apiextensions.k8s.io": ["customresourcedefinitions"],
  "apiregistration.k8s.io": ["apiservices"],
  "networking.k8s.io": ["networkpolicies", "ingressclasses"],
  "storage.k8s.io": ["storageclasses", "csidrivers"],
  "scheduling.k8s.io": ["priorityclasses"],
  "node.k8s.io": ["runtimeclasses"],
  "flowcontrol.apiserver.k8s.io": ["flowschemas", "prioritylevelconfigurations"],
};

function isConfiguration({ events, verb }: Grouped): boolean {
  const { apiGroup = "", resource = "", subresource = "" } = events[0]?.objectRef ?? {};
  if (!changes.includes(verb) || settings[apiGroup]?.includes(resource) !== true) return false;
  return subresource === "" || (resource === "namespaces" && subresource === "finalize");
}

function on(resource: string, request: Grouped): boolean {
  return request.events.some(({ objectRef }) => objectRef?.resource === resource && (objectRef.apiGroup ?? "") === "");
}

function sub(request: Grouped): string {
  return request.events[0]?.objectRef?.subresource ?? "";
}

/** Paths that a lenient reader takes for Secrets, although kube-apiserver names another resource or none. */
function spellsSecrets(uri: string): boolean {
  const path = new URL((uri.split("?")[0] ?? "").replace(/\/{2,}/g, "/"), "http://api").pathname;
  return /^\/api\/v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/.test(path);
}

function groups(events: readonly AuditEvent[]): Grouped[] {
  const byKey = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const { auditID, requestReceivedTimestamp, verb, requestURI, user } = event;
    const key = JSON.stringify([auditID, requestReceivedTimestamp, verb, requestURI, user.username]);
    byKey.set(key, [...(byKey.get(key) ?? []), event]);
  }
  return [...byKey.values()].map((stages) => {
    const inOrder = stages.toSorted((a, b) => stageRank.indexOf(a.stage) - stageRank.indexOf(b.stage));
    const first = inOrder[0] as AuditEvent;
    return {
      auditIDs: [first.auditID],
      user: first.user.username ?? "",
      verb: first.verb,
      uri: first.requestURI,
      received: first.requestReceivedTimestamp ?? "",
      code: inOrder.at(-1)?.responseStatus?.code ?? null,
      stages: inOrder.map(({ stage }) => stage),
      events: inOrder,
    };
  });
}

/** One refused kubectl exec is a `get` 403 and, within a second, a `create` 403 with the same user, URI and user agent. */
function oneAttemptEach(requests: readonly Grouped[]): Grouped[] {
  const inTime = requests.toSorted((a, b) => (a.received < b.received ? -1 : 1));
  const used = new Set<Grouped>();
  const result: Grouped[] = [];
  for (const request of inTime) {
    if (used.has(request)) continue;
    const second = isRefusedSession(request, "get")
      ? inTime.find((other) => {
          const delay = Date.parse(other.received) - Date.parse(request.received);
          if (used.has(other) || !isRefusedSession(other, "create") || delay < 0 || delay > 1000) return false;
          return other.user === request.user && other.uri === request.uri && agent(other) === agent(request);
        })
      : undefined;
    if (second !== undefined) used.add(second);
    result.push(second === undefined ? request : { ...request, auditIDs: [...request.auditIDs, ...second.auditIDs] });
  }
  return result;
}

function isRefusedSession({ events, code, verb }: Grouped, wanted: string): boolean {
  const subresource = events[0]?.objectRef?.subresource ?? "";
  return code === 403 && verb === wanted && ["exec", "attach", "portforward"].includes(subresource);
}

function agent({ events }: Grouped): string {
  return events[0]?.userAgent ?? "";
}
