import { z } from "zod";

/** The registers of this version, in the order in which reports show them. */
export const registerNames = [
  "secrets",
  "rbac",
  "sessions",
  "authentication",
  "authorization",
  "credentials",
  "impersonation",
  "deletions",
  "configuration",
] as const;

/** The name of a register: of a population of requests of one kind. */
export type RegisterName = (typeof registerNames)[number];

/** Who acted, by the authenticated user name; `unauthenticated` is a request that failed authentication (401). */
export const ActorKind = z.enum(["human", "serviceaccount", "node", "system", "anonymous", "unauthenticated"]);
export type ActorKind = z.infer<typeof ActorKind>;

/** How the request ended, by response code: denied is 401 and 403, failed any other code from 400, unknown has no final stage. */
export const Outcome = z.enum(["success", "denied", "failed", "unknown"]);
export type Outcome = z.infer<typeof Outcome>;

/** Whether a request was a dry run; `unknown` where only the unrecorded DeleteOptions could tell. */
export const DryRun = z.enum(["true", "false", "unknown"]);
export type DryRun = z.infer<typeof DryRun>;

const common = {
  /** Stable over re-runs: the register's name and a hash of the request's key. */
  rowId: z.string(),
  /** `requestReceivedTimestamp`, UTC with six fraction digits. */
  time: z.string(),
  cluster: z.string(),
  /** The API-server instance that wrote the events. */
  apiserver: z.string(),
  /** The authenticated user; empty for 401. */
  actor: z.string(),
  actorKind: ActorKind,
  /** The user it acted as; empty without impersonation. */
  impersonated: z.string(),
  /** The authenticated user's groups. */
  groups: z.array(z.string()),
  /** The last entry of `sourceIPs`: the only one that the client cannot set. */
  sourceIP: z.string(),
  /** Client text. */
  userAgent: z.string(),
  verb: z.string(),
  apiGroup: z.string(),
  resource: z.string(),
  subresource: z.string(),
  namespace: z.string(),
  name: z.string(),
  /** The response code; null when none was recorded. */
  code: z.number().nullable(),
  outcome: Outcome,
  /** `authorization.k8s.io/decision`: allow, forbid, or empty. */
  decision: z.string(),
  /** `authorization.k8s.io/reason`, else the reason word of the response status. */
  reason: z.string(),
  dryRun: DryRun,
  /** The first of `auditIDs`. */
  auditID: z.string(),
  /** Every request folded into the row. */
  auditIDs: z.array(z.string()),
  /** File and byte offset of the deciding event, `audit.log:1042`. */
  source: z.string(),
} as const;

/** What is known of the client behind the actor; the last columns of every register. Empty where the log does not say. */
const client = {
  /** The pod whose service-account token it was (`user.extra`). */
  actorPod: z.string(),
  /** The node of that pod. */
  actorNode: z.string(),
  /** The credential: `JTI=…` of a token, `X509SHA256=…` of a certificate. */
  actorCredential: z.string(),
} as const;

/** Every request on core `secrets`. */
export const SecretsRow = z.strictObject({
  ...common,
  /** `other`: a custom HTTP method, a subresource, or a path that names Secrets only when read leniently. */
  access: z.enum(["read", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "other"]),
  /** A list, watch or deletecollection: it reaches every Secret in its scope. */
  bulk: z.boolean(),
  clusterWide: z.boolean(),
  ...client,
});
export type SecretsRow = z.infer<typeof SecretsRow>;

/** Every request to change roles, cluster roles and their bindings, to approve a CSR, or to change an identity map. */
export const RbacRow = z.strictObject({
  ...common,
  change: z.enum(["create", "update", "patch", "delete", "deletecollection", "approve"]),
  /**
   * The object's rules, subjects and roleRef before the change, as compact JSON: from the log's earlier changes. Empty where they
   * did not show it, and for a create.
   */
  before: z.string(),
  /**
   * The same after the change; of a change that was refused, failed or a dry run, what it would have made. Empty where not
   * recorded, and for a deletion. A content of more than 16,384 characters is told by its numbers (`tooLong`, `rules`, `subjects`).
   */
  after: z.string(),
  /** What the change gives, in plain words; empty where it gives nothing new or its content is not known. */
  grants: z.string(),
  /** Whether it adds a right that raises privilege, also where it was refused; `unknown` where the content was not recorded. */
  raisesPrivilege: z.enum(["true", "false", "unknown"]),
  /**
   * Whether it gives something to whoever made it, by name or through a group: a binding by adding them, a role by allowing more
   * while a binding that the log has shown gives it to them. `unknown` where the content was not recorded, and where a role
   * allows more (or may) and no binding to them was seen: one from before the log cannot be known.
   */
  selfGrant: z.enum(["true", "false", "unknown"]),
  ...client,
});
export type RbacRow = z.infer<typeof RbacRow>;

/** Every exec, attach, port-forward, proxy request and ephemeral container. */
export const SessionsRow = z.strictObject({
  ...common,
  kind: z.enum(["exec", "attach", "portforward", "proxy", "ephemeralcontainer"]),
  /** When the connection was made (ResponseStarted); when the request was received, where none was made. */
  start: z.string(),
  /** Empty while open. */
  end: z.string(),
  /** Null while open, for what was never established, and for ephemeral containers, whose end no request shows, and where the clock was set back. */
  durationSeconds: z.number().nullable(),
  /** The log ends before the session does. */
  open: z.boolean(),
  /** The pod; `<namespace>/<pod>` where it was reached through `nodes/proxy`; empty for services and other node paths. */
  pod: z.string(),
  container: z.string(),
  /** The command, one argument an entry, credential-looking arguments masked. */
  command: z.array(z.string()),
  tty: z.boolean(),
  stdin: z.boolean(),
  /** From the verb, as the log names none: `get` is WebSocket, `create` is SPDY. */
  protocol: z.enum(["websocket", "spdy", "http", "unknown"]),
  /** Whether the connection was made (101, or a proxy's answer). */
  established: z.boolean(),
  /**
   * The rowId of the row that the session began with: its own, or, for an attach to a debug container, that of the request that
   * added the container.
   */
  session: z.string(),
  ...client,
});
export type SessionsRow = z.infer<typeof SessionsRow>;

