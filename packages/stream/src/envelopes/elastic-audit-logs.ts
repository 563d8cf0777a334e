import { isEventLike } from "@kaudit/schema";
import { restoredAnnotations } from "./dedotted-annotations.js";
import type { EnvelopeReader } from "./envelope.js";
import { fieldAt, isJsonObject, textAt } from "./json-fields.js";
import { shipperIdentity } from "./shipper-identity.js";

/**
 * A document of Elastic's data stream `kubernetes.audit_logs`. `event.original` is kube-apiserver's own line where it was
 * kept. Else the event is the object `kubernetes.audit`, in which the integration has turned the dots of annotation keys
 * to underscores and from which it has removed the bodies' metadata: known keys are restored, the rest is a blind spot.
 */
export const elasticAuditLogs: EnvelopeReader = (value) => {
  const audit = fieldAt(value, "kubernetes", "audit");
  if (!isJsonObject(audit)) return undefined;
  const facts = shipperIdentity(value);
  const original = textAt(value, "event", "original");
  const envelope = "elastic-audit-logs";
  if (original !== undefined) return { envelope, facts, contents: [{ kind: "text", text: original }] };
  if (!isEventLike(audit)) return undefined;
  const { annotations, restored } = restoredAnnotations(audit["annotations"]);
  const event = restored.length === 0 ? { ...audit } : { ...audit, annotations };
  const reconstructed = restored.map((key) => `annotations.${key}`);
  return {
    envelope,
    facts: { ...facts, blindSpots: ["bodies-shortened"] },
    contents: [{ kind: "event", value: event, reconstructed }],
  };
};
