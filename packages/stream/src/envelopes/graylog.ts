import { carriedContent, carriedContents } from "./carried-content.js";
import type { EnvelopeReader } from "./envelope.js";
import { isJsonObject, textAt } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";

/** A GELF message: the line in `full_message`, or in `short_message` where there is no other. `host` is the sender's machine. */
export const gelf: EnvelopeReader = (value) => {
  if (!Object.hasOwn(value, "short_message")) return undefined;
  const content = carriedContent(value["full_message"]) ?? carriedContent(value["short_message"]);
  if (content === undefined) return undefined;
  const instance = textAt(value, "host");
  return { envelope: "gelf", facts: instance === undefined ? {} : { instance }, contents: [content] };
};

/** The answer to a search of Graylog: `{"messages": [{"message": {"message": …, "source": …}, "index": …}]}`. */
export const graylogSearch: EnvelopeReader = (value) => {
  const { messages } = value;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isGraylogEntry)) return undefined;
  return { envelope: "graylog-search", facts: {}, contents: carriedContents(messages, "messages") };
};

/** One message of Graylog. `source` is the sender's machine. */
export const graylogMessage: EnvelopeReader = (value) => {
  if (!isGraylogEntry(value)) return undefined;
  const message = value["message"] as Readonly<Record<string, unknown>>;
  const content = carriedContent(message["full_message"]) ?? carriedContent(message["message"]);
  if (content === undefined) return undefined;
  const instance = textAt(message, "source");
  const facts = instance === undefined ? {} : { instance };
  return { envelope: "graylog-message", facts, contents: [{ ...loggedBy(message), ...content }] };
};

function isGraylogEntry(value: unknown): boolean {
  return isJsonObject(value) && typeof value["index"] === "string" && isJsonObject(value["message"]);
}
