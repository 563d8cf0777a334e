/** What kind of value a fact has. Lists are lists of texts; instants are RFC 3339 in UTC. */
export type FactType = "text" | "list" | "number" | "boolean" | "instant";

/** One entry of the dictionary {@link factFields}. */
export interface FactField {
  readonly type: FactType;
  readonly meaning: string;
}

function field<Type extends FactType>(type: Type, meaning: string): { readonly type: Type; readonly meaning: string } {
  return { type, meaning };
}

/**
 * The facts of a request that conditions can ask for: the columns of the evidence registers, the labels of the scope, and
 * words that were derived from the content. A fact that a request does not have is absent, and no comparison with it holds.
 */
export const factFields = {
  time: field("instant", "when the API server received the request"),
  cluster: field("text", "name of the cluster"),
  apiserver: field("text", "API server that wrote the events"),
  actor: field("text", "authenticated user; absent for 401"),
  actorKind: field("text", "human, serviceaccount, node, system, anonymous or unauthenticated"),
  impersonated: field("text", "user that the actor acted as"),
  groups: field("list", "groups of the authenticated user"),
  impersonatedGroups: field("list", "groups that the actor acted with"),
  sourceIP: field("text", "address that the API server saw; the only one that a client cannot set"),
  userAgent: field("text", "client program, in its own words: a hint, never proof"),
  verb: field("text", "get, list, watch, create, update, patch, delete, deletecollection, …"),
  apiGroup: field("text", "API group; absent for the core group"),
  resource: field("text", "resource, in the plural: secrets"),
  subresource: field("text", "subresource: exec, token, approval"),
  namespace: field("text", "namespace; absent for cluster-scoped objects and requests over all namespaces"),
  name: field("text", "name of the object"),
  path: field("text", "path of the request, without its query, credentials masked"),
  code: field("number", "HTTP status code of the answer"),
  outcome: field("text", "success, denied (401, 403), failed (other codes from 400) or unknown"),
  decision: field("text", "the authorizer's decision: allow or forbid"),
  reason: field("text", "the authorizer's reason, else the reason word of the answer"),
  dryRun: field("text", "true, false or unknown"),
  auditID: field("text", "id of the request in the log; clients can choose it"),
  register: field("list", "registers that the request has a row in"),
  classes: field("list", "kinds of requests it is of: the registers, workloads, reviews, privileged"),
  scopes: field("list", "labels of its namespace and cluster: production, cde, ephi"),
  scopeDeclared: field("boolean", "whether the configuration says which namespaces are in scope"),
  signals: field("list", "words for what its content shows: binds-cluster-admin, wildcard-verbs, shell, …"),
  approvalsGiven: field("boolean", "whether approvals were given at all"),
  access: field("text", "secrets: read, list, watch, create, update, patch, delete, deletecollection or other"),
  bulk: field("boolean", "secrets: it reaches every Secret in its scope"),
  clusterWide: field("boolean", "secrets: its scope is every namespace"),
  change: field("text", "rbac, configuration: what was done to the object"),
  grants: field("text", "rbac: what the change gives, in plain words"),
  raisesPrivilege: field("text", "rbac: true, false or unknown"),
  kind: field("text", "sessions: exec, attach, portforward, proxy or ephemeralcontainer; credentials: what kind"),
  start: field("instant", "sessions: when the connection was made"),
  end: field("instant", "sessions: when it ended; absent while open"),
  durationSeconds: field("number", "sessions: how long it was open"),
  open: field("boolean", "sessions: the log ends before the session does"),
  pod: field("text", "sessions: the pod"),
  container: field("text", "sessions: the container"),
  command: field("text", "sessions: the command with its arguments, credentials masked"),
  tty: field("boolean", "sessions: a terminal was asked for"),
  stdin: field("boolean", "sessions: input was connected"),
  protocol: field("text", "sessions: websocket, spdy, http or unknown"),
  established: field("boolean", "sessions: the connection was made"),
  method: field("text", "authentication: how the login was attempted, where the log says so"),
  deniedBy: field("text", "authorization: rbac, admission, escalation, impersonation or unknown"),
  audiences: field("list", "credentials: audiences that a token is for"),
  expirationSeconds: field("number", "credentials: how long a token is good for"),
  credentialId: field("text", "credentials: id of the token that was issued or used"),
  constraint: field("text", "impersonation: the constraint under which it was allowed"),
  selfGrant: field("text", "rbac: whether it gives something to whoever made it: true, false or unknown"),
  role: field("text", "rbac: role that a binding binds"),
  subjects: field("list", "rbac: whom a binding binds, as Group name, User name or ServiceAccount namespace/name"),
  weakens: field("text", "configuration: whether it weakens a safeguard: true, false or unknown"),
  details: field("text", "configuration: what changed, in plain words"),
  action: field("text", "credentials: issue, create, update, patch, delete, approve, deny, sign, review or use"),
  subject: field("text", "credentials: whose credential it is"),
  subjectGroups: field("list", "credentials: groups that a certificate would give"),
  requester: field("text", "credentials: who asked for the certificate"),
  signer: field("text", "credentials: who is to sign the certificate"),
  boundTo: field("text", "credentials: object that a token is bound to or came from"),
  actorPod: field("text", "pod that the actor's token is bound to"),
  actorNode: field("text", "node of that pod"),
  actorCredential: field("text", "credential by which the actor was authenticated"),
  cascade: field("text", "deletions: what becomes of dependent objects; collector for the garbage collector's"),
  finding: field("text", "about the evidence itself: what was found, such as coverage-gap; absent for requests"),
  about: field("text", "about the evidence itself: the file, register, API server or approval it is about"),
  detail: field("text", "about the evidence itself: what was found, in one clause"),
  occurrences: field("number", "about the evidence itself: how many times"),
  sharePercent: field("number", "about the evidence itself: how many of a hundred events it touches"),
} as const satisfies Readonly<Record<string, FactField>>;

/** The name of a fact. */
export type FactName = keyof typeof factFields;

interface ValueOf {
  readonly text: string;
  readonly list: readonly string[];
  readonly number: number;
  readonly boolean: boolean;
  readonly instant: string;
}

/** The value of a fact. */
export type FactValue = ValueOf[FactType];

/** The facts of one request, or of one thing found about the evidence. All but time and cluster can be absent. */
export type RequestFacts = {
  readonly [Name in FactName]?: ValueOf[(typeof factFields)[Name]["type"]] | undefined;
} & { readonly time: string; readonly cluster: string };

/** The names of all facts, in the order of the dictionary. */
export const factNames = Object.keys(factFields) as readonly FactName[];

/** Tells whether a text is the name of a fact. */
export function isFactName(name: string): name is FactName {
  return Object.hasOwn(factFields, name);
}
