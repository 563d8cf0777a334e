import { eventOfAdmission } from "./admission-event.js";
import { carriedContent } from "./carried-content.js";
import type { EnvelopeContent, EnvelopeReader } from "./envelope.js";
import { isJsonObject, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

const facts = { origin: "kube-audit-rest", blindSpots: ["changes-only", "outcome-unknown"] } as const;

/**
 * An AdmissionReview as kube-audit-rest writes it down, known by its `requestReceivedTimestamp`. It becomes an event of
 * stage RequestReceived: the request was seen, its outcome was not.
 *
 * A dry run is foreign. kube-apiserver says in the request's URI that it is one, and the review has no URI; an event
 * without that mark would claim a change that nobody made.
 */
export const kubeAuditRest: EnvelopeReader = (value) => {
  const received = textAt(value, "requestReceivedTimestamp");
  if (value["kind"] !== "AdmissionReview" || received === undefined) return undefined;
  return { envelope: "kube-audit-rest", facts, contents: [reviewContent(value["request"], received)] };
};

/** A line of kube-audit-rest's standard output, which is its logger's: the review is the text of `msg`. */
export const kubeAuditRestOutput: EnvelopeReader = (value) => {
  if (textAt(value, "caller")?.startsWith("zapio/") !== true) return undefined;
  const content = carriedContent(value["msg"]);
  return content === undefined ? undefined : { envelope: "zap", facts: {}, contents: [content] };
};

function reviewContent(request: unknown, received: string): EnvelopeContent {
  const missing = missingField(request);
  if (missing !== undefined) return { kind: "rejected", reason: "invalid-event", detail: missing };
  const review = request as JsonObject;
  if (review["dryRun"] === true) return { kind: "foreign", name: "admission-dry-run" };
  return { kind: "event", ...eventOfAdmission(review, received) };
}

function missingField(request: unknown): string | undefined {
  if (!isJsonObject(request)) return "request: expected an object";
  for (const field of ["uid", "operation"]) {
    if (textAt(request, field) === undefined) return `request.${field}: expected text`;
  }
  if (!isJsonObject(request["userInfo"])) return "request.userInfo: expected an object";
  for (const field of ["version", "resource"]) {
    if (textAt(request, "resource", field) === undefined) return `request.resource.${field}: expected text`;
  }
  return undefined;
}
