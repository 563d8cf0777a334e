import { isEventLike } from "@kaudit/schema";
import type { EnvelopeContent, EnvelopeFacts, EnvelopeReader, OpenedEnvelope } from "./envelope.js";
import { fieldsIn, isFields, textIn } from "./fields.js";
import type { Fields } from "./fields.js";
import { gkeEvent } from "./gke-event.js";
import { namedRequest } from "./gke-object-reference.js";
import { canBeAuditEvent, recordText } from "./record-text.js";

/** Opens an entry of Google Cloud's log service: of GKE, an event is put together from it; of other services it is foreign. */
export const googleLogEntry: EnvelopeReader = (value) => {
  const { protoPayload } = value;
  if (isFields(protoPayload) && isAuditLog(protoPayload)) return openAuditLog("google-audit-log", value, protoPayload);
  if (typeof value["logName"] !== "string" || typeof value["insertId"] !== "string") return undefined;
  return { envelope: "google-log-entry", facts: clusterFacts(value), contents: [otherPayload(value)] };
};

/** Gives the event of an audit log entry, or what else it is. */
export function openAuditLog(envelope: string, entry: Fields, payload: Fields): OpenedEnvelope {
  const method = textIn(payload, "methodName");
  if (payload["serviceName"] !== "k8s.io" || method === undefined || method.startsWith("google.")) {
    return { envelope, facts: {}, contents: [{ kind: "foreign", name: "gcp-audit-log" }] };
  }
  const facts: EnvelopeFacts = { origin: "gke", ...clusterFacts(entry), blindSpots: ["reads-off-by-default"] };
  const request = namedRequest(method, textIn(payload, "resourceName") ?? "");
  if (request === undefined) {
    const detail = "resourceName: expected group/version/resource";
    return { envelope, facts, contents: [{ kind: "rejected", reason: "invalid-event", detail }] };
  }
  const { event, reconstructed, blindSpots } = gkeEvent(entry, payload, request);
  return { envelope, facts, contents: [{ kind: "event", value: event, reconstructed, facts: { blindSpots } }] };
}

function isAuditLog(payload: Fields): boolean {
  if (typeof payload["serviceName"] === "string") return true;
  return payload["@type"] === "type.googleapis.com/google.cloud.audit.AuditLog";
}

/** The name alone: it is what people call the cluster, though it is unique only within a project and a location. */
function clusterFacts(entry: Fields): EnvelopeFacts {
  const cluster = textIn(fieldsIn(fieldsIn(entry, "resource"), "labels"), "cluster_name");
  return cluster === undefined ? {} : { cluster };
}

/** A cluster of one's own on Google's machines may send kube-apiserver's own events there. */
function otherPayload(entry: Fields): EnvelopeContent {
  if (isEventLike(entry["jsonPayload"])) return { kind: "value", value: entry["jsonPayload"] };
  const { message, log, MESSAGE } = fieldsIn(entry, "jsonPayload");
  for (const text of [entry["textPayload"], message, log, MESSAGE]) {
    if (typeof text === "string" && canBeAuditEvent(text)) return recordText(text);
  }
  return { kind: "foreign", name: "google-log-entry" };
}
