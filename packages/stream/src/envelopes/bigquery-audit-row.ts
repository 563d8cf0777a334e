import type { EnvelopeReader } from "./envelope.js";
import { isJsonObject } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { parsedColumn } from "./parsed-column.js";
import { openAuditLog } from "./google-audit-log.js";

const payloadColumn = "protopayload_auditlog";

/**
 * Opens a row of the tables cloudaudit_googleapis_com_activity and …_data_access, to which a sink of Google Cloud writes
 * its audit log: nested as BigQuery exports it, or flat with dotted column names as a query gives it.
 */
export const bigQueryAuditRow: EnvelopeReader = (row) => {
  if (!isJsonObject(row[payloadColumn]) && !Object.keys(row).some((name) => name.startsWith(`${payloadColumn}.`))) {
    return undefined;
  }
  return openAuditLog("bigquery-audit-log", entryOf(row), payloadOf(row));
};

function payloadOf(row: JsonObject): JsonObject {
  const column = (...path: readonly string[]): unknown => columnAt(row, [payloadColumn, ...path]);
  return {
    serviceName: column("serviceName"),
    methodName: column("methodName"),
    resourceName: column("resourceName"),
    authenticationInfo: {
      principalEmail: column("authenticationInfo", "principalEmail"),
      principalSubject: column("authenticationInfo", "principalSubject"),
    },
    authorizationInfo: column("authorizationInfo"),
    requestMetadata: {
      callerIp: column("requestMetadata", "callerIp"),
      callerSuppliedUserAgent: column("requestMetadata", "callerSuppliedUserAgent"),
    },
    request: parsedColumn(column("requestJson")),
    response: parsedColumn(column("responseJson")),
    status: { code: column("status", "code"), message: column("status", "message") },
  };
}

function entryOf(row: JsonObject): JsonObject {
  return {
    insertId: row["insertId"],
    timestamp: writtenTime(row["timestamp"]),
    labels: labelsOf(row),
    resource: { labels: { cluster_name: columnAt(row, ["resource", "labels", "cluster_name"]) } },
    operation: {
      id: columnAt(row, ["operation", "id"]),
      first: columnAt(row, ["operation", "first"]),
      last: columnAt(row, ["operation", "last"]),
    },
  };
}

/** Labels that no entry of the table's schema lacks are null in the rows that do not have them. */
function labelsOf(row: JsonObject): unknown {
  const { labels } = row;
  if (labels !== undefined && labels !== null && !isJsonObject(labels)) return labels;
  const flat = Object.entries(row).filter(([name]) => name.startsWith("labels."));
  const named = flat.map(([name, text]) => [name.slice("labels.".length), text] as const);
  return Object.fromEntries([...Object.entries(labels ?? {}), ...named].filter(([, text]) => text !== null));
}

/** `2026-03-04 05:06:07.000001 UTC`, as BigQuery exports a time; all else stays as it is. */
function writtenTime(time: unknown): unknown {
  if (typeof time !== "string") return time;
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: ?UTC)?$/.exec(time);
  return parts === null ? time : `${parts[1]}T${parts[2]}Z`;
}

/** The value of a path of columns, any of which may be joined by dots to the next. */
function columnAt(row: JsonObject, path: readonly string[]): unknown {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join(".");
    if (!Object.hasOwn(row, name)) continue;
    const value = row[name];
    if (length === path.length) return value;
    if (isJsonObject(value)) return columnAt(value, path.slice(length));
  }
  return undefined;
}
