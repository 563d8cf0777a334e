import type { RegisterName, RegisterRow, RegisterRows } from "@kaudit/evidence";
import type { TableColumn } from "../terminal/table.js";

/** A column of a register as people see it on a terminal: its layout, and what stands in it. */
export interface RegisterTableColumn<Row> extends TableColumn {
  /** Raw text of the log; whoever prints it makes it visible text first. */
  text(row: Row): string;
}

type Columns<Row> = readonly RegisterTableColumn<Row>[];

/** Text of the log, which may be cut in the middle. */
export function nameColumn<Row>(head: string, text: (row: Row) => string, spare = 0): RegisterTableColumn<Row> {
  return { head, align: "left", mayCut: true, spare, text };
}

/** A word of ours, a time or an id: never cut. */
export function wholeColumn<Row>(head: string, text: (row: Row) => string, spare = 0): RegisterTableColumn<Row> {
  return { head, align: "left", mayCut: false, spare, text };
}

/** A number. */
export function numberColumn<Row>(head: string, text: (row: Row) => string): RegisterTableColumn<Row> {
  return { head, align: "right", mayCut: false, spare: 0, text };
}

/** `2026-11-22 12:18:39`: seconds are enough for people, all other forms hold the microseconds. */
export function secondsOf(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}

/** `pods/exec`, `roles.rbac.authorization.k8s.io`: the way RBAC rules and kubectl name a resource. */
export function resourceName(row: { readonly resource: string; readonly subresource: string }): string {
  return row.subresource === "" ? row.resource : `${row.resource}/${row.subresource}`;
}

const threeWords = { true: "yes", false: "no", unknown: "not known" } as const;

const time = wholeColumn<RegisterRow>("Time, UTC", (row) => secondsOf(row.time));
const actor = nameColumn<RegisterRow>("Actor", (row) => row.actor);
const impersonated = nameColumn<RegisterRow>("Acting as", (row) => row.impersonated);
const verb = nameColumn<RegisterRow>("Verb", (row) => row.verb);
const resource = nameColumn<RegisterRow>("Resource", resourceName);
const namespace = nameColumn<RegisterRow>("Namespace", (row) => row.namespace);
const name = nameColumn<RegisterRow>("Name", (row) => row.name);
/** The first to go where room is short: the code beside it says the same. */
const outcome = wholeColumn<RegisterRow>("Outcome", (row) => row.outcome, 5);
const code = numberColumn<RegisterRow>("Code", (row) => String(row.code ?? ""));
const sourceIP = wholeColumn<RegisterRow>("Source IP", (row) => row.sourceIP);
const userAgent = nameColumn<RegisterRow>("User agent", (row) => row.userAgent, 3);
const dryRun = wholeColumn<RegisterRow>("Dry run", (row) => threeWords[row.dryRun], 3);

function durationText(row: RegisterRows["sessions"]): string {
  if (row.open) return "open";
  return row.durationSeconds === null ? "" : `${row.durationSeconds.toFixed(1)} s`;
}

/** Whether an issued credential was seen in use; nothing where no id was recorded. */
function usedWord(row: RegisterRows["credentials"]): string {
  if (row.credentialId === "") return "";
  return row.firstUsed === "" ? "no" : "yes";
}

