import type { EnvelopeReader } from "./envelope.js";
import { textAt } from "./json-fields.js";
import { recordText } from "./record-text.js";

/** Opens a message of OVHcloud's Logs Data Platform. */
export const ovhLogData: EnvelopeReader = (value) => {
  const message = textAt(value, "message");
  if (message === undefined || !Object.keys(value).some((name) => name.startsWith("_kubernetes"))) return undefined;
  return { envelope: "ovh-logs", facts: {}, contents: [recordText(message)] };
};
