import type { Control } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { frameworkOf } from "../framework.js";
import type { Block, Text } from "../report-document.js";
import { registerRows } from "../register-names.js";
import { scopeSentence } from "../scope-words.js";
import { sharedReasonBlocks, sharedReasons } from "../shared-reasons.js";
import { muted, plain, strong } from "../text.js";
import { countedControls, requirementWords } from "../words/controls.js";
import { counted, formatCount } from "../words/count.js";
import { askForText } from "./controls.js";
import type { SectionContent } from "./section-content.js";

/** Builds an entry for each control in the order of its citation: required or addressable, the words of the rule, and the result. */
export function citationsSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  const { controls } = framework;
  const required = controls.filter(({ requirement }) => requirement === "required").length;
  const addressable = controls.filter(({ requirement }) => requirement === "addressable").length;
  const { shared, ownReason } = sharedReasons(controls);
  return {
    id: "citations",
    shortTitle: "Citation by citation",
    title: `${countedControls(controls.length, framework.controlNoun)}, of them ${formatCount(required)} required and ${formatCount(addressable)} addressable`,
    standfirst: `The words of the rule are set behind a line. Addressable: another measure may take its place, with the reason on record. ${scopeSentence(bundle, framework)}`,
    blocks: [
      ...sharedReasonBlocks(shared, framework.controlNoun.plural),
      ...controls.flatMap((control) => entry(control, ownReason(control))),
    ],
  };
}

function entry(control: Control, reason: string): readonly Block[] {
  const { id, title, requirement, ruleText, summary, status } = control;
  return [
    {
      kind: "heading",
      text: `${id}  ${title}`,
      note: [...(requirement === null ? [] : [strong(`${requirementWords[requirement]}. `)]), plain(summary)],
    },
    ...(ruleText === null ? [] : [{ kind: "paragraph", quoted: true, text: [plain(ruleText)] } as const]),
    { kind: "paragraph", status, text: [plain(reason)] },
    ...(status === "outside-source"
      ? []
      : [{ kind: "paragraph", text: [...tested(control), plain(" "), ...askForText(control)] } as const]),
  ];
}

function tested({ tested: words, populations, exceptions }: Control): Text {
  const rows = populations.map(({ register, rows: count }) => registerRows(register, count)).join(", ");
  const all = exceptions.open + exceptions.closed;
  const open =
    exceptions.open === all ? (all === 1 ? "open" : "all open") : `${formatCount(exceptions.open)} of them open`;
  const counts = all === 0 ? "" : ` ${counted(all, "exception")}, ${open}.`;
  return [muted(`Tested: ${words}${rows === "" ? "" : ` (${rows})`}.${counts}`)];
}
