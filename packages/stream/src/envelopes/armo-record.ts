import type { EnvelopeReader } from "./envelope.js";
import { isJsonObject, textAt } from "./json-fields.js";
import { recordText } from "./record-text.js";

/** Opens a record of Armo's platform. */
export const armoRecord: EnvelopeReader = (value) => {
  const event = value["k8sV1Event"];
  if (typeof event !== "string" && !isJsonObject(event)) return undefined;
  const cluster = textAt(value, "caClusterName");
  const facts = cluster === undefined ? {} : { cluster };
  return {
    envelope: "armo",
    facts,
    contents: [typeof event === "string" ? recordText(event) : { kind: "value", value: event }],
  };
};
