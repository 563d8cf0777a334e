import type { AuditEvent } from "@kaudit/schema";
import { evaluatePolicy } from "@kaudit/policy";
import type { PolicyInput } from "@kaudit/policy";
import type { RegisterName, RegisterRow } from "../../src/index.js";

/** Something that was done to a cluster while its log was written: who did what and how, and how it ended. */
export interface Action {
  readonly seq: number;
  readonly who: string;
  readonly what: string;
  /** `kubectl …` or `HTTP <METHOD> <path> …`. */
  readonly how: string;
  /** The exit code of kubectl, the HTTP status, or null for a request that its client ended. */
  readonly result: number | string | null;
  readonly start: string;
  readonly end: string;
  /** The Audit-IDs that the responses named; kubectl prints none for sessions. */
  readonly auditIDs: readonly string[];
}

/** Why an action is not in a register. */
export type Absence =
  /** The policy in force records nothing of it. */
  | "level None"
  /** The policy records it without the content that would tell. */
  | "content not recorded"
  /** No event of it is in the files: rotated away, or too large. */
  | "lost"
  /** The client asked something else first, and stopped there. */
  | "never sent"
  /** The impersonation filter refused it: whom to act as is not in the event; the refusal is in `authorization`. */
  | "impersonation refused";

const users: Readonly<Record<string, readonly string[]>> = {
  admin: ["kubernetes-admin"],
  kubelet: ["system:node:node-1"],
  anonymous: ["system:anonymous", ""],
  badtoken: [""],
  rogue: [""],
  "front-proxy": ["alice", '"><img src=x onerror=alert(1)>'],
};

/** The HTTP method and path of an action; null for kubectl. */
function http(action: Action): { method: string; path: string } | null {
  const match = /^HTTP ([A-Z]+) (\S+)/.exec(action.how);
  if (match === null) return null;
  return { method: match[1] ?? "", path: (match[2] ?? "").replace(/^https?:\/\/[^/]+/, "") };
}

/**
 * Gives the registers in which an action has to be, from what was done alone: the words of the action, its command line and its
 * result. Nothing of the log or of `src` is used.
 */
