import type { EvidenceBundle } from "@kaudit/evidence";
import { type ReportedException, standingOf } from "../exceptions.js";
import type { Block, TableCell } from "../report-document.js";
import { cell, column, wordCell } from "../row-cells.js";
import { absent, outsideText, plain, strong } from "../text.js";
import { counted, formatCount } from "../words/count.js";

const stateWords: Readonly<Record<EvidenceBundle["approvals"][number]["state"], string>> = {
  "in-force": "in force",
  unused: "not used",
  expired: "expired",
  ownerless: "without owner",
  "too-wide": "too wide",
  "self-approved": "approved by an actor",
};

/** Builds what closed exceptions: each approval with its owner, what it allows and covered, then the single decisions. */
export function suppressionAudit(bundle: EvidenceBundle, closed: readonly ReportedException[]): readonly Block[] {
  const { approvals } = bundle;
  if (approvals.length === 0 && closed.length === 0) return [];
  const byApproval = closed.filter(({ approved, count }) => approved >= count && count > 0);
  const single = closed.length - byApproval.length;
  const closedBy = (id: string): number => byApproval.filter((one) => one.approvals[0] === id).length;
  const rows: (readonly TableCell[])[] = approvals.map((approval) => [
    { text: [strong(approval.id)] },
    { text: outsideText(approval.allows, 300), detail: reasonOf(approval) },
    wordCell(formatCount(closedBy(approval.id))),
    wordCell(formatCount(approval.uses)),
    { text: approval.owner === "" ? [absent("none named")] : outsideText(approval.owner, 80) },
    wordCell(approval.expires),
    stateCell(approval),
  ]);
  if (single > 0) {
    rows.push([
      { text: [strong("DP")] },
      wordCell("Single decisions, each with who decided and when"),
      wordCell(formatCount(single)),
      wordCell(""),
      wordCell(""),
      wordCell(""),
      wordCell(""),
    ]);
  }
  rows.push([wordCell(""), { text: [strong("All closed")] }, { text: [strong(formatCount(closed.length))] }]);
  const file = bundle.decisions.approvals?.file;
  return [
    {
      kind: "heading",
      text: "What closed the others (suppression audit)",
      note: [
        strong(`All ${counted(approvals.length, "approval")}`),
        ...(file === undefined ? [] : [plain(" of "), ...outsideText(file, 80)]),
        plain(". One that has expired closes nothing after its date; none takes a request out of the registers."),
      ],
    },
    {
      kind: "table",
      description: "Approvals with what they allow, what they closed, owner, end and state; then single decisions.",
      hasTotal: true,
      columns: [
        column("source", "Source", 0.09),
        column("allows", "What it allows", 0.36),
        column("closed", "Closed", 0.08, "right"),
        column("uses", "Requests", 0.09, "right"),
        column("owner", "Owner", 0.13),
        column("until", "Valid until", 0.11),
        column("state", "State", 0.14),
      ],
      rows: rows.map((row) => [...row, ...Array.from({ length: 7 - row.length }, () => cell([]))]),
    },
  ];
}

function reasonOf({ reason, ticket, approver }: EvidenceBundle["approvals"][number]) {
  return [
    ...outsideText(reason, 240),
    ...(ticket === "" ? [] : [plain(" ("), ...outsideText(ticket, 60), plain(")")]),
    plain(" Approved by "),
    ...outsideText(approver, 80),
    plain("."),
  ];
}

function stateCell({ state, problems, outsideValidity }: EvidenceBundle["approvals"][number]): TableCell {
  const words = problems.length === 0 ? stateWords[state] : problems.map((problem) => stateWords[problem]).join(", ");
  if (outsideValidity === 0) return wordCell(words);
  return { text: [plain(words)], detail: [plain(`${counted(outsideValidity, "request")} outside its time`)] };
}

/** Gives how many exceptions wait for a decision. */
export function waiting(exceptions: readonly ReportedException[]): number {
  return exceptions.filter((one) => standingOf(one) === "open").length;
}
