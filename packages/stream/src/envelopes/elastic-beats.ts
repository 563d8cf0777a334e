import type { EnvelopeReader } from "./envelope.js";
import { carriedContent } from "./carried-content.js";
import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { shipperIdentity } from "./shipper-identity.js";

/** Objects that Filebeat and Elastic Agent put beside the line. */
const beatsFields = ["agent", "beat", "ecs", "input", "log", "data_stream", "event"];
/** Where they put a line that was parsed. */
const parsedFields = ["decoded_json", "json", "kubernetes_audit"];

/**
 * A document of Filebeat or Elastic Agent. The line as it was read (`event.original`, `message`) is taken rather than
 * the object that was made of it. `host.name` is the machine whose file was read.
 */
export const filebeat: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "@timestamp")) return undefined;
  if (!beatsFields.some((field) => isJsonObject(value[field]))) return undefined;
  const content = originalLine(value) ?? parsedFields.map((field) => carriedContent(value[field])).find(Boolean);
  if (content === undefined) return undefined;
  return { envelope: "filebeat", facts: shipperIdentity(value), contents: [content] };
};

/**
 * A document of Logstash, known by `@version`. `event.original` is taken where it was kept. `host` is the machine whose
 * file was read.
 */
export const logstash: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "@timestamp") || !Object.hasOwn(value, "@version")) return undefined;
  const content = originalLine(value) ?? parsedFields.map((field) => carriedContent(value[field])).find(Boolean);
  if (content === undefined) return undefined;
  return { envelope: "logstash", facts: shipperIdentity(value), contents: [content] };
};

function originalLine(value: JsonObject) {
  const original = carriedContent(textAt(value, "event", "original"));
  if (original !== undefined) return original;
  const message = carriedContent(fieldAt(value, "message"));
  const isParsedAway = parsedFields.some((field) => isJsonObject(value[field]));
  // Some pipelines leave a note in `message` once the line was parsed.
  if (isParsedAway && message?.kind === "text" && !message.text.trimStart().startsWith("{")) return undefined;
  return message;
}