export function registersOfAction(action: Action): RegisterName[] {
  const { what, how, result } = action;
  const request = http(action);
  const path = request?.path.split("?")[0] ?? "";
  const text = `${what} ${how}`;
  const found = new Set<RegisterName>();
  const changes =
    request === null
      ? /^kubectl (?:create|apply|delete|patch|label|annotate|edit|replace|set|taint|cordon|uncordon|certificate|auth reconcile|scale)/.test(
          how,
        )
      : ["POST", "PUT", "PATCH", "DELETE"].includes(request.method);
  const code = Number(result);
  if (code === 401 || /\(401\)/.test(what)) found.add("authentication");
  if ((request !== null && code === 403) || /FORBIDDEN|\(403/.test(what)) found.add("authorization");
  // A refused impersonation is told by its refusal: the server never came to know whom to act as.
  const isImpersonation = (/ --as /.test(how) || /'Impersonate-User'/.test(how)) && !/impersonate FORBIDDEN/.test(what);
  if (isImpersonation) found.add("impersonation");
  if (request?.method === "DELETE" || how.startsWith("kubectl delete ")) found.add("deletions");
  const isSession =
    request === null
      ? /^kubectl (?:exec|attach|port-forward|debug|cp) /.test(how)
      : /\/(?:exec|attach|portforward|proxy)(?:\/|$)/.test(path);
  if (isSession) found.add("sessions");
  const onSecrets =
    request === null
      ? /\bsecrets?\b/.test(how) && !/^kubectl (?:create (?:cluster)?role|auth)/.test(how)
      : /\/secrets(?:\/|$)/.test(path);
  if (
    onSecrets ||
    (how.endsWith("apply -f -") && / secret\b/.test(what)) ||
    (how.endsWith("apply --server-side -f -") && /secret/.test(what))
  )
    found.add("secrets");
  if (found.has("authentication") && request === null) found.delete("secrets");
  if (changes && /\b(?:cluster)?role(?:binding)?s?\b|rbac|roleRef|set subject/i.test(text) && !onSecrets && !isSession)
    found.add("rbac");
  if (/^kubectl certificate (?:approve|deny)/.test(how)) found.add("rbac");
  if (
    changes &&
    /serviceaccount|\/token\b|create token|TokenReview|\bcsr\b|legacy SA token secret|use legacy|kubectl certificate/i.test(
      `${what} ${request === null ? how : path}`,
    ) &&
    !/rolebinding|create role/.test(how)
  )
    found.add("credentials");
  if (/use legacy SA token/.test(what)) found.add("credentials");
  if (changes && isConfiguration(action, path)) found.add("configuration");
  return [...found];
}

function isConfiguration({ what, how }: Action, path: string): boolean {
  if (
    /^kubectl (?:create|delete|label|annotate) (?:namespace|ns)\b|^kubectl (?:label|taint|cordon|uncordon|delete) ?node|^kubectl (?:cordon|uncordon)/.test(
      how,
    )
  )
    return true;
  if (/^kubectl delete crd\b/.test(how)) return true;
  if (path !== "") return /^\/api\/v1\/(?:namespaces|nodes)\/[^/]+$/.test(path);
  return /replace namespace|create CRD|create hooked namespace|webhook$|ValidatingAdmissionPolicy|kubelet registers|node creates another/.test(
    what,
  );
}

/** Tells whether a request is of an action: by time and Audit-ID; of kubectl, which does not print all ids, also by user. */
function isOf(action: Action, time: string, ids: readonly string[], user: string): boolean {
  if (time < action.start || time > action.end) return false;
  if (ids.some((id) => action.auditIDs.includes(id))) return true;
  const printsIds = http(action) !== null && action.auditIDs.length > 0;
  return !printsIds && (users[action.who] ?? [action.who]).includes(user);
}

/** Tells whether one of the rows is of the action. */
export function isRecorded(action: Action, rows: readonly RegisterRow[]): boolean {
  return rows.some((row) => isOf(action, row.time, row.auditIDs, row.actor));
}

/** Says why an action left no row, from the raw events and the policy; null when the log holds it and a row is missing. */
export function absenceOf(
  action: Action,
  register: RegisterName,
  events: readonly AuditEvent[],
  policy: PolicyInput,
): Absence | null {
  const request = http(action);
  if (request !== null && isUnrecorded(request, policy)) return "level None";
  const own = events.filter(({ requestReceivedTimestamp, auditID, user }) =>
    isOf(action, requestReceivedTimestamp ?? "", [auditID], user.username ?? ""),
  );
  if (own.length === 0) return "lost";
  if (register === "impersonation" && own.every(({ impersonatedUser }) => impersonatedUser === undefined))
    return "impersonation refused";
  const isTokenSecret = register === "credentials" && /secret/i.test(action.what);
  if (isTokenSecret && own.every(({ level }) => level === "Metadata")) return "content not recorded";
  return own.some((event) => touches(event, register)) ? null : "never sent";
}

function isUnrecorded({ method, path }: { method: string; path: string }, policy: PolicyInput): boolean {
  const [bare = ""] = path.split("?");
  if (/^\/apis?\//.test(bare)) return false;
  const attributes = {
    user: "system:anonymous",
    groups: ["system:unauthenticated"],
    verb: method.toLowerCase(),
    apiGroup: "",
    apiVersion: "",
    resource: "",
    subresource: "",
    namespace: "",
    name: "",
    path: bare,
    isResourceRequest: false,
  };
  return evaluatePolicy(policy, attributes).level === "None";
}

const telling: Readonly<Record<RegisterName, RegExp>> = {
  secrets: /\/secrets(?:[/?]|$)/,
  rbac: /\/(?:cluster)?role(?:binding)?s(?:[/?]|$)|\/approval/,
  sessions: /\/(?:exec|attach|portforward|proxy|ephemeralcontainers)(?:[/?]|$)/,
  authentication: /./,
  authorization: /./,
  credentials: /serviceaccounts|tokenreviews|certificatesigningrequests/,
  impersonation: /./,
  deletions: /./,
  configuration:
    /\/(?:namespaces|nodes)\/[^/?]+(?:\?|$)|\/(?:namespaces|nodes)(?:\?|$)|customresourcedefinitions|admissionregistration/,
};

/** Whether a raw event is of the kind that a register holds, by its path, verb and code alone. */
function touches({ requestURI, verb, responseStatus }: AuditEvent, register: RegisterName): boolean {
  const code = responseStatus?.code;
  if (register === "authentication") return code === 401;
  if (register === "authorization") return code === 403;
  if (register === "deletions") return verb === "delete" || verb === "deletecollection";
  const reads = ["get", "list", "watch"].includes(verb);
  if (reads && register !== "secrets" && register !== "sessions" && register !== "impersonation") return false;
  return telling[register].test(requestURI);
}
