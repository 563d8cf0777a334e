import type { ControlStatus, EvidenceBundle, RegisterEntry, RegisterName } from "@kaudit/evidence";
import { coverageRibbon } from "./coverage.js";
import { gatesOf } from "./gates.js";
import type { Block, ParagraphBlock, Text } from "./report-document.js";
import { code, outsideText, plain, strong } from "./text.js";
import { counted } from "./words/count.js";

/** What an empty register means. */
interface Absence {
  readonly status: ControlStatus;
  /** What follows "None observed; ". May quote the log. */
  readonly meaning: string;
}

function absenceOf(bundle: EvidenceBundle, register: RegisterName): Absence {
  const { result, reasons, canarySeen } = gatesOf(bundle, register);
  if (result !== "holds") {
    const why = reasons[0] ?? "how it was recorded was not evaluated.";
    return { status: "insufficient-evidence", meaning: `recording not verified: ${why}` };
  }
  const { verified, days } = bundle.verifiedDays.find((one) => one.register === register) ?? { verified: 0, days: 0 };
  const ofDays = `${verified} of ${counted(days, "day")}`;
  if (verified < days) return { status: "evidence-present", meaning: `recording verified for ${ofDays}.` };
  return {
    status: "evidence-present",
    meaning: canarySeen
      ? `recording of this class verified for ${ofDays}.`
      : `the class was recordable on ${ofDays}, no planted action was used to check.`,
  };
}

/** Gives the sentence for a register without a row. It never says that nothing happened. */
export function noneObserved(bundle: EvidenceBundle, register: RegisterName): Text {
  return outsideText(`None observed; ${absenceOf(bundle, register).meaning}`, 300);
}

/** Gives what stands in place of a register without a row: the sentence, and when the log was running. */
export function emptyRegister(bundle: EvidenceBundle, entry: RegisterEntry): readonly Block[] {
  const sentence = emptyStatement(bundle, entry);
  if (bundle.coverage.length === 0) return [sentence];
  return [sentence, { kind: "heading", text: "When was the log running?" }, coverageRibbon(bundle)];
}

/** Gives the sentence alone, for a section that shows another register as well. */
export function emptyStatement(bundle: EvidenceBundle, { name, file }: RegisterEntry): ParagraphBlock {
  const { status, meaning } = absenceOf(bundle, name);
  return {
    kind: "paragraph",
    status,
    text: [
      strong("None observed; "),
      ...outsideText(meaning, 500),
      plain(" The register "),
      code(file),
      plain(" holds its head and no row."),
    ],
  };
}
