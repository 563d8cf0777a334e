import { logMessageContent, logStreamFacts } from "./eks-log-stream.js";
import { loggedBy } from "./logged-by.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/** Opens the answers of `aws logs filter-log-events` and `aws logs get-log-events`. */
export const cloudWatchEvents: EnvelopeReader = (value) => {
  const events = listAt(value, "events");
  if (events === undefined || !events.some(isLogEvent)) return undefined;
  return { envelope: "cloudwatch-events", facts: { blindSpots: ["large-events-cut"] }, contents: events.map(content) };
};

/** Opens one event of those answers on its own, as `--query 'events[]'` gives it. */
export const cloudWatchEvent: EnvelopeReader = (value) => {
  if (!isLogEvent(value)) return undefined;
  return { envelope: "cloudwatch-event", facts: {}, contents: [content(value)] };
};

/** Filebeat and others have a `message` and a `timestamp`, too, but no time of ingestion in milliseconds. */
function isLogEvent(value: unknown): value is JsonObject {
  if (!isJsonObject(value) || typeof value["message"] !== "string") return false;
  return typeof value["ingestionTime"] === "number" || textAt(value, "logStreamName") !== undefined;
}

function content(event: unknown): EnvelopeContent {
  if (!isLogEvent(event)) return { kind: "value", value: event };
  const stream = textAt(event, "logStreamName");
  return {
    ...loggedBy(event),
    ...logMessageContent(event["message"], stream),
    facts: logStreamFacts(undefined, stream),
  };
}
