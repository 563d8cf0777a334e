import { isEventLike } from "@kaudit/schema";
import type { EnvelopeContent, EnvelopeFacts, EnvelopeReader } from "./envelope.js";
import { textAt, withoutKeys } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { shipperIdentity } from "./shipper-identity.js";

/**
 * Fields that kube-apiserver never writes and that show which shipper wrote its own beside the event's. One of them is
 * there in every merged event that is known.
 */
const marks: ReadonlySet<string> = new Set([
  "@log_name",
  "@timestamp",
  "@version",
  "date",
  "hostname",
  "k8s_audit_level",
  "kubernetes",
  "log_type",
  "openshift_audit_level",
  "source_type",
  "tag",
  "viaq_msg_id",
]);

/** Tells whether an event has fields beside its own that a shipper put there, so that `mergedReaders` are to be asked. */
export function isMergedEvent(record: JsonObject): boolean {
  for (const key in record) if (marks.has(key)) return true;
  return false;
}

/** What most shippers add beside the marks: the time of reading, the machine, the file, what the container runtime said. */
const commonFields = [
  "container_id",
  "container_name",
  "docker",
  "file",
  "filename",
  "host",
  "log",
  "log_processed",
  "logtag",
  "_p",
  "message",
  "path",
  "stream",
  "tags",
  "time",
];

/** Describes how one shipper merges an event with its own fields. */
interface MergedForm {
  readonly envelope: string;
  /** Tells a record of this shipper from others'. */
  readonly isOf: (value: JsonObject) => boolean;
  /** Fields that this shipper adds beside the common ones. */
  readonly fields: readonly string[];
}

function mergedReader({ envelope, isOf, fields }: MergedForm): EnvelopeReader {
  const shipperFields = new Set([...marks, ...commonFields, ...fields]);
  return (value) => {
    if (!isEventLike(value) || !isOf(value)) return undefined;
    return { envelope, facts: shipperIdentity(value), contents: [eventContent(value, shipperFields)] };
  };
}

/** The line as kube-apiserver wrote it, where the shipper kept it whole, or else the event without the shipper's fields. */
function eventContent(value: JsonObject, shipperFields: ReadonlySet<string>): EnvelopeContent {
  const line = textAt(value, "event", "original") ?? textAt(value, "log") ?? textAt(value, "message");
  const trimmed = line?.trim();
  // A line of which only a piece is left, or another line, does not stand for the event.
  const isWhole = trimmed?.startsWith("{") === true && trimmed.endsWith("}");
  if (isWhole && trimmed.includes(JSON.stringify(value["auditID"]))) return { kind: "text", text: trimmed };
  return { kind: "value", value: eventOwnFields(value, shipperFields) };
}

/** An event of v1alpha1 or v1beta1 has a `timestamp` of its own. */
const oldVersion = /^audit\.k8s\.io\/v1(?:alpha1|beta1)$/;

function eventOwnFields(value: JsonObject, shipperFields: ReadonlySet<string>): Record<string, unknown> {
  const own = withoutKeys(value, shipperFields);
  const version = textAt(value, "apiVersion");
  if (version === undefined || !oldVersion.test(version)) delete own["timestamp"];
  return own;
}

/** An event at the top level of Logstash's document. */
export const mergedLogstash = mergedReader({
  envelope: "logstash-merged",
  isOf: (value) => Object.hasOwn(value, "@version"),
  fields: ["agent", "ecs", "event", "input", "offset", "source", "type"],
});

/** An event at the top level of Filebeat's document (`keys_under_root`, `target: ""`). */
export const mergedFilebeat = mergedReader({
  envelope: "filebeat-merged",
  isOf: (value) =>
    Object.hasOwn(value, "@timestamp") && ["agent", "beat", "ecs"].some((field) => Object.hasOwn(value, field)),
  fields: [
    "@metadata",
    "agent",
    "beat",
    "cloud",
    "container",
    "data_stream",
    "ecs",
    "error",
    "event",
    "fields",
    "input",
    "json",
    "offset",
    "orchestrator",
    "prospector",
    "source",
  ],
});

/** An event that Vector parsed into its own. */
export const mergedVector = mergedReader({
  envelope: "vector-merged",
  isOf: (value) => Object.hasOwn(value, "source_type"),
  fields: ["offset"],
});

/** An event that Fluent Bit's parser or `Merge_Log` merged with its record. */
export const mergedFluentBit = mergedReader({
  envelope: "fluent-bit-merged",
  isOf: (value) => Object.hasOwn(value, "date"),
  fields: ["cluster", "cluster_name", "filepath"],
});

/** An event to which a shipper that does not name itself added its fields: Fluentd, and products built on it. */
export const mergedFluentd = mergedReader({
  envelope: "fluentd-merged",
  isOf: isMergedEvent,
  fields: ["cluster", "cluster_name", "worker_id", "_gdch_cluster", "_gdch_project", "_gdch_service_name"],
});

/** Facts and contents of a merged event that has another platform's fields, too. */
export function openMergedEvent(
  value: JsonObject,
  fields: readonly string[],
): { readonly facts: EnvelopeFacts; readonly own: Record<string, unknown> } {
  return { facts: shipperIdentity(value), own: eventOwnFields(value, new Set([...marks, ...commonFields, ...fields])) };
}
