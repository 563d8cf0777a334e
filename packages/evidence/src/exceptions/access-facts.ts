import type { AccessContent, Subject } from "../rbac/content.js";
import type { RbacRow } from "../register-row.js";

/** What a changed binding says, as facts. */
export interface AccessFacts {
  /** The role that is bound: its name; `namespace/name` for a Role. Empty where it is no binding, or not known. */
  readonly role: string;
  /** Subjects that the change added: `User alice`, `Group sre`, `ServiceAccount payments/default`. */
  readonly subjects: readonly string[];
  readonly signals: readonly string[];
}

const mostSubjects = 64;

/** Reads role and added subjects of a changed binding from its row. */
export function accessFacts(row: RbacRow): AccessFacts {
  if (row.resource !== "rolebindings" && row.resource !== "clusterrolebindings")
    return { role: "", subjects: [], signals: [] };
  const after = contentOf(row.after);
  const before = contentOf(row.before);
  const reference = after?.roleRef ?? before?.roleRef;
  const name = reference?.name ?? "";
  const role = name === "" || reference?.kind === "ClusterRole" ? name : `${row.namespace}/${name}`;
  const had = new Set((before?.subjects ?? []).map((subject) => subjectText(subject, row.namespace)));
  const subjects = (after?.subjects ?? [])
    .slice(0, mostSubjects)
    .map((subject) => subjectText(subject, row.namespace))
    .filter((subject) => !had.has(subject));
  return { role, subjects, signals: subjects.length === 0 ? [] : ["adds-subjects"] };
}

function contentOf(text: string): AccessContent | null {
  return text === "" ? null : (JSON.parse(text) as AccessContent);
}

function subjectText({ kind = "", name = "", namespace }: Subject, bindingNamespace: string): string {
  return kind === "ServiceAccount" ? `${kind} ${namespace ?? bindingNamespace}/${name}` : `${kind} ${name}`;
}
