import type { AuthenticationRow, EvidenceBundle, RegisterEntry } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { emptyStatement } from "../absence.js";
import { rowActor } from "../actors.js";
import { findRegister, registerRows } from "../register-names.js";
import { rankByActor, registerTable, type RegisterPrint } from "../register-table.js";
import type { Block, KeyFiguresBlock, TableCell } from "../report-document.js";
import { cell, codeCell, column, logCell, targetText, verbCell, wordCell, unbrokenColumn } from "../row-cells.js";
import { absent, logText, plain } from "../text.js";
import { agreeing, formatCount } from "../words/count.js";
import { timeColumn } from "../words/period.js";
import { charts, type SectionContent } from "./section-content.js";

/** Builds the section on requests without accepted identity (401) and refused ones (403); undefined where neither was filled. */
export async function refusedSection({ evidence }: ReportInput): Promise<SectionContent | undefined> {
  const { bundle } = evidence;
  const authentication = findRegister(bundle, "authentication");
  const authorization = findRegister(bundle, "authorization");
  if (authentication === undefined && authorization === undefined) return undefined;
  const blocks: Block[] = [];
  if ((authentication?.rows ?? 0) + (authorization?.rows ?? 0) > 0)
    blocks.push(keyFigures(authentication, authorization));
  if (authorization !== undefined) {
    if (authorization.rows > 0) blocks.push(...(await charts(evidence, authorization, "Refused requests (403)")));
    const table = authorizationPrint(bundle);
    blocks.push(
      ...(authorization.rows === 0
        ? [{ kind: "heading", text: table.heading } as const, emptyStatement(bundle, authorization)]
        : await registerTable(evidence, authorization, table)),
    );
  }
  if (authentication !== undefined) {
    const table = authenticationPrint(bundle);
    blocks.push(
      ...(authentication.rows === 0
        ? [{ kind: "heading", text: table.heading } as const, emptyStatement(bundle, authentication)]
        : await registerTable(evidence, authentication, table)),
    );
  }
  return {
    id: "refused",
    shortTitle: "Failed and refused requests",
    title: title(authentication, authorization),
    standfirst:
      "401: the API server did not accept who was asking; the log then names no user. 403: it knew the user and refused " +
      "the request.",
    blocks,
  };
}

function title(authentication: RegisterEntry | undefined, authorization: RegisterEntry | undefined): string {
  const parts: string[] = [];
  if (authorization !== undefined && authorization.rows > 0)
    parts.push(registerRows("authorization", authorization.rows));
  if (authentication !== undefined && authentication.rows > 0) {
    parts.push(registerRows("authentication", authentication.rows));
  }
  if (parts.length === 0) return "No failed authentication and no refused request was observed";
  const sentence = parts.join("; ");
  return `${sentence[0]?.toUpperCase() ?? ""}${sentence.slice(1)}`;
}

function keyFigures(
  authentication: RegisterEntry | undefined,
  authorization: RegisterEntry | undefined,
): KeyFiguresBlock {
  const figures: { value: string; label: string }[] = [];
  if (authorization !== undefined) {
    figures.push({
      value: formatCount(authorization.rows),
      label: `${agreeing(authorization.rows, "request", "requests")} refused with 403`,
    });
    for (const [by, label] of deniedByLabels) {
      const count = Object.hasOwn(authorization.summary.byKind, by) ? authorization.summary.byKind[by] : 0;
      if (count !== undefined && count > 0 && figures.length < 4) figures.push({ value: formatCount(count), label });
    }
  }
  if (authentication !== undefined) {
    figures.push({
      value: formatCount(authentication.rows),
      label: `${agreeing(authentication.rows, "request", "requests")} without accepted identity (401)`,
    });
  }
  return { kind: "key-figures", figures };
}

const deniedByLabels: readonly (readonly [string, string])[] = [
  ["rbac", "no role allowed the request"],
  ["admission", "allowed, then refused by admission"],
  ["escalation", "would have given more than the actor holds"],
  ["impersonation", "not allowed to act as that user"],
  ["unknown", "refused for a reason not recorded"],
];

function authorizationPrint(bundle: EvidenceBundle): RegisterPrint<"authorization"> {
  const time = timeColumn(bundle.period);
  return {
    name: "authorization",
    heading: "Refused requests (403)",
    description: "Requests refused with 403: when, who, what, on what, from where, and by what they were refused.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("actor", "Actor", 0.25),
      column("verb", "Action", 0.12),
      column("object", "On what", 0.28),
      column("sourceIP", "From", 0.1),
      column("deniedBy", "Refused by", 0.12),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      cell(rowActor(row)),
      verbCell(row),
      cell(targetText(row)),
      logCell(row.sourceIP),
      row.deniedBy === "unknown"
        ? cell([absent("not known")])
        : wordCell(row.deniedBy === "rbac" ? "no role" : row.deniedBy),
    ],
    rank: rankByActor,
    order: "those by people first",
  };
}

function authenticationPrint(bundle: EvidenceBundle): RegisterPrint<"authentication"> {
  const time = timeColumn(bundle.period);
  return {
    name: "authentication",
    heading: "Requests without accepted identity (401)",
    description: "Requests refused with 401: when, from where, with which client, and what was asked for.",
    columns: [
      unbrokenColumn("time", time.head, 0.13),
      column("sourceIP", "From", 0.12),
      column("verb", "Action", 0.1),
      column("object", "On what", 0.28),
      column("userAgent", "Client, as it names itself", 0.3),
      column("code", "Code", 0.07, "right"),
    ],
    cells: (row) => [
      logCell(time.format(row.time)),
      logCell(row.sourceIP),
      verbCell(row),
      cell(targetText(row)),
      clientCell(row),
      codeCell(row),
    ],
    rank: () => 0,
    order: "earliest first",
  };
}

function clientCell(row: AuthenticationRow): TableCell {
  const method = row.method === "" ? {} : { detail: [plain("method: "), ...logText(row.method)] };
  return row.userAgent === ""
    ? { text: [absent("not known")], ...method }
    : { text: logText(row.userAgent, 120), ...method };
}
