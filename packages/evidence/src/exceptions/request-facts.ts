import type { RequestFacts } from "@kaudit/rules";
import { factFields } from "@kaudit/rules";
import type { FactName, FactValue } from "@kaudit/rules";
import { classBits } from "../internal/class-bits.js";
import type { EventClass } from "../internal/class-bits.js";
import type { FoldedRequest } from "../internal/fold.js";
import { printedInstant } from "../internal/instant.js";
import { commonColumns, registerColumns, registerNames } from "../register-row.js";
import type { RegisterName, RegisterRow } from "../register-row.js";
import { accessFacts } from "./access-facts.js";

/** What the facts of a request are made from. */
export interface RequestToTell {
  readonly request: FoldedRequest;
  readonly cluster: string;
  /** Its rows, by register. */
  readonly rows: Readonly<Partial<Record<RegisterName, RegisterRow>>>;
  /** Words for what its content shows. */
  readonly signals: readonly string[];
  /** Labels of its namespace and cluster; null where no scope was declared. */
  readonly scopes: readonly string[] | null;
  readonly approvalsGiven: boolean;
}

const eventClasses = Object.entries(classBits) as [EventClass, number][];

/**
 * Gives the facts of a request for the exception rules: the columns of its rows, whatever register they are in, the classes it is
 * of, the labels of its scope, and the signals. Empty columns are absent facts.
 */
export function requestFacts({ request, cluster, rows, signals, scopes, approvalsGiven }: RequestToTell): RequestFacts {
  const { deciding, stages, bits } = request;
  const { target } = deciding;
  const facts: Record<string, FactValue | undefined> = {};
  const set = (name: FactName, value: FactValue | null): void => {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return;
    facts[name] = value;
  };
  set("apiserver", deciding.apiserver);
  set("actor", deciding.actor);
  set("actorKind", deciding.actorKind);
  set("impersonated", stages.findLast((stage) => stage.impersonated !== "")?.impersonated ?? "");
  set("impersonatedGroups", groupsOf(request));
  set("groups", deciding.groups);
  set("sourceIP", deciding.sourceIP);
  set("userAgent", deciding.userAgent);
  set("verb", deciding.verb);
  set("apiGroup", target.apiGroup);
  set("resource", target.resource);
  set("subresource", target.subresource);
  set("namespace", target.namespace);
  set("name", target.name);
  set("path", deciding.path);
  set("code", deciding.code);
  set("outcome", deciding.outcome);
  set("decision", deciding.decision);
  set("reason", deciding.reason);
  set("dryRun", deciding.dryRun);
  set("auditID", request.auditIDs[0] ?? deciding.auditID);
  set("register", Object.keys(rows));
  set(
    "classes",
    eventClasses.flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])),
  );
  for (const row of Object.values(rows)) takeColumns(row, set);
  const access = rows.rbac === undefined ? null : accessFacts(rows.rbac as Parameters<typeof accessFacts>[0]);
  if (access !== null) {
    set("role", access.role);
    set("subjects", access.subjects);
  }
  const words = [...signals, ...(access?.signals ?? []), ...(choosesGroups(request) ? ["chooses-groups"] : [])];
  set("signals", [...new Set(words)].toSorted());
  facts["scopeDeclared"] = scopes !== null;
  set("scopes", scopes ?? []);
  facts["approvalsGiven"] = approvalsGiven;
  return { ...facts, time: printedInstant(request.time), cluster } as RequestFacts;
}

/** Takes the columns of a row that are facts and were not set from the request itself. */
function takeColumns(row: RegisterRow, set: (name: FactName, value: FactValue | null) => void): void {
  const columns = row as unknown as Readonly<Record<string, FactValue | null>>;
  for (const name of ownFacts) {
    const value = columns[name];
    if (value === undefined) continue;
    // A list in rows, and one text as a fact.
    if (name === "command") set(name, (value as readonly string[]).join(" "));
    else set(name, value);
  }
}

/** Facts that only rows have: the columns of the registers beyond those that all of them have. */
const ownFacts: readonly FactName[] = [...new Set(registerNames.flatMap((name) => registerColumns(name)))].filter(
  (column): column is FactName =>
    Object.hasOwn(factFields, column) && !(commonColumns as readonly string[]).includes(column),
);

function groupsOf({ stages }: FoldedRequest): readonly string[] {
  return stages.findLast((stage) => stage.impersonatedGroups.length > 0)?.impersonatedGroups ?? [];
}

/** Groups beyond those that the API server adds by itself were chosen by the client. */
function choosesGroups(request: FoldedRequest): boolean {
  return groupsOf(request).some(
    (group) => group !== "system:authenticated" && !group.startsWith("system:serviceaccounts"),
  );
}