const mainColumns: { readonly [Name in RegisterName]: Columns<RegisterRows[Name]> } = {
  secrets: [
    time,
    actor,
    impersonated,
    wholeColumn("Access", (row) => row.access),
    nameColumn("Namespace", (row) => (row.clusterWide ? "(all)" : row.namespace)),
    name,
    outcome,
    code,
  ],
  rbac: [
    time,
    actor,
    impersonated,
    wholeColumn("Change", (row) => row.change),
    resource,
    namespace,
    name,
    wholeColumn("Raises", (row) => threeWords[row.raisesPrivilege]),
    outcome,
    code,
  ],
  sessions: [
    time,
    actor,
    impersonated,
    wholeColumn("Kind", (row) => (row.kind === "ephemeralcontainer" ? "ephemeral" : row.kind)),
    namespace,
    nameColumn("Pod", (row) => row.pod || row.name),
    nameColumn("Command", (row) => row.command.join(" "), 2),
    { ...numberColumn<RegisterRows["sessions"]>("Lasted", durationText), spare: 4 },
    outcome,
    code,
  ],
  authentication: [time, sourceIP, verb, resource, namespace, name, userAgent, code],
  authorization: [
    time,
    actor,
    impersonated,
    verb,
    resource,
    namespace,
    name,
    wholeColumn("Denied by", (row) => row.deniedBy, 2),
    code,
  ],
  credentials: [
    time,
    actor,
    impersonated,
    wholeColumn("Action", (row) => row.action),
    wholeColumn("Kind", (row) => row.kind),
    nameColumn("Whose", (row) => row.subject || row.name),
    wholeColumn("Used", usedWord, 2),
    outcome,
    code,
  ],
  impersonation: [time, actor, impersonated, verb, resource, namespace, name, outcome, code],
  deletions: [time, actor, impersonated, verb, resource, namespace, name, dryRun, outcome, code],
  configuration: [
    time,
    actor,
    impersonated,
    wholeColumn("Change", (row) => row.change),
    resource,
    name,
    wholeColumn("Weakens", (row) => threeWords[row.weakens]),
    outcome,
    code,
  ],
};

/** What `--wide` adds to each register, after its own columns. */
const wideColumns: Columns<RegisterRow> = [
  sourceIP,
  userAgent,
  nameColumn("Pod of the actor", (row) => row.actorPod, 3),
  nameColumn("Node of the actor", (row) => row.actorNode, 3),
  wholeColumn("API server", (row) => row.apiserver),
  wholeColumn("Decision", (row) => row.decision),
  nameColumn("Reason", (row) => row.reason),
  dryRun,
  wholeColumn("Audit ID", (row) => row.auditID),
  wholeColumn("Source", (row) => row.source),
];

const ownWideColumns: { readonly [Name in RegisterName]?: Columns<RegisterRows[Name]> } = {
  rbac: [nameColumn("Grants", (row) => row.grants), wholeColumn("To oneself", (row) => threeWords[row.selfGrant])],
  sessions: [
    nameColumn("Container", (row) => row.container),
    wholeColumn("Protocol", (row) => row.protocol),
    wholeColumn("Terminal", (row) => (row.tty ? "yes" : "no")),
    wholeColumn("Session", (row) => row.session),
  ],
  authentication: [nameColumn("Method", (row) => row.method)],
  credentials: [
    wholeColumn("Expires after", (row) => (row.expirationSeconds === null ? "" : `${row.expirationSeconds} s`)),
    nameColumn("Audiences", (row) => row.audiences.join(", ")),
    nameColumn("Bound to", (row) => row.boundTo),
    nameColumn("Requester", (row) => row.requester),
    nameColumn("Signer", (row) => row.signer),
    wholeColumn("Credential", (row) => row.credentialId),
    wholeColumn("First used", (row) => row.firstUsed),
    nameColumn("Used from", (row) => row.usedFrom.join(", ")),
  ],
  impersonation: [nameColumn("Constraint", (row) => row.constraint)],
  deletions: [nameColumn("Cascade", (row) => row.cascade)],
  configuration: [nameColumn("What changed", (row) => row.details)],
};

/** Gives the columns of a register's table: when, who, what, where, outcome; with `wide` also where from and which event. */
export function registerTableColumns<Name extends RegisterName>(
  register: Name,
  wide: boolean,
): Columns<RegisterRows[Name]> {
  const main: Columns<RegisterRows[Name]> = mainColumns[register];
  if (!wide) return main;
  const own: Columns<RegisterRows[Name]> = ownWideColumns[register] ?? [];
  const shown = new Set([...main, ...own].map((column) => column.head));
  return [
    { ...main[0], head: "Time, UTC", text: (row) => row.time } as RegisterTableColumn<RegisterRows[Name]>,
    ...main.slice(1),
    ...own,
    ...wideColumns.filter((column) => !shown.has(column.head)),
  ];
}
