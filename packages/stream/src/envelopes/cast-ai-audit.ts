import { isEventLike } from "@kaudit/schema";
import type { EnvelopeReader } from "./envelope.js";
import { isJsonObject, objectAt, textAt } from "./json-fields.js";

/** Names the records of CAST AI's audit log, which tell what CAST AI did to a cluster and not what was asked of its API server. */
export const castAiAudit: EnvelopeReader = (value) => {
  if (isEventLike(value) || textAt(value, "eventType") === undefined) return undefined;
  if (Object.keys(objectAt(value, "initiatedBy")).length === 0 || !isJsonObject(value["event"])) return undefined;
  return { envelope: "castai", facts: {}, contents: [{ kind: "foreign", name: "castai-audit" }] };
};
