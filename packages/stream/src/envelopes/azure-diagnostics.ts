import { aksFacts } from "./aks-facts.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt, textAt } from "./json-fields.js";
import { parsedColumn } from "./parsed-column.js";
import { isKlogLine } from "./klog-line.js";
import { canBeAuditEvent, recordText } from "./record-text.js";

/** Opens a batch of Azure Event Hubs: `records`, of diagnostic settings or of a Log Analytics export rule. */
export const azureRecords: EnvelopeReader = (value) => {
  const records = listAt(value, "records");
  if (records === undefined || !records.some(isAzureRecord)) return undefined;
  return {
    envelope: "azure-records",
    facts: {},
    contents: records.map((record) => ({ kind: "value", value: record })),
  };
};

/** Opens one diagnostic record: an item of a batch, or a line of a blob of a storage account. */
export const azureDiagnosticRecord: EnvelopeReader = (value) => {
  const resourceId = textAt(value, "resourceId") ?? textAt(value, "ResourceId");
  const category = textAt(value, "category") ?? textAt(value, "Category");
  if (resourceId === undefined || category === undefined) return undefined;
  const parsed = parsedColumn(value["properties"] ?? value["Properties"]);
  const properties = isJsonObject(parsed) ? parsed : {};
  const facts = aksFacts({ category, resourceId, pod: textAt(properties, "pod") });
  return { envelope: "azure-diagnostics", facts, contents: [logContent(category, properties["log"])] };
};

/** Opens a row of the Log Analytics table AzureDiagnostics: the event is text in `log_s`. */
export const azureDiagnosticsRow: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "log_s")) return undefined;
  const category = textAt(value, "Category");
  const resourceId = textAt(value, "ResourceId") ?? textAt(value, "_ResourceId");
  const facts = aksFacts({ category, resourceId, pod: textAt(value, "pod_s") });
  return { envelope: "azure-diagnostics-table", facts, contents: [logContent(category, value["log_s"])] };
};

/** Opens a row of the Log Analytics table AKSControlPlane, which holds the log lines of every component but the audit log. */
export const aksControlPlaneRow: EnvelopeReader = (value) => {
  const category = textAt(value, "Category");
  const message = textAt(value, "Message");
  if (category === undefined || message === undefined || textAt(value, "PodName") === undefined) return undefined;
  if (value["Type"] !== "AKSControlPlane" && typeof value["Stream"] !== "string") return undefined;
  return { envelope: "aks-control-plane", facts: {}, contents: [logContent(category, message)] };
};

function isAzureRecord(record: unknown): boolean {
  if (!isJsonObject(record)) return false;
  if (Object.hasOwn(record, "AuditId") || Object.hasOwn(record, "log_s")) return true;
  return typeof record["resourceId"] === "string" && typeof record["category"] === "string";
}

/** Other categories hold other components' lines. What can be an audit event is one, whatever its category. */
function logContent(category: string | undefined, log: unknown): EnvelopeContent {
  const isAudit = category === undefined || /^kube-audit(?:-admin)?$/i.test(category);
  if (typeof log === "string" && (isAudit || canBeAuditEvent(log))) return recordText(log);
  if (isAudit) return { kind: "value", value: log ?? null };
  return { kind: "foreign", name: typeof log === "string" && isKlogLine(log) ? "klog" : foreignName(category) };
}

/** A category is the log's own text: only what looks like one becomes part of a name. */
function foreignName(category: string): string {
  return /^[a-z][a-z0-9-]{0,39}$/.test(category) ? `aks-${category}` : "azure-diagnostics";
}
