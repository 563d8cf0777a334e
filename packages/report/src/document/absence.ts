import type { EvidenceBundle } from "@kaudit/evidence";
import { coverageRibbon } from "./coverage.js";
import type { Block, ParagraphBlock } from "./report-document.js";
import { code, plain, strong } from "./text.js";

/** Why recording of a class is not verified: this version does not evaluate the audit policy. */
function unverifiedReason(bundle: EvidenceBundle): string {
  return bundle.policy === null ? "no audit policy was handed in" : "the audit policy was not evaluated";
}

/** Gives the sentence for a register without a row. It never says that nothing happened. */
export function noneObserved(bundle: EvidenceBundle): string {
  return `None observed; recording not verified: ${unverifiedReason(bundle)}.`;
}

/** Gives what stands in place of a register without a row: the sentence, and when the log was running. */
export function emptyRegister(bundle: EvidenceBundle, file: string): readonly Block[] {
  const sentence = emptyStatement(bundle, file);
  if (bundle.coverage.length === 0) return [sentence];
  return [sentence, { kind: "heading", text: "When was the log running?" }, coverageRibbon(bundle)];
}

/** Gives the sentence alone, for a section that shows another register as well. */
export function emptyStatement(bundle: EvidenceBundle, file: string): ParagraphBlock {
  return {
    kind: "paragraph",
    status: "insufficient-evidence",
    text: [
      strong("None observed; "),
      plain(`recording not verified: ${unverifiedReason(bundle)}. The register `),
      code(file),
      plain(" holds its head and no row."),
    ],
  };
}
