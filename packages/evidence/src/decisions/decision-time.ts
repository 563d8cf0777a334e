import { z } from "zod";
import { comparableInstant } from "../internal/instant.js";

const date = /^\d{4}-\d\d-\d\d$/;

/** Gives the first instant of a date, or the instant itself, comparable; null when the text is neither. */
export function startOf(text: string): string | null {
  if (!date.test(text)) return comparableInstant(text);
  const day = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-31 is read as 3 March.
  if (!Number.isFinite(day) || new Date(day).toISOString().slice(0, 10) !== text) return null;
  return comparableInstant(`${text}T00:00:00Z`);
}

/** Gives the first instant after a date, so that the whole day counts; of an instant, the instant itself; null for neither. */
export function endOf(text: string): string | null {
  const start = startOf(text);
  if (start === null || !date.test(text)) return start;
  const next = new Date(Date.parse(`${text}T00:00:00Z`) + 86_400_000).toISOString();
  return next.length === 24 ? comparableInstant(next) : null;
}

/** A date such as 2026-12-31 (UTC), or an RFC 3339 time. */
export const DecisionTime = z.string().refine((text) => endOf(text) !== null, {
  error: "expected a date such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z",
});
