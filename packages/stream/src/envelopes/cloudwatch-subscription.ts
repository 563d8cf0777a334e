import { logMessageContent, logStreamFacts } from "./eks-log-stream.js";
import type { EnvelopeReader } from "./envelope.js";
import { isJsonObject, listAt, textAt } from "./json-fields.js";
import { loggedBy } from "./logged-by.js";

/**
 * Opens what a CloudWatch subscription filter delivers: a DATA_MESSAGE with its `logEvents`. A CONTROL_MESSAGE, by which
 * CloudWatch probes that the destination can be reached, holds no record.
 */
export const cloudWatchSubscription: EnvelopeReader = (value) => {
  const { messageType } = value;
  const logEvents = listAt(value, "logEvents");
  if ((messageType !== "DATA_MESSAGE" && messageType !== "CONTROL_MESSAGE") || logEvents === undefined)
    return undefined;
  const stream = textAt(value, "logStream");
  const contents = messageType === "CONTROL_MESSAGE" ? [] : logEvents.map((event) => content(event, stream));
  return { envelope: "cloudwatch-subscription", facts: logStreamFacts(textAt(value, "logGroup"), stream), contents };
};

function content(event: unknown, stream: string | undefined): ReturnType<typeof logMessageContent> {
  if (!isJsonObject(event) || !Object.hasOwn(event, "message")) return { kind: "value", value: event };
  return { ...loggedBy(event), ...logMessageContent(event["message"], stream) };
}
