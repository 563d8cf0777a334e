import { capabilityGap } from "@kaudit/evidence";
import type { EvidenceBundle, RegisterEntry, RegisterName } from "@kaudit/evidence";
import { coverageRibbon } from "./coverage.js";
import type { Block, ParagraphBlock } from "./report-document.js";
import { code, plain, strong } from "./text.js";
import { counted } from "./words/count.js";

/** Why recording of a register's requests is not verified; gaps in the log are not evaluated in this version. */
function unverifiedReason({ policy }: EvidenceBundle, register: RegisterName): string {
  if (policy === null) return "no audit policy was handed in";
  const { differing } = policy.replay;
  if (differing > 0)
    return `${counted(differing, "event was", "events were")} not recorded as the audit policy handed in says`;
  const gap = capabilityGap(policy.capabilities, register);
  if (gap === null) return "the audit policy records them, but gaps in the log were not evaluated";
  return gap.recordable === "no"
    ? "the audit policy records no such request"
    : "the audit policy leaves out some such requests";
}

/** Gives the sentence for a register without a row. It never says that nothing happened. */
export function noneObserved(bundle: EvidenceBundle, register: RegisterName): string {
  return `None observed; recording not verified: ${unverifiedReason(bundle, register)}.`;
}

/** Gives what stands in place of a register without a row: the sentence, and when the log was running. */
export function emptyRegister(bundle: EvidenceBundle, entry: RegisterEntry): readonly Block[] {
  const sentence = emptyStatement(bundle, entry);
  if (bundle.coverage.length === 0) return [sentence];
  return [sentence, { kind: "heading", text: "When was the log running?" }, coverageRibbon(bundle)];
}

/** Gives the sentence alone, for a section that shows another register as well. */
export function emptyStatement(bundle: EvidenceBundle, { name, file }: RegisterEntry): ParagraphBlock {
  return {
    kind: "paragraph",
    status: "insufficient-evidence",
    text: [
      strong("None observed; "),
      plain(`recording not verified: ${unverifiedReason(bundle, name)}. The register `),
      code(file),
      plain(" holds its head and no row."),
    ],
  };
}
