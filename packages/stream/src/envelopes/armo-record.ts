import type { EnvelopeReader } from "./envelope.js";
import { isFields, textIn } from "./fields.js";
import { recordText } from "./record-text.js";

/** Opens a record of Armo's platform. */
export const armoRecord: EnvelopeReader = (value) => {
  const event = value["k8sV1Event"];
  if (typeof event !== "string" && !isFields(event)) return undefined;
  const cluster = textIn(value, "caClusterName");
  const facts = cluster === undefined ? {} : { cluster };
  return {
    envelope: "armo",
    facts,
    contents: [typeof event === "string" ? recordText(event) : { kind: "value", value: event }],
  };
};
