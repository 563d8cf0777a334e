import type { EvidenceBundle } from "@kaudit/evidence";
import type { Text } from "./report-document.js";
import { outsideText, plain } from "./text.js";

/** How severe an exception is, the most severe first. */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

/** An exception of a bundle. */
export type ReportedException = EvidenceBundle["exceptions"][number];

/** Where an exception stands: closed by a decision or an approval, declared an incident, or without a decision that holds. */
export type Standing = "authorised" | "explained" | "false-positive" | "incident" | "open";

/** Gives where an exception stands. */
export function standingOf({ state, disposition, approved, count }: ReportedException): Standing {
  if (state === "open") return disposition?.decision === "incident" ? "incident" : "open";
  if (approved >= count && count > 0) return "authorised";
  return disposition?.decision ?? "authorised";
}

/** Orders exceptions: the most severe first, then in their own order. */
export function bySeverity(exceptions: readonly ReportedException[]): readonly ReportedException[] {
  return exceptions.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

/** Gives the cluster that an exception is about: "cluster prod-eu-1", or "no single cluster". */
export function clusterOf({ cluster }: ReportedException): Text {
  return cluster === "" ? [plain("no single cluster")] : [plain("cluster "), ...outsideText(cluster, 80)];
}
