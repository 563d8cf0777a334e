import type { Outcome } from "./register-row.js";

/**
 * Tells how a request ended, from its response code; never throws.
 *
 * `denied` is 401 and 403, `failed` any other code from 400, `unknown` no code at all. The authorization annotation is
 * not asked: allow with 403 is a refusal by admission or by the escalation check. Only where a source tells success
 * without a code (Google Cloud audit logs do) `status`, the word of the response's Status, decides instead.
 */
export function outcomeOf(code: number | null | undefined, status?: string | null): Outcome {
  if (code === null || code === undefined || code === 0) {
    if (status === "Success") return "success";
    return status === "Failure" ? "failed" : "unknown";
  }
  if (code === 401 || code === 403) return "denied";
  return code >= 400 ? "failed" : "success";
}
