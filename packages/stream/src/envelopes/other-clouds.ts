import { isEventLike } from "@kaudit/schema";
import type { EnvelopeReader } from "./envelope.js";
import { fieldsIn, isFields, textIn } from "./fields.js";
import { recordText } from "./record-text.js";

/** Opens a message of OVHcloud's Logs Data Platform. */
export const ovhLogData: EnvelopeReader = (value) => {
  const message = textIn(value, "message");
  if (message === undefined || !Object.keys(value).some((name) => name.startsWith("_kubernetes"))) return undefined;
  return { envelope: "ovh-logs", facts: {}, contents: [recordText(message)] };
};

/** Opens a record of Alibaba Cloud's Simple Log Service, which holds the event as text in `content`. */
export const alibabaLogService: EnvelopeReader = (value) => {
  const content = textIn(value, "content");
  if (content === undefined || !["__time__", "__topic__", "__source__"].some((name) => Object.hasOwn(value, name))) {
    return undefined;
  }
  return { envelope: "alibaba-sls", facts: {}, contents: [recordText(content)] };
};

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

/** Names the records of CAST AI's audit log, which tell what CAST AI did to a cluster and not what was asked of its API server. */
export const castAiAudit: EnvelopeReader = (value) => {
  if (isEventLike(value) || textIn(value, "eventType") === undefined) return undefined;
  if (Object.keys(fieldsIn(value, "initiatedBy")).length === 0 || !isFields(value["event"])) return undefined;
  return { envelope: "castai", facts: {}, contents: [{ kind: "foreign", name: "castai-audit" }] };
};

/** Opens an event to which Google Distributed Cloud added where it came from. */
export const distributedCloudEvent: EnvelopeReader = (value) => {
  if (!isEventLike(value) || !Object.hasOwn(value, "_gdch_service_name")) return undefined;
  const own = Object.entries(value).filter(([name]) => name !== "hostname" && !name.startsWith("_gdch_"));
  return { envelope: "gdc", facts: {}, contents: [{ kind: "value", value: Object.fromEntries(own) }] };
};
