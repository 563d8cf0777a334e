import { logMessageContent, logStreamFacts } from "./eks-log-stream.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";

/** Opens the answer of `aws logs get-query-results`: rows of named fields. */
export const logsInsightsResults: EnvelopeReader = (value) => {
  const results = listAt(value, "results");
  if (results === undefined || !results.some(isResultRow)) return undefined;
  const contents = results.map((row): EnvelopeContent => {
    return isResultRow(row) ? rowContent(fieldsOfRow(row)) : { kind: "value", value: row };
  });
  return { envelope: "logs-insights", facts: {}, contents };
};

/** Opens one row of a Logs Insights query as the console exports it: an object with the fields as keys. */
export const logsInsightsRow: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "@message")) return undefined;
  return { envelope: "logs-insights", facts: {}, contents: [rowContent(value)] };
};

interface ResultField {
  readonly field: string;
  readonly value?: unknown;
}

function isResultRow(row: unknown): row is readonly ResultField[] {
  return (
    Array.isArray(row) && row.length > 0 && row.every((cell) => isJsonObject(cell) && typeof cell["field"] === "string")
  );
}

function fieldsOfRow(row: readonly ResultField[]): JsonObject {
  return Object.fromEntries(row.map(({ field, value }) => [field, value]));
}

/** A query chooses its fields: without the message there is nothing to read, whatever the row was made from. */
function rowContent(row: JsonObject): EnvelopeContent {
  const stream = typeof row["@logStream"] === "string" ? row["@logStream"] : undefined;
  const group = typeof row["@log"] === "string" ? row["@log"] : undefined;
  const facts = logStreamFacts(group, stream);
  if (Object.hasOwn(row, "@message")) {
    return { ...loggedBy(row), ...logMessageContent(row["@message"], stream), facts };
  }
  if (Object.hasOwn(row, "auditID") || facts.instance !== undefined) {
    return { kind: "rejected", reason: "not-an-event", detail: "a Logs Insights row without @message", facts };
  }
  return { kind: "foreign", name: "logs-insights-row" };
}
