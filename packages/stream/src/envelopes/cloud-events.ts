import { base64Bytes } from "./base64-bytes.js";
import { carriedContent, carriedContents } from "./carried-content.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import type { JsonObject } from "./json-fields.js";

/**
 * A CloudEvent in JSON (CloudEvents 1.0, JSON event format); a batch is an array of them. `source` is any URI, so no
 * cluster and no API server is read from it.
 */
export const cloudEvent: EnvelopeReader = (value) => {
  if (typeof value["specversion"] !== "string") return undefined;
  if (!Object.hasOwn(value, "data") && !Object.hasOwn(value, "data_base64")) return undefined;
  return { envelope: "cloudevents", facts: {}, contents: eventData(value) };
};

function eventData(value: JsonObject): readonly EnvelopeContent[] {
  const { data, data_base64: encoded } = value;
  if (typeof encoded === "string") {
    const bytes = base64Bytes(encoded);
    if (bytes !== undefined) return [{ kind: "bytes", bytes }];
    return [{ kind: "rejected", reason: "not-json", detail: "data_base64: expected base64" }];
  }
  if (Array.isArray(data)) return carriedContents(data, "data");
  const content = carriedContent(data);
  if (content !== undefined) return [content];
  return [{ kind: "rejected", reason: "not-an-event", detail: "data: expected an object or text" }];
}
