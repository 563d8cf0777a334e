import { base64Content } from "./base64-content.js";
import type { EnvelopeReader } from "./envelope.js";
import { listAt, objectAt, textAt } from "./json-fields.js";

/** What a Pub/Sub message has beside its data, in the API's and in the older push format's spelling. */
const messageFields = ["attributes", "messageId", "message_id", "publishTime", "publish_time"];

/** Opens a Pub/Sub message, as it is pushed and as an item of a pull: `message.data` in base64. */
export const pubSubMessage: EnvelopeReader = (value) => {
  const message = objectAt(value, "message");
  const data = textAt(message, "data");
  if (data === undefined || !messageFields.some((name) => Object.hasOwn(message, name))) return undefined;
  return { envelope: "pubsub", facts: {}, contents: [base64Content("message.data", data)] };
};

/** Opens the answer of a Pub/Sub pull. */
export const pubSubPull: EnvelopeReader = (value) => {
  const messages = listAt(value, "receivedMessages");
  if (messages === undefined) return undefined;
  return { envelope: "pubsub-pull", facts: {}, contents: messages.map((item) => ({ kind: "value", value: item })) };
};