/** Every request refused with 401. */
export const AuthenticationRow = z.strictObject({
  ...common,
  /** How the login was attempted, where the log says so; the usual 401 event does not. */
  method: z.string(),
  ...client,
});
export type AuthenticationRow = z.infer<typeof AuthenticationRow>;

/** Every request refused with 403. */
export const AuthorizationRow = z.strictObject({
  ...common,
  /** `rbac` is every authorizer; `admission` everything that refuses after authorization but the RBAC escalation check. */
  deniedBy: z.enum(["rbac", "admission", "escalation", "impersonation", "unknown"]),
  ...client,
});
export type AuthorizationRow = z.infer<typeof AuthorizationRow>;

/** Every request made as another user. */
export const ImpersonationRow = z.strictObject({
  ...common,
  /** `authenticationMetadata.impersonationConstraint`; empty for legacy impersonation. */
  constraint: z.string(),
  /** The groups of the user that it acted as. */
  impersonatedGroups: z.array(z.string()),
  ...client,
});
export type ImpersonationRow = z.infer<typeof ImpersonationRow>;

/** Every delete and deletecollection. */
export const DeletionsRow = z.strictObject({
  ...common,
  /** propagationPolicy where it was recorded: Foreground, Background, Orphan; `collector` for deletions by the garbage collector; else empty. */
  cascade: z.string(),
  ...client,
});
export type DeletionsRow = z.infer<typeof DeletionsRow>;

/**
 * Every token asked for, certificate request made, approved, signed or removed, Secret that is a token, change of a service account,
 * token review, and request by a token from a Secret.
 */
export const CredentialsRow = z.strictObject({
  ...common,
  /** Of a token: the audiences that were given, else those asked for. */
  audiences: z.array(z.string()),
  /** How long it is good for; what was given, else what was asked for. Null where not recorded, or where it has no end. */
  expirationSeconds: z.number().nullable(),
  /** The id of the credential that was issued: `JTI=…` of a token, `X509SHA256=…` of a certificate. */
  credentialId: z.string(),
  kind: z.enum([
    "token-request",
    "token-secret",
    "bootstrap-token",
    "serviceaccount",
    "certificate-request",
    "token-review",
    "legacy-token-use",
    "stale-token-use",
  ]),
  /** `decide`: approved or denied; which of them was not recorded. */
  action: z.enum([
    "issue",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "approve",
    "deny",
    "decide",
    "sign",
    "review",
    "use",
  ]),
  /** Whose credential it is: a user name. Empty where the log does not say. */
  subject: z.string(),
  /** Of a certificate request: the groups that the certificate would give. */
  subjectGroups: z.array(z.string()),
  /** Of a certificate request: who asked for it. */
  requester: z.string(),
  signer: z.string(),
  /** The object that a token is bound to or came from: `Pod/web`, `Secret/app-token`. */
  boundTo: z.string(),
  /** When the issued credential was first and last seen in use, anywhere in the log that was read; empty: not seen. */
  firstUsed: z.string(),
  lastUsed: z.string(),
  /** As which users, from which addresses and in which pods it was used: the first eight by name, then `…`. */
  usedBy: z.array(z.string()),
  usedFrom: z.array(z.string()),
  usedIn: z.array(z.string()),
  ...client,
});
export type CredentialsRow = z.infer<typeof CredentialsRow>;

/** Every change of namespaces, nodes, admission, API extensions, network policies, classes of storage and the like, and auditing. */
export const ConfigurationRow = z.strictObject({
  ...common,
  change: z.enum(["create", "update", "patch", "delete", "deletecollection"]),
  /**
   * What changed, in plain words: of what safeguards or routes requests, the fields that matter. Empty where nothing of them
   * changed or the content was not recorded.
   */
  details: z.string(),
  /**
   * Whether it takes a safeguard away or makes it weaker, also where it was refused: an admission check, a network policy, a Pod
   * Security level, auditing. `unknown` where the content does not tell.
   */
  weakens: z.enum(["true", "false", "unknown"]),
  ...client,
});
export type ConfigurationRow = z.infer<typeof ConfigurationRow>;

/** The schema of each register's rows. */
export const registerSchemas = {
  secrets: SecretsRow,
  rbac: RbacRow,
  sessions: SessionsRow,
  authentication: AuthenticationRow,
  authorization: AuthorizationRow,
  credentials: CredentialsRow,
  impersonation: ImpersonationRow,
  deletions: DeletionsRow,
  configuration: ConfigurationRow,
} as const;

/** The rows of each register, by its name. */
export interface RegisterRows {
  secrets: SecretsRow;
  rbac: RbacRow;
  sessions: SessionsRow;
  authentication: AuthenticationRow;
  authorization: AuthorizationRow;
  credentials: CredentialsRow;
  impersonation: ImpersonationRow;
  deletions: DeletionsRow;
  configuration: ConfigurationRow;
}

/** A row of any register. */
export type RegisterRow = RegisterRows[RegisterName];

/** The columns that every register begins with, in order. */
export const commonColumns = Object.keys(common) as readonly (keyof typeof common)[];

/** Gives a register's columns in order: the common ones, its own, then what is known of the client. */
export function registerColumns(name: RegisterName): readonly string[] {
  return Object.keys(registerSchemas[name].shape);
}
