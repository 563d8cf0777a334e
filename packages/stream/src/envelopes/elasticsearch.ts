import type { EnvelopeReader } from "./envelope.js";
import { carriedContents } from "./carried-content.js";
import { fieldAt, isJsonObject } from "./json-fields.js";

/** The answer to a search of Elasticsearch or OpenSearch, or to several (`_msearch`). */
export const elasticsearchSearch: EnvelopeReader = (value) => {
  const hits = fieldAt(value, "hits", "hits");
  if (Array.isArray(hits)) {
    return { envelope: "elasticsearch-search", facts: {}, contents: carriedContents(hits, "hits.hits") };
  }
  const { responses } = value;
  if (!Array.isArray(responses) || !responses.some((response) => isJsonObject(fieldAt(response, "hits")))) {
    return undefined;
  }
  return { envelope: "elasticsearch-search", facts: {}, contents: carriedContents(responses, "responses") };
};

/** One document of an index: a hit of a search, or a line of a dump. It is what was indexed, an event or a shipper's record. */
export const elasticsearchHit: EnvelopeReader = (value) => {
  if (typeof value["_index"] !== "string" || !Object.hasOwn(value, "_source")) return undefined;
  const source = value["_source"];
  const envelope = "elasticsearch-hit";
  if (isJsonObject(source)) return { envelope, facts: {}, contents: [{ kind: "value", value: source }] };
  const detail = "_source: expected an object";
  return { envelope, facts: {}, contents: [{ kind: "rejected", reason: "not-an-event", detail }] };
};
