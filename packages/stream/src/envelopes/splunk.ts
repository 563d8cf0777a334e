import type { EnvelopeFacts, EnvelopeReader } from "./envelope.js";
import { carriedContent, carriedContents } from "./carried-content.js";
import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * A line of Splunk's export endpoint. A preview is a result that comes again in the final ones, so it is no record of
 * its own; a line without a result ends the export.
 */
export const splunkExport: EnvelopeReader = (value) => {
  if (typeof value["preview"] !== "boolean" || Array.isArray(value["results"])) return undefined;
  const { result } = value;
  const envelope = "splunk-export";
  if (isJsonObject(result)) {
    if (value["preview"]) return { envelope, facts: {}, contents: [{ kind: "foreign", name: "splunk-preview" }] };
    return { envelope, facts: {}, contents: [{ kind: "value", value: result }] };
  }
  const isEnd = result === undefined && (Object.hasOwn(value, "lastrow") || Array.isArray(value["messages"]));
  return isEnd ? { envelope, facts: {}, contents: [] } : undefined;
};

/** The results of a search of Splunk (`output_mode=json`). */
export const splunkResults: EnvelopeReader = (value) => {
  const { results } = value;
  if (!Array.isArray(results) || !results.some((row) => fieldAt(row, "_raw") !== undefined)) return undefined;
  const envelope = "splunk-results";
  if (value["preview"] === true) {
    return { envelope, facts: {}, contents: results.map(() => ({ kind: "foreign", name: "splunk-preview" })) };
  }
  return { envelope, facts: {}, contents: carriedContents(results, "results") };
};

/** One result of Splunk: `_raw` is the line that was indexed. `host` is the machine it came from. */
export const splunkRow: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "_raw")) return undefined;
  const envelope = "splunk-result";
  const raw = carriedContent(value["_raw"]);
  if (raw !== undefined) return { envelope, facts: hostIdentity(value), contents: [raw] };
  const detail = "_raw: expected text";
  return { envelope, facts: hostIdentity(value), contents: [{ kind: "rejected", reason: "not-an-event", detail }] };
};

const collectorFields = new Set(["event", "time", "host", "source", "sourcetype", "index", "fields"]);

/** What is sent to Splunk's HTTP Event Collector. `host` is the machine it came from, `fields.cluster_name` the cluster. */
export const splunkCollector: EnvelopeReader = (value) => {
  const keys = Object.keys(value);
  if (keys.length < 2 || !keys.every((key) => collectorFields.has(key))) return undefined;
  const event = carriedContent(value["event"]);
  if (event === undefined) return undefined;
  const cluster = textAt(value, "fields", "cluster_name") ?? textAt(value, "fields", "k8s.cluster.name");
  const facts = { ...hostIdentity(value), ...(cluster === undefined ? {} : { cluster }) };
  return { envelope: "splunk-hec", facts, contents: [event] };
};

function hostIdentity(value: JsonObject): EnvelopeFacts {
  const instance = textAt(value, "host");
  return instance === undefined ? {} : { instance };
}
