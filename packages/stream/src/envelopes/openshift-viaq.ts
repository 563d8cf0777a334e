import { isEventLike } from "@kaudit/schema";
import { carriedContent } from "./carried-content.js";
import type { EnvelopeContent, EnvelopeFacts, EnvelopeReader } from "./envelope.js";
import { isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";
import { openMergedEvent } from "./merged-event.js";

/** What OpenShift's collector adds in its data model, ViaQ, beside the fields that others add, too. */
const viaqFields = ["log_source", "openshift", "pipeline_metadata", "viaq_index_name", "write_index"];

/**
 * An event that OpenShift's ClusterLogForwarder merged with its own fields. Older collectors overwrote `level` and kept
 * the event's own in `k8s_audit_level` or `openshift_audit_level`: it is restored, and listed as such.
 *
 * `hostname` is the node of the API server. A node runs several (`log_source`), which write events of one request with
 * one auditID, so all but kube-apiserver's get `/` and the source behind the name.
 */
export const mergedViaq: EnvelopeReader = (value) => {
  if (!isEventLike(value) || !isViaq(value)) return undefined;
  const { facts, own } = openMergedEvent(value, viaqFields);
  const level = textAt(value, "k8s_audit_level") ?? textAt(value, "openshift_audit_level");
  const content: EnvelopeContent =
    level === undefined || level === own["level"]
      ? { kind: "value", value: own }
      : { kind: "event", value: { ...own, level }, reconstructed: ["level"] };
  return { envelope: "openshift-viaq", facts: viaqFacts(value, facts), contents: [content] };
};

/** A record of OpenShift's collector that holds a line: of another log, or an event that was not parsed. */
export const viaqRecord: EnvelopeReader = (value) => {
  if (!isViaq(value)) return undefined;
  const envelope = "openshift-viaq";
  const source = value["log_source"];
  if (source === "auditd" || source === "ovn" || Object.hasOwn(value, "audit.linux")) {
    const name = source === "ovn" ? "ovn-audit" : "linux-audit";
    return { envelope, facts: {}, contents: [{ kind: "foreign", name }] };
  }
  const content = carriedContent(value["structured"]) ?? carriedContent(value["message"]);
  if (content === undefined) return undefined;
  const { facts } = openMergedEvent(value, viaqFields);
  return { envelope, facts: viaqFacts(value, facts), contents: [content] };
};

function isViaq(value: JsonObject): boolean {
  const isTyped = typeof value["log_type"] === "string";
  if (isTyped && (typeof value["log_source"] === "string" || isJsonObject(value["openshift"]))) return true;
  return ["k8s_audit_level", "openshift_audit_level", "viaq_msg_id"].some((field) => Object.hasOwn(value, field));
}

function viaqFacts(value: JsonObject, facts: EnvelopeFacts): EnvelopeFacts {
  const source = textAt(value, "log_source") ?? (Object.hasOwn(value, "openshift_audit_level") ? "openshiftAPI" : "");
  const { instance } = facts;
  const isOther = instance !== undefined && source !== "" && source !== "kubeAPI";
  return {
    ...facts,
    ...(isOther ? { instance: `${instance}/${source}` } : {}),
    origin: "openshift",
    blindSpots: ["filtered-by-platform"],
  };
}
