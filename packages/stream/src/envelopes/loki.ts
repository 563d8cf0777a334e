import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { carriedContents } from "./carried-content.js";
import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";
import { labelIdentity } from "./shipper-identity.js";

/** The answer to a query of Loki's HTTP API, a message of its tail API, or the body of a push: all hold streams. */
export const lokiStreams: EnvelopeReader = (value) => {
  const envelope = "loki-streams";
  const result = fieldAt(value, "data", "result");
  const resultType = fieldAt(value, "data", "resultType");
  if (Array.isArray(result) && (typeof resultType === "string" || holdStreams(result))) {
    if (resultType === "streams" || holdStreams(result)) {
      return { envelope, facts: {}, contents: carriedContents(result, "data.result") };
    }
    // A metric query gives numbers, which never were events.
    return { envelope, facts: {}, contents: result.map(() => ({ kind: "foreign", name: "loki-metrics" })) };
  }
  const { streams } = value;
  if (!Array.isArray(streams) || !holdStreams(streams)) return undefined;
  const dropped = Array.isArray(value["dropped_entries"]) ? value["dropped_entries"] : [];
  const contents = [...carriedContents(streams, "streams"), ...dropped.map(() => droppedEntry)];
  return { envelope, facts: {}, contents };
};

function holdStreams(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every((item) => isJsonObject(fieldAt(item, "stream")));
}

const droppedEntry: EnvelopeContent = { kind: "rejected", reason: "truncated", detail: "an entry that Loki left out" };

/** One stream of Loki: its labels, and pairs of a time and a line, with structured metadata as a third element. */
export const lokiStream: EnvelopeReader = (value) => {
  const { stream, values } = value;
  if (!isJsonObject(stream) || !Array.isArray(values)) return undefined;
  return { envelope: "loki-stream", facts: labelIdentity(stream), contents: values.map(entryContent) };
};

function entryContent(entry: unknown): EnvelopeContent {
  if (!Array.isArray(entry) || typeof entry[1] !== "string") {
    return { kind: "rejected", reason: "not-an-event", detail: "values: expected pairs of a time and a line" };
  }
  const metadata: unknown = fieldAt(entry[2], "structuredMetadata") ?? entry[2];
  const facts = labelIdentity(metadata);
  const content = { ...loggedBy({ timestamp: entry[0], labels: metadata }), kind: "text", text: entry[1] } as const;
  return Object.keys(facts).length === 0 ? content : { ...content, facts };
}

/** A line of `logcli -o jsonl`. */
export const lokiLine: EnvelopeReader = (value) => {
  const { labels, line, timestamp } = value;
  if (!isJsonObject(labels) || typeof line !== "string" || typeof timestamp !== "string") return undefined;
  return { envelope: "loki-jsonl", facts: labelIdentity(labels), contents: [{ kind: "text", text: line }] };
};

/** A line into which Promtail packed labels: `{"_entry": …, "pod": …}`. */
export const lokiPacked: EnvelopeReader = (value) => {
  const entry = textAt(value, "_entry");
  if (entry === undefined) return undefined;
  const content = { ...loggedBy({ labels: value }), kind: "text", text: entry } as const;
  return { envelope: "loki-packed", facts: labelIdentity(value), contents: [content] };
};
