import { z } from "zod";

/** How much something matters, most first. */
export const severities = ["critical", "high", "medium", "low"] as const;

/** How much something matters: critical, high, medium or low. */
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** Gives the next higher severity; critical stays. */
export function raisedSeverity(severity: Severity): Severity {
  return severities[Math.max(0, severities.indexOf(severity) - 1)] ?? severity;
}

/** Orders severities, the highest first: negative where `a` is higher. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}
