import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { fieldsIn, isFields, textIn } from "./fields.js";
import type { Fields } from "./fields.js";

/**
 * Opens a record of Yandex Audit Trails. The data events of Managed Kubernetes carry kube-apiserver's own event; those of
 * other services are foreign. Field names are in snake case in files and in camel case in the API.
 */
export const yandexAuditTrails: EnvelopeReader = (value) => {
  const type = textIn(value, "event_type") ?? textIn(value, "eventType");
  if (type === undefined || !type.startsWith("yandex.cloud.audit.")) return undefined;
  const details = fieldsIn(value, "details");
  const cluster = textIn(details, "cluster_id") ?? textIn(details, "clusterId");
  const native = details["native_api_server_event"] ?? details["nativeApiServerEvent"];
  const facts = cluster === undefined ? {} : { cluster };
  return { envelope: "yandex-audit-trails", facts, contents: [content(type, native)] };
};

function content(type: string, native: unknown): EnvelopeContent {
  if (isFields(native)) return { kind: "value", value: withNumericCode(native) };
  if (!type.startsWith("yandex.cloud.audit.k8s.apiserver.")) return { kind: "foreign", name: "yandex-audit-trails" };
  return { kind: "rejected", reason: "not-an-event", detail: "a record of a request without the API server's event" };
}

/** Protobuf writes 64-bit numbers as JSON text, and the code is one. */
function withNumericCode(event: Fields): Fields {
  const { responseStatus } = event;
  if (!isFields(responseStatus)) return event;
  const { code } = responseStatus;
  if (typeof code !== "string" || !/^\d{1,3}$/.test(code)) return event;
  return { ...event, responseStatus: { ...responseStatus, code: Number(code) } };
}
