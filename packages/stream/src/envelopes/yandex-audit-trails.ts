import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, objectAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/**
 * Opens a record of Yandex Audit Trails. The data events of Managed Kubernetes carry kube-apiserver's own event; those of
 * other services are foreign. Field names are in snake case in files and in camel case in the API.
 */
export const yandexAuditTrails: EnvelopeReader = (value) => {
  const type = textAt(value, "event_type") ?? textAt(value, "eventType");
  if (type === undefined || !type.startsWith("yandex.cloud.audit.")) return undefined;
  const details = objectAt(value, "details");
  const cluster = textAt(details, "cluster_id") ?? textAt(details, "clusterId");
  const native = details["native_api_server_event"] ?? details["nativeApiServerEvent"];
  const facts = cluster === undefined ? {} : { cluster };
  return { envelope: "yandex-audit-trails", facts, contents: [content(type, native)] };
};

function content(type: string, native: unknown): EnvelopeContent {
  if (isJsonObject(native)) return { kind: "value", value: withNumericCode(native) };
  if (!type.startsWith("yandex.cloud.audit.k8s.apiserver.")) return { kind: "foreign", name: "yandex-audit-trails" };
  return { kind: "rejected", reason: "not-an-event", detail: "a record of a request without the API server's event" };
}

/** Protobuf writes 64-bit numbers as JSON text, and the code is one. */
function withNumericCode(event: JsonObject): JsonObject {
  const { responseStatus } = event;
  if (!isJsonObject(responseStatus)) return event;
  const { code } = responseStatus;
  if (typeof code !== "string" || !/^\d{1,3}$/.test(code)) return event;
  return { ...event, responseStatus: { ...responseStatus, code: Number(code) } };
}
