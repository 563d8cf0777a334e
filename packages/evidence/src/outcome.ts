import type { Outcome } from "./register-row.js";

/**
 * Tells how a request ended, from its response code alone; never throws.
 *
 * `denied` is 401 and 403, `failed` any other code from 400, `unknown` no code at all. The authorization annotation is
 * not asked: allow with 403 is a refusal by admission or by the escalation check.
 */
export function outcomeOf(code: number | null | undefined): Outcome {
  if (code === null || code === undefined || code === 0) return "unknown";
  if (code === 401 || code === 403) return "denied";
  return code >= 400 ? "failed" : "success";
}
