import type { EvidenceBundle } from "@kaudit/evidence";
import { signOffSteps } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import type { Block, SignaturesBlock } from "../report-document.js";
import { logText, outsideText, plain, strong } from "../text.js";
import { counted } from "../words/count.js";
import type { SectionContent } from "./section-content.js";
import { waiting } from "./suppression-audit.js";

type SignOff = EvidenceBundle["signOff"];
type Step = (typeof signOffSteps)[number];

const stepWords: Readonly<Record<Step, { readonly word: string; readonly statement: string }>> = {
  prepared: {
    word: "Prepared",
    statement: "I collected the inputs that the method sheet names, and changed nothing in them.",
  },
  reviewed: {
    word: "Reviewed",
    statement: "I read the exceptions and the registers; the decisions shown are right to the best of my knowledge.",
  },
  approved: { word: "Approved", statement: "I approve this report as evidence for the period." },
};

/** Whether somebody signed, for the cover and the foot of each page. */
export function signOffState({ signOff }: EvidenceBundle): { readonly label: string; readonly short: string } {
  return signOff.state === "final" ? { label: "", short: "" } : { label: "Draft: not signed off", short: "DRAFT" };
}

/** Builds the sign-off: who prepared, reviewed and approved, or lines to sign on. */
export function signOffSection({ evidence }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const { signOff } = bundle;
  return {
    id: "sign-off",
    shortTitle: "Review and sign-off",
    title: title(signOff),
    standfirst:
      "Who stands behind this report. A signature speaks for the evidence id at the foot of this page; when anything in " +
      "the evidence changes, so does the id.",
    blocks: [signatures(signOff), ...problems(signOff), ...undecided(bundle)],
  };
}

function title({ reviewed, approved, state }: SignOff): string {
  if (state === "final") return "The period is reviewed and approved";
  if (reviewed !== null) return "The period is reviewed, and not approved yet";
  return approved !== null
    ? "The period is approved, and not reviewed yet"
    : "The period is neither reviewed nor approved yet";
}

function signatures(signOff: SignOff): SignaturesBlock {
  return {
    kind: "signatures",
    entries: signOffSteps.map((step) => {
      const signature = signOff[step];
      const { word, statement } = stepWords[step];
      return {
        step: word,
        statement: signature?.statement === undefined ? [plain(statement)] : outsideText(signature.statement, 600),
        name: signature === null ? [] : outsideText(signature.name, 120),
        role: signature === null ? [] : outsideText(signature.role, 120),
        date: signature === null ? [] : outsideText(signature.date, 40),
      };
    }),
  };
}

function problems(signOff: SignOff): readonly Block[] {
  return signOff.problems.flatMap(({ step, problem, actor }): Block[] => {
    const signature = signOff[step];
    if (signature === null || problem === "missing") return [];
    const name = outsideText(signature.name, 120);
    if (problem === "before-the-end")
      return [{ kind: "paragraph", text: [...name, plain(` ${step} the period before it was over.`)] }];
    return [
      {
        kind: "paragraph",
        text: [
          strong(`${stepWords[step].word} by an actor: `),
          ...name,
          plain(" appears in the registers as "),
          ...logText(actor, 120),
          plain(". Somebody who did not act in the period has to do it."),
        ],
      },
    ];
  });
}

function undecided(bundle: EvidenceBundle): readonly Block[] {
  const count = waiting(bundle.exceptions);
  if (count === 0) return [];
  return [
    {
      kind: "paragraph",
      text: [plain(`${counted(count, "exception waits", "exceptions wait")} for a decision when this was printed.`)],
    },
  ];
}
