import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { carriedContent } from "./carried-content.js";
import { logPiece } from "./log-piece.js";
import type { JsonObject } from "./json-fields.js";
import { shipperIdentity } from "./shipper-identity.js";

/**
 * A record that Fluent Bit wrote to a file, S3 or HTTP: `date`, and the line in `log` or `message`. The line is taken
 * rather than `log_processed`, which Fluent Bit made of it. The API server is the pod or node of `kubernetes`, or `host`.
 */
export const fluentBit: EnvelopeReader = (value) => {
  if (typeof value["date"] !== "number" && typeof value["date"] !== "string") return undefined;
  const content = shippedLine(value) ?? carriedContent(value["log_processed"]);
  if (content === undefined) return undefined;
  return { envelope: "fluent-bit", facts: shipperIdentity(value), contents: [content] };
};

const fluentdFields = ["tag", "@log_name", "fluentd_tag", "kubernetes", "docker", "container_id", "worker_id", "time"];

/**
 * A record that Fluentd wrote as JSON: the line in `log` or `message` beside its tag, time, or the metadata of a
 * container; or `{"tag", "time", "record"}`.
 */
export const fluentd: EnvelopeReader = (value) => {
  if (!fluentdFields.some((field) => Object.hasOwn(value, field))) return undefined;
  const isRouted = typeof value["tag"] === "string" && Object.hasOwn(value, "time");
  const content =
    shippedLine(value) ??
    carriedContent(value["log_processed"]) ??
    (isRouted ? carriedContent(value["record"]) : undefined);
  if (content === undefined) return undefined;
  return { envelope: "fluentd", facts: shipperIdentity(value), contents: [content] };
};

function shippedLine(value: JsonObject): EnvelopeContent | undefined {
  const content = carriedContent(value["log"]) ?? carriedContent(value["message"]);
  if (content?.kind !== "text") return content;
  const piece = logPiece(value);
  return piece === undefined ? content : { ...content, piece };
}
