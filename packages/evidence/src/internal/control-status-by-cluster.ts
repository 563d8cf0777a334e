import type { ControlDefinition } from "@kaudit/controls";
import type { Control } from "../bundle.js";
import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import { openExceptionsFor } from "../exceptions/open-exceptions-for.js";
import { controlStatus, registersOf } from "./control-status.js";
import type { StatusBasis } from "./control-status.js";
import { counted, joined } from "./findings.js";

/** What the status of a control is judged by in one of several clusters. */
export interface ClusterBasis {
  readonly name: string;
  /** Rows, gates, exceptions and verified days of this cluster alone. */
  readonly basis: StatusBasis;
}

type Status = Control["status"];
type ClusterStatus = NonNullable<Control["clusters"]>[number];

const worstFirst: readonly Status[] = ["insufficient-evidence", "exceptions", "evidence-present", "outside-source"];

/** Reasons that are said of a control; the others are counted, and each cluster's own stands in the bundle. */
const mostReasons = 3;

/**
 * Gives a control's status over several clusters: that of the cluster in which it stands worst, which its reason names. Rows of one
 * cluster never stand in for another's, of which none were recorded. `shared` are exceptions of no single cluster.
 */
export function statusOverClusters(
  definition: ControlDefinition,
  frameworkId: string,
  whole: StatusBasis,
  clusters: readonly ClusterBasis[],
  shared: readonly ExceptionInBundle[],
): Pick<Control, "status" | "statusReason" | "populations" | "clusters"> {
  const judged = clusters.map(({ name, basis }): ClusterStatus => {
    const { status, statusReason } = controlStatus(definition, frameworkId, basis);
    return { cluster: name, status, statusReason };
  });
  const worst = worstFirst.find((status) => judged.some((one) => one.status === status)) ?? "outside-source";
  if (worst === "outside-source") return controlStatus(definition, frameworkId, whole);
  const open = openExceptionsFor(frameworkId, definition.id, shared).length;
  const status = open > 0 && worst === "evidence-present" ? "exceptions" : worst;
  const sentences = [
    ...reasonsOf(judged.filter((one) => one.status === worst)),
    ...othersOf(judged.filter((one) => one.status !== worst)),
    ...(open === 0 ? [] : [`${counted(open, "exception")} of no single cluster ${open === 1 ? "is" : "are"} open.`]),
  ];
  const populations = registersOf(definition).map((register) => ({
    register,
    rows: whole.registers.find(({ name }) => name === register)?.rows ?? 0,
  }));
  return { status, statusReason: sentences.join(" "), populations, clusters: judged };
}

/** Says each reason once, after the clusters that it is of. */
function reasonsOf(judged: readonly ClusterStatus[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { cluster, statusReason } of judged)
    byReason.set(statusReason, [...(byReason.get(statusReason) ?? []), cluster]);
  const reasons = [...byReason];
  const rest = reasons.slice(mostReasons).flatMap(([, names]) => names);
  return [
    ...reasons.slice(0, mostReasons).map(([reason, names]) => `${clustersInWords(names)}: ${reason}`),
    ...(rest.length === 0 ? [] : [`The same status in ${counted(rest.length, "more cluster")}.`]),
  ];
}

const statusWords: Readonly<Record<Status, string>> = {
  "insufficient-evidence": "insufficient evidence",
  exceptions: "exceptions to resolve",
  "evidence-present": "evidence present",
  "outside-source": "outside this source",
};

function othersOf(judged: readonly ClusterStatus[]): string[] {
  return worstFirst.flatMap((status) => {
    const names = judged.filter((one) => one.status === status).map(({ cluster }) => cluster);
    return names.length === 0 ? [] : [`${clustersInWords(names)}: ${statusWords[status]}.`];
  });
}

const mostNames = 4;

function clustersInWords(names: readonly string[]): string {
  if (names.length <= mostNames) return joined(names);
  return joined([...names.slice(0, mostNames - 1), `${names.length - mostNames + 1} more clusters`]);
}
