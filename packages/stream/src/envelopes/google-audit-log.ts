import { isEventLike } from "@kaudit/schema";
import type { EnvelopeContent, EnvelopeFacts, EnvelopeReader, OpenedEnvelope } from "./envelope.js";
import { isJsonObject, objectAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { gkeEvent } from "./gke-event.js";
import { namedRequest } from "./gke-object-reference.js";
import { canBeAuditEvent, recordText } from "./record-text.js";

/** Opens an entry of Google Cloud's log service: of GKE, an event is put together from it; of other services it is foreign. */
export const googleLogEntry: EnvelopeReader = (value) => {
  const { protoPayload } = value;
  if (isJsonObject(protoPayload) && isAuditLog(protoPayload))
    return openAuditLog("google-audit-log", value, protoPayload);
  if (typeof value["logName"] !== "string" || typeof value["insertId"] !== "string") return undefined;
  return { envelope: "google-log-entry", facts: clusterFacts(value), contents: [otherPayload(value)] };
};

/** Gives the event of an audit log entry, or what else it is. */
export function openAuditLog(envelope: string, entry: JsonObject, payload: JsonObject): OpenedEnvelope {
  const method = textAt(payload, "methodName");
  if (payload["serviceName"] !== "k8s.io" || method === undefined || method.startsWith("google.")) {
    return { envelope, facts: {}, contents: [{ kind: "foreign", name: "gcp-audit-log" }] };
  }
  const facts: EnvelopeFacts = { origin: "gke", ...clusterFacts(entry), blindSpots: ["reads-off-by-default"] };
  const request = namedRequest(method, textAt(payload, "resourceName") ?? "");
  if (request === undefined) {
    const detail = "resourceName: expected group/version/resource";
    return { envelope, facts, contents: [{ kind: "rejected", reason: "invalid-event", detail }] };
  }
  const { event, reconstructed, blindSpots } = gkeEvent(entry, payload, request);
  return { envelope, facts, contents: [{ kind: "event", value: event, reconstructed, facts: { blindSpots } }] };
}

function isAuditLog(payload: JsonObject): boolean {
  if (typeof payload["serviceName"] === "string") return true;
  return payload["@type"] === "type.googleapis.com/google.cloud.audit.AuditLog";
}

/** The name alone: it is what people call the cluster, though it is unique only within a project and a location. */
function clusterFacts(entry: JsonObject): EnvelopeFacts {
  const cluster = textAt(objectAt(objectAt(entry, "resource"), "labels"), "cluster_name");
  return cluster === undefined ? {} : { cluster };
}

/** A cluster of one's own on Google's machines may send kube-apiserver's own events there. */
function otherPayload(entry: JsonObject): EnvelopeContent {
  if (isEventLike(entry["jsonPayload"])) return { kind: "value", value: entry["jsonPayload"] };
  const { message, log, MESSAGE } = objectAt(entry, "jsonPayload");
  for (const text of [entry["textPayload"], message, log, MESSAGE]) {
    if (typeof text === "string" && canBeAuditEvent(text)) return recordText(text);
  }
  return { kind: "foreign", name: "google-log-entry" };
}
