import type { EventRow } from "@kaudit/evidence";
import {
  nameColumn,
  numberColumn,
  type RegisterTableColumn,
  resourceName,
  secondsOf,
  wholeColumn,
} from "./register-table.js";

const mainColumns: readonly RegisterTableColumn<EventRow>[] = [
  wholeColumn("Time, UTC", (row) => secondsOf(row.time)),
  wholeColumn("Stage", (row) => row.stage, 4),
  nameColumn("Actor", (row) => row.actor),
  nameColumn("Acting as", (row) => row.impersonated),
  nameColumn("Verb", (row) => row.verb),
  nameColumn("Resource", resourceName),
  nameColumn("Namespace", (row) => row.namespace),
  nameColumn("Name", (row) => row.name),
  numberColumn("Code", (row) => String(row.code ?? "")),
];

/** What `--wide` adds. */
const wideColumns: readonly RegisterTableColumn<EventRow>[] = [
  wholeColumn("Level", (row) => row.level),
  nameColumn("Request URI", (row) => row.requestURI),
  wholeColumn("Source IP", (row) => row.sourceIP),
  nameColumn("User agent", (row) => row.userAgent),
  wholeColumn("API server", (row) => row.apiserver),
  wholeColumn("Audit ID", (row) => row.auditID),
  wholeColumn("Source", (row) => row.source),
];

/** Gives the columns of the table of events: one row a stage of a request. */
export function eventTableColumns(wide: boolean): readonly RegisterTableColumn<EventRow>[] {
  if (!wide) return mainColumns;
  return [wholeColumn("Time, UTC", (row) => row.time), ...mainColumns.slice(1), ...wideColumns];
}
