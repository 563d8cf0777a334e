import type { Outcome, RegisterRow } from "@kaudit/evidence";
import type { TableCell, TableColumn, Text } from "./report-document.js";
import { absent, joined, logText, muted, plain } from "./text.js";

const outcomeWords: Readonly<Record<Outcome, string>> = {
  success: "success",
  denied: "refused",
  failed: "failed",
  unknown: "not known",
};

/** Gives a table's column; the shares of a table's columns add up to 1. */
export function column(key: string, head: string, share: number, align: TableColumn["align"] = "left"): TableColumn {
  return { key, head, share, align };
}

/** Gives a column whose cells stand on one line. */
export function unbrokenColumn(key: string, head: string, share: number): TableColumn {
  return { key, head, share, align: "left", nowrap: true };
}

/** Gives a cell of one text. */
export function cell(text: Text): TableCell {
  return { text };
}

/** Gives a cell of our own words. */
export function wordCell(words: string): TableCell {
  return { text: words === "" ? [] : [plain(words)] };
}

/** Gives a cell with a literal from the log; nothing where the value is empty. */
export function logCell(value: string): TableCell {
  return { text: value === "" ? [] : logText(value) };
}

/** Gives the response code; "none" where none was recorded. */
export function codeCell(row: Pick<RegisterRow, "code">): TableCell {
  return { text: row.code === null ? [muted("none")] : [plain(String(row.code))] };
}

/** Gives how the request ended, and whether it was only a dry run. */
export function outcomeCell(row: Pick<RegisterRow, "outcome" | "dryRun">): TableCell {
  const word = outcomeWords[row.outcome];
  return { text: [plain(row.dryRun === "true" ? `${word}, dry run` : word)] };
}

/** Gives an object as `namespace/name`; without a name, what the request reached instead. */
export function objectText(namespace: string, name: string, withoutName: string): Text {
  // Each part is made visible by itself, so that a space at its end stays one at the end.
  if (namespace !== "" && name !== "") return [...logText(namespace), { kind: "log", text: "/" }, ...logText(name)];
  if (name !== "") return logText(name);
  return namespace === "" ? [plain(withoutName)] : [...logText(namespace), plain(`, ${withoutName}`)];
}

/** Gives a resource with its group and subresource as Kubernetes writes them: `roles.rbac.authorization.k8s.io`, `pods/exec`. */
export function resourceName(row: Pick<RegisterRow, "apiGroup" | "resource" | "subresource">): string {
  const group = row.apiGroup === "" || row.resource === "" ? "" : `.${row.apiGroup}`;
  return `${row.resource}${group}${row.subresource === "" ? "" : `/${row.subresource}`}`;
}

/** Gives the request's verb; one without, as of a malformed path, is said to have none. */
export function verbCell(row: Pick<RegisterRow, "verb">): TableCell {
  return row.verb === "" ? { text: [absent("none")] } : logCell(row.verb);
}

/** Gives the resource and the object a request was about: "secrets payments/db-cred", "secrets in payments", or the path. */
export function targetText(row: RegisterRow): Text {
  const resource = `${row.resource}${row.subresource === "" ? "" : `/${row.subresource}`}`;
  if (resource === "") return row.name === "" ? [absent("no resource")] : logText(row.name);
  // A namespace stands in its own namespace; its name twice would say no more.
  const namespace = row.resource === "namespaces" ? "" : row.namespace;
  if (row.name !== "") return joined([logText(resource), objectText(namespace, row.name, "")], " ");
  return row.namespace === "" ? logText(resource) : joined([logText(resource), logText(row.namespace)], " in ");
}
