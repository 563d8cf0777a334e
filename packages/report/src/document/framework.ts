import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import { ReportError } from "../errors.js";

/** Gives the bundle's framework of this id. Throws `KAUDIT_REPORT_UNKNOWN_FRAMEWORK` when the bundle does not hold it. */
export function frameworkOf(bundle: EvidenceBundle, id: string): Framework {
  const framework = bundle.frameworks.find((candidate) => candidate.id === id);
  if (framework !== undefined) return framework;
  const known = bundle.frameworks.map((candidate) => candidate.id).join(", ") || "none";
  throw new ReportError(
    "KAUDIT_REPORT_UNKNOWN_FRAMEWORK",
    `framework "${id.slice(0, 60)}": the bundle does not hold it; it holds: ${known}. Name it when the evidence is gathered.`,
    { details: { framework: id, known: bundle.frameworks.map((candidate) => candidate.id) } },
  );
}
