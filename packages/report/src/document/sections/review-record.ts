import type { EvidenceBundle, Framework } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { standingOf } from "../exceptions.js";
import { frameworkOf } from "../framework.js";
import { registerLabel, registerSection } from "../register-names.js";
import type { Block } from "../report-document.js";
import { cell, column, wordCell } from "../row-cells.js";
import { absent, code, outsideText, plain, strong } from "../text.js";
import { requirementWords } from "../words/controls.js";
import { counted, formatCount } from "../words/count.js";
import { formatHash } from "../words/hash.js";
import { formatDay, formatPeriod } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

/**
 * Builds the record of the review, which leads a HIPAA report: who reviewed what, when, and with which result
 * (45 CFR 164.308(a)(1)(ii)(D)).
 */
export function reviewRecordSection({ evidence, frameworkId }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const framework = frameworkOf(bundle, frameworkId);
  return {
    id: "review-record",
    shortTitle: "Who reviewed what, when, with which result",
    title: title(bundle),
    standfirst:
      "A review reads the registers and the exceptions of a period and decides about them. This page says who did, and " +
      "what was decided when this report was made.",
    singlePage: true,
    blocks: [...rule(framework), ...reviews(bundle), ...decisions(bundle), ...registers(bundle)],
  };
}

function title({ signOff, period }: EvidenceBundle): string {
  const { reviewed } = signOff;
  if (reviewed === null) return `No review of ${formatPeriod(period)} is on record`;
  return `${formatPeriod(period)} was reviewed on ${formatDay(reviewed.date)}`;
}

/** The words of the rule that asks for the review. */
function rule(framework: Framework): readonly Block[] {
  const control = framework.controls.find(({ reportBlock }) => reportBlock === "review-record");
  if (control === undefined) return [];
  const requirement = control.requirement === null ? "" : `, ${requirementWords[control.requirement]}`;
  return [
    { kind: "heading", text: `${control.id}: ${control.title}${requirement}` },
    ...(control.ruleText === null
      ? []
      : [{ kind: "paragraph", quoted: true, text: [plain(control.ruleText)] } as const]),
    { kind: "paragraph", status: control.status, text: [plain(control.statusReason)] },
  ];
}

function reviews(bundle: EvidenceBundle): readonly Block[] {
  const { signOff, period } = bundle;
  const heading: Block = { kind: "heading", text: "Reviews on record" };
  const signed = (["reviewed", "approved"] as const).flatMap((step) => {
    const signature = signOff[step];
    return signature === null ? [] : [{ step, signature }];
  });
  if (signed.length === 0) {
    return [
      heading,
      {
        kind: "paragraph",
        status: "insufficient-evidence",
        text: [
          plain("None was handed in. Write who reviewed the period under "),
          code("signOff"),
          plain(" in the configuration, or sign by hand on the page Review and sign-off."),
        ],
      },
    ];
  }
  const exceptions = bundle.exceptions;
  const open = exceptions.filter(({ state }) => state === "open").length;
  const rows = bundle.registers.reduce((sum, register) => sum + register.rows, 0);
  return [
    heading,
    {
      kind: "table",
      description: "Reviews: date, period, reviewer and role, what was read, exceptions seen, and the next review.",
      columns: [
        column("date", "Date", 0.15),
        column("period", "Period reviewed", 0.17),
        column("reviewer", "By", 0.22),
        column("read", "Registers read", 0.16),
        column("exceptions", "Exceptions seen", 0.17),
        column("next", "Next review", 0.13),
      ],
      rows: signed.map(({ step, signature }) => [
        { text: [plain(formatDay(signature.date))], detail: [plain(step)] },
        wordCell(formatPeriod(period)),
        { text: outsideText(signature.name, 120), detail: outsideText(signature.role, 120) },
        wordCell(`${counted(bundle.registers.length, "register")}, ${counted(rows, "row")}`),
        wordCell(`${formatCount(exceptions.length)}, of them ${formatCount(open)} open`),
        { text: [absent("not declared")] },
      ]),
    },
    ...problems(signOff),
  ];
}

function problems(signOff: EvidenceBundle["signOff"]): readonly Block[] {
  return signOff.problems.flatMap(({ step, problem }): Block[] => {
    const name = signOff[step]?.name;
    if (name === undefined || problem === "missing") return [];
    const words =
      problem === "by-an-actor"
        ? " appears as an actor in what was reviewed; somebody else has to review it."
        : ` ${step} the period before it was over.`;
    return [{ kind: "paragraph", status: "exceptions", text: [...outsideText(name, 120), plain(words)] }];
  });
}

const outcomes = [
  ["authorised", "authorised"],
  ["explained", "explained"],
  ["false-positive", "false positives"],
  ["incident", "incidents"],
  ["open", "without a decision"],
] as const;

function decisions(bundle: EvidenceBundle): readonly Block[] {
  const exceptions = bundle.exceptions;
  const counts = outcomes.map(([standing, words]) => {
    return { value: formatCount(exceptions.filter((one) => standingOf(one) === standing).length), label: words };
  });
  return [
    { kind: "heading", text: `What was decided about ${counted(exceptions.length, "exception")}` },
    { kind: "key-figures", figures: counts },
  ];
}

function registers(bundle: EvidenceBundle): readonly Block[] {
  return [
    {
      kind: "heading",
      text: "What there was to review",
      note: [plain("The hash is that of the register's file; with other rows it is another.")],
    },
    {
      kind: "table",
      dense: true,
      description: "Each register with its rows, the hash of its file, and where it is printed.",
      columns: [
        column("register", "Register", 0.5),
        column("rows", "Rows", 0.12, "right"),
        column("sha256", "SHA-256, first 16", 0.3),
        { ...column("section", "Section", 0.08, "right"), paperHead: "Page" },
      ],
      rows: bundle.registers.map((register) => [
        cell([strong(registerLabel(register.name))]),
        wordCell(formatCount(register.rows)),
        { text: [code(formatHash(register.sha256))] },
        { text: [], section: registerSection(register.name) },
      ]),
    },
  ];
}
