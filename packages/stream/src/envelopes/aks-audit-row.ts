import { aksFacts } from "./aks-facts.js";
import type { EnvelopeReader } from "./envelope.js";
import { textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { parsedColumn } from "./parsed-column.js";

/** The columns of AKSAudit and what Kubernetes calls them; objects and lists may stand there as JSON text. */
const eventFields = [
  ["Level", "level"],
  ["AuditId", "auditID"],
  ["Stage", "stage"],
  ["RequestUri", "requestURI"],
  ["Verb", "verb"],
  ["User", "user"],
  ["ImpersonatedUser", "impersonatedUser"],
  ["SourceIps", "sourceIPs"],
  ["UserAgent", "userAgent"],
  ["ObjectRef", "objectRef"],
  ["ResponseStatus", "responseStatus"],
  ["RequestObject", "requestObject"],
  ["ResponseObject", "responseObject"],
  ["Annotations", "annotations"],
] as const;

const textFields: ReadonlySet<string> = new Set(["level", "auditID", "stage", "requestURI", "verb", "userAgent"]);

/**
 * Opens a row of the Log Analytics tables AKSAudit and AKSAuditAdmin (and their Arc twins). Every field was recorded and
 * is only renamed; nothing is derived. A body over the limit is the text `skipped-too-big-size-object`, and stays that.
 * The tables have no column for an impersonated user: such a request shows only the user who impersonates.
 */
export const aksAuditRow: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "AuditId")) return undefined;
  if (!Object.hasOwn(value, "Stage") && !Object.hasOwn(value, "Verb")) return undefined;
  const category = textAt(value, "Type");
  const facts = aksFacts({ category, resourceId: textAt(value, "_ResourceId"), pod: textAt(value, "PodName") });
  return {
    envelope: "aks-audit-table",
    facts,
    contents: [{ kind: "event", value: eventOf(value), reconstructed: [] }],
  };
};

function eventOf(row: JsonObject): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [column, field] of eventFields) {
    const value = row[column];
    // Log Analytics gives a column without a value as null or as empty text. `verb` can be empty: OPTIONS has none.
    if (value === undefined || value === null || (value === "" && !textFields.has(field))) continue;
    event[field] = textFields.has(field) ? value : parsedColumn(value);
  }
  // A request that failed authentication has an empty user, which the table shows as nothing.
  if (Object.hasOwn(row, "User")) event["user"] ??= {};
  event["requestReceivedTimestamp"] = timeIn(row, "RequestReceivedTime");
  event["stageTimestamp"] = timeIn(row, "StageReceivedTime");
  return event;
}

/** null, which is Kubernetes' own word for no time, where the row was exported without the column. */
function timeIn(row: JsonObject, column: string): unknown {
  const time = row[column];
  return time === undefined || time === "" ? null : time;
}
