import { isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * Names a well-formed record of another program, which never was an audit event; undefined for everything else. To be
 * asked once no envelope was recognised, and also for a record with `auditID` and `stage` that is no valid event:
 * Rancher's own audit log has both. Never throws, whatever the record holds.
 */
export function foreignKind(value: JsonObject): string | undefined {
  if (isRancherRecord(value)) return "rancher-api-audit";
  if (isBulkAction(value)) return "elasticsearch-bulk-action";
  if (isFalcoAlert(value)) return "falco-alert";
  return kubernetesKind(value);
}

/** Rancher names the user `name`, where Kubernetes has `username`, and writes the HTTP method. No level is in it. */
function isRancherRecord(value: JsonObject): boolean {
  if (typeof value["requestURI"] !== "string" || typeof value["auditID"] !== "string") return false;
  if (Object.hasOwn(value, "level") || Object.hasOwn(value, "apiVersion")) return false;
  const { user } = value;
  if (isJsonObject(user) && (Object.hasOwn(user, "username") || !Object.hasOwn(user, "name"))) return false;
  const method = value["method"] ?? value["verb"];
  return typeof method === "string" && /^[A-Z]{3,10}$/.test(method);
}

const bulkActions = new Set(["create", "delete", "index"]);
const bulkFields =
  /^_(?:index|id|type|routing|version|parent)$|^(?:pipeline|routing|version|version_type|dynamic_templates|require_alias|retry_on_conflict|if_seq_no|if_primary_term|op_type)$/;

/** The line before each document in the body of a bulk request to Elasticsearch or OpenSearch. */
function isBulkAction(value: JsonObject): boolean {
  const keys = Object.keys(value);
  const [action] = keys;
  if (keys.length !== 1 || action === undefined || !bulkActions.has(action)) return false;
  const fields = value[action];
  return isJsonObject(fields) && Object.keys(fields).every((field) => bulkFields.test(field));
}

function isFalcoAlert(value: JsonObject): boolean {
  const texts = ["rule", "priority", "output"].every((field) => typeof value[field] === "string");
  return texts && (isJsonObject(value["output_fields"]) || typeof value["time"] === "string");
}

function kubernetesKind(value: JsonObject): string | undefined {
  const kind = textAt(value, "kind");
  const apiVersion = textAt(value, "apiVersion");
  if (kind === undefined || apiVersion === undefined || !isApiVersion(apiVersion)) {
    return isWatchEvent(value) ? "kubernetes-watch-event" : undefined;
  }
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  if (group === "audit.k8s.io") return kind === "Policy" ? "audit-policy" : undefined;
  if (group === "admission.k8s.io") return kind === "AdmissionReview" ? "admission-review" : "kubernetes-object";
  if (kind === "Event" && (group === "" || group === "events.k8s.io")) return "kubernetes-event";
  if (reportGroups.has(group)) return "policy-report";
  return "kubernetes-object";
}

/** Reports of Kyverno and of others that use the policy working group's kinds. */
const reportGroups = new Set(["wgpolicyk8s.io", "openreports.io", "reports.kyverno.io"]);

/** `v1`, `apps/v1`, `example.com/v1beta2`. */
function isApiVersion(text: string): boolean {
  return /^(?:[a-z0-9.-]{1,253}\/)?v\d{1,6}(?:(?:alpha|beta)\d{1,6})?$/.test(text);
}

const watchTypes = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]);

function isWatchEvent(value: JsonObject): boolean {
  const type = textAt(value, "type");
  return type !== undefined && watchTypes.has(type) && textAt(value["object"], "kind") !== undefined;
}
