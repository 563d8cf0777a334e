import type { CredentialsRow, EvidenceBundle, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyRegister } from "../absence.js";
import { rowActor } from "../actors.js";
import { ownCount } from "../register-counts.js";
import { findRegister } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { KeyFiguresBlock, TableCell, Text } from "../report-document.js";
import { cell, codeCell, column, logCell, outcomeCell, targetText, unbrokenColumn } from "../row-cells.js";
import { absent, logText, plain } from "../text.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on credentials; undefined where the register was not filled. */
export async function credentialsSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const entry = findRegister(bundle, "credentials");
  if (entry === undefined) return undefined;
  const frame = {
    id: "credentials",
    shortTitle: "Credentials",
    standfirst:
      "Tokens of service accounts and certificates let their holder act under a name. Whether one was seen in use is " +
      "told by its id; tokens themselves are never kept.",
  };
  if (entry.rows === 0) {
    return { ...frame, title: "No credential was issued or changed", blocks: emptyRegister(bundle, entry) };
  }
  return {
    ...frame,
    title: title(entry),
    blocks: [
      ...keyFigures(entry),
      ...(await charts(evidence, entry, "Requests")),
      ...(await registerTable(evidence, entry, print(bundle))),
    ],
  };
}

function title({ rows, summary }: RegisterEntry): string {
  const requests = counted(rows, "request on credentials", "requests on credentials");
  const tokens = ownCount(summary, "tokensIssued") ?? 0;
  const byPeople = ownCount(summary, "tokensIssuedToPeople") ?? 0;
  if (tokens === 0) return `${requests}; no token was issued`;
  const who = byPeople === 0 ? "none of them to people" : `${formatCount(byPeople)} of them to people`;
  return `${requests}; ${counted(tokens, "token was", "tokens were")} issued, ${who}`;
}

const figures = [
  ["tokensIssued", "token issued", "tokens issued"],
  ["issuedAndUsed", "issued credential seen in use", "issued credentials seen in use"],
  ["certificatesApproved", "certificate request approved", "certificate requests approved"],
  ["tokenSecrets", "token made as a Secret, which does not expire", "tokens made as Secrets, which do not expire"],
  ["legacyTokenUses", "request by such a token", "requests by such tokens"],
] as const;

/** No block where the register was counted without these figures. */
function keyFigures({ summary }: RegisterEntry): readonly KeyFiguresBlock[] {
  const known = figures.flatMap(([name, one, many]) => {
    const count = ownCount(summary, name);
    return count === undefined ? [] : [{ value: formatCount(count), label: agreeing(count, one, many) }];
  });
  return known.length === 0 ? [] : [{ kind: "key-figures", figures: known }];
}

const kindWords: Readonly<Record<CredentialsRow["kind"], string>> = {
  "token-request": "token",
  "token-secret": "token in a Secret",
  "bootstrap-token": "bootstrap token",
  serviceaccount: "service account",
  "certificate-request": "certificate request",
  "token-review": "token",
  "legacy-token-use": "token from a Secret",
  "stale-token-use": "token past its time",
};

function print(bundle: EvidenceBundle): RegisterPrint<"credentials"> {
  const time = timeColumn(bundle.period);
  return {
    name: "credentials",
    yields: "code",
    heading: "The register",
    description:
      "Credentials: when, who, what was done with which, for whom, whether it was seen in use, and how each ended.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.21),
      column("kind", "Action and kind", 0.15),
      column("subject", "Whose", 0.21),
      column("used", "Seen in use", 0.14),
      column("code", "Code", 0.06, "right"),
      column("outcome", "Outcome", 0.1),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      cell([plain(`${row.action} ${kindWords[row.kind]}`)]),
      cell(subjectText(row)),
      usedCell(row, time),
      codeCell(row),
      outcomeCell(row),
    ],
    rank: (row) => rankByActor(row) * 4 + (row.kind === "serviceaccount" || row.kind === "token-review" ? 1 : 0),
    order: "those by people first",
  };
}

function subjectText(row: CredentialsRow): Text {
  if (row.subject === "") return targetText(row);
  if (row.subjectGroups.length === 0 || row.kind !== "certificate-request") return logText(row.subject);
  return [...logText(row.subject), plain(", group "), ...logText(row.subjectGroups.slice(0, 3).join(", "), 120)];
}

function usedCell(row: CredentialsRow, time: ReturnType<typeof timeColumn>): TableCell {
  if (row.credentialId === "" || row.kind === "token-review") return { text: [] };
  if (row.firstUsed === "") return { text: [absent("none")] };
  const from = row.usedFrom[0] ?? "";
  return cell([
    plain(`from ${time.format(row.firstUsed)}`),
    ...(from === "" ? [] : [plain(", "), ...logText(from, 60)]),
  ]);
}
