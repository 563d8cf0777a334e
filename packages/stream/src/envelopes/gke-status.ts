import type { BlindSpot } from "@kaudit/schema";
import { isJsonObject, objectAt, textAt } from "./json-fields.js";
import type { JsonObject } from "./json-fields.js";

/** How a request ended, and which fields of `responseStatus` were derived. */
export interface EntryStatus {
  /** Missing: the entry does not tell. */
  readonly responseStatus?: Readonly<Record<string, unknown>>;
  readonly derived: readonly string[];
  readonly blindSpots: readonly BlindSpot[];
}

/**
 * The HTTP codes of gRPC codes that Kubernetes answers with. FAILED_PRECONDITION (9) can be 400 or 412 and is missing,
 * as are the codes that no answer of Kubernetes is known for: then only that it failed is told.
 */
const httpCodes: ReadonlyMap<number, number> = new Map([
  [3, 400],
  [5, 404],
  [6, 409],
  [7, 403],
  [8, 429],
  [10, 409],
  [12, 501],
  [13, 500],
  [14, 503],
  [16, 401],
]);

/**
 * Gives the `responseStatus` of a Cloud Audit Logs payload. Its `status` holds a gRPC code, 0 or nothing for success. The
 * HTTP code of a success (200, 201, 101) is not told and therefore missing; the code of a failure is mapped. Where the
 * response is Kubernetes' own Status, as of most failures, what it says was recorded and goes before. The gRPC code itself
 * is no field of an event and is not kept. Of a status that cannot be read nothing is said.
 */
export function entryStatus(payload: JsonObject): EntryStatus {
  const grpcCode = grpcCodeOf(payload["status"]);
  const answer = answerOf(payload["response"], grpcCode);
  if (grpcCode === undefined && answer === undefined) return { derived: [], blindSpots: ["outcome-unknown"] };
  const failed = answer?.failed ?? grpcCode !== 0;
  const message = textAt(objectAt(payload, "status"), "message");
  const status: Record<string, unknown> = {
    metadata: {},
    status: failed ? "Failure" : "Success",
    ...(message !== undefined && { message }),
    ...answer?.fields,
  };
  const derived = answer?.fields["status"] === undefined ? ["responseStatus.status"] : [];
  if (status["code"] === undefined) {
    const code = failed ? httpCodes.get(grpcCode ?? 0) : undefined;
    if (code === undefined) {
      return { responseStatus: status, derived, blindSpots: failed ? [] : ["success-code-unknown"] };
    }
    status["code"] = code;
    derived.push("responseStatus.code");
  }
  return { responseStatus: status, derived, blindSpots: [] };
}

/** BigQuery writes integers as text, and fields that are not set as null. */
function grpcCodeOf(status: unknown): number | undefined {
  if (status === undefined || status === null) return 0;
  if (!isJsonObject(status)) return undefined;
  const { code } = status;
  if (code === undefined || code === null) return 0;
  if (typeof code === "string" && /^\d{1,3}$/.test(code)) return Number(code);
  return Number.isInteger(code) ? (code as number) : undefined;
}

interface Answer {
  readonly failed: boolean;
  readonly fields: JsonObject;
}

/** What the response says of itself, where it is a Status; one of success is not believed against an entry of failure. */
function answerOf(response: unknown, grpcCode: number | undefined): Answer | undefined {
  if (!isJsonObject(response) || response["kind"] !== "Status" || response["apiVersion"] !== "v1") return undefined;
  const code = httpCodeIn(response);
  const failed = code === undefined ? failureIn(response) : code >= 400;
  if (failed === undefined || (!failed && grpcCode !== undefined && grpcCode !== 0)) return undefined;
  const texts = ["status", "message", "reason"].flatMap((name) => {
    const text = textAt(response, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return { failed, fields: { ...Object.fromEntries(texts), ...(code !== undefined && { code }) } };
}

function httpCodeIn({ code }: JsonObject): number | undefined {
  return typeof code === "number" && Number.isInteger(code) && code >= 100 && code <= 599 ? code : undefined;
}

function failureIn({ status }: JsonObject): boolean | undefined {
  if (status === "Failure") return true;
  return status === "Success" ? false : undefined;
}
