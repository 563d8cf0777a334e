import type { BlindSpot } from "@kaudit/schema";
import { fieldsIn, isFields, textIn } from "./fields.js";
import type { Fields } from "./fields.js";

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
 * HTTP code of a success (200, 201, 101) is not told and therefore missing, unless the response is a Status that holds
 * one; the code of a failure is mapped. The gRPC code itself is no field of an event and is not kept. Of a status that
 * cannot be read nothing is said.
 */
export function entryStatus(payload: Fields): EntryStatus {
  const grpcCode = grpcCodeOf(payload["status"]);
  if (grpcCode === undefined) return { derived: [], blindSpots: ["outcome-unknown"] };
  const message = textIn(fieldsIn(payload, "status"), "message");
  const status = {
    metadata: {},
    status: grpcCode === 0 ? "Success" : "Failure",
    ...(message !== undefined && { message }),
  };
  const recorded = recordedStatus(payload["response"], grpcCode === 0);
  if (recorded !== undefined) return { responseStatus: { ...status, ...recorded }, derived: [], blindSpots: [] };
  const derived = ["responseStatus.status"];
  if (grpcCode === 0) return { responseStatus: status, derived, blindSpots: ["success-code-unknown"] };
  const code = httpCodes.get(grpcCode);
  if (code === undefined) return { responseStatus: status, derived, blindSpots: [] };
  return { responseStatus: { ...status, code }, derived: [...derived, "responseStatus.code"], blindSpots: [] };
}

/** BigQuery writes integers as text, and fields that are not set as null. */
function grpcCodeOf(status: unknown): number | undefined {
  if (status === undefined || status === null) return 0;
  if (!isFields(status)) return undefined;
  const { code } = status;
  if (code === undefined || code === null) return 0;
  if (typeof code === "string" && /^\d{1,3}$/.test(code)) return Number(code);
  return Number.isInteger(code) ? (code as number) : undefined;
}

/** The response itself, where it is a Status with a code that agrees with the entry's own. */
function recordedStatus(response: unknown, succeeded: boolean): Fields | undefined {
  if (!isFields(response) || response["kind"] !== "Status" || response["apiVersion"] !== "v1") return undefined;
  const { code } = response;
  if (typeof code !== "number" || !Number.isInteger(code) || code < 100 || code > 599) return undefined;
  if (code < 400 !== succeeded) return undefined;
  const texts = ["status", "message", "reason"].flatMap((name) => {
    const text = textIn(response, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return { ...Object.fromEntries(texts), code };
}
