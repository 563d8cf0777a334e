import {
  type ActorKind,
  actorKinds,
  actorTitles,
  type ClassCoverage,
  evidenceClassNames,
  policyCoverage,
  type PolicyCoverage,
  type Recordable,
} from "@kaudit/policy";
import type { CommandContext } from "../../command-context.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { layOutTable, createTableMeasure, tableHead, tableRow, type TableColumn } from "../../terminal/table.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, chooseSome, readPolicy } from "./policy-source.js";
import { requestLine, ruleName } from "./request-line.js";

/** The options of `kaudit policy coverage`. */
export interface CoverageOptions {
  readonly actor?: string;
  readonly failOn?: string;
  readonly rows?: boolean;
  readonly output: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Heads that leave room for seven kinds of actors in 80 columns. */
const actorHeads: Readonly<Record<ActorKind, string>> = {
  human: "human",
  "serviceaccount-kube-system": "sa-sys",
  serviceaccount: "sa",
  node: "node",
  system: "system",
  anonymous: "anon",
  unauthenticated: "unauth",
};

function plainColumn(head: string): TableColumn {
  return { head, align: "left", mayCut: false, spare: 0 };
}

const omittedColumn: TableColumn = { head: "Omitted stages", align: "left", mayCut: true, spare: 1 };

function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: TerminalStyle,
): string {
  const measure = createTableMeasure(columns);
  for (const row of rows) measure.add(row);
  const layout = layOutTable(columns, measure.widths, style.columns, false);
  const left = layout.leftOut.length === 0 ? [] : [`(no room for ${layout.leftOut.join(", ")}; -o json has it)`];
  const lines = rows.map((row) => tableRow(columns, layout, row, style));
  return [tableHead(columns, layout, style), ...lines, ...left, ""].join("\n");
}

function matrixText({ classes }: PolicyCoverage, actors: readonly ActorKind[], style: TerminalStyle): string {
  const columns = [plainColumn("Evidence"), ...actors.map((actor) => plainColumn(actorHeads[actor]))];
  const rows = evidenceClassNames
    .filter((name) => classes.some(({ evidenceClass }) => evidenceClass === name))
    .map((name) => {
      const answers = actors.map(
        (actor) => classes.find((one) => one.evidenceClass === name && one.actor === actor)?.recordable ?? "",
      );
      return [name, ...answers];
    });
  const legend = actors.map((actor) => `${actorHeads[actor]}: ${actorTitles[actor]}`).join("; ");
  return `${tableText(columns, rows, style)}\n${wrapText(`${legend}.`, Math.min(style.columns, 100))}\n`;
}

function rowsText({ rows }: PolicyCoverage, style: TerminalStyle): string {
  const columns = [...["Request", "Actor", "Can", "Level"].map((head) => plainColumn(head)), omittedColumn];
  const cells = rows.map(({ request, actor, recordable, lowestLevel, highestLevel, omitStages }) => [
    request,
    actorHeads[actor],
    recordable,
    lowestLevel === highestLevel ? lowestLevel : `${lowestLevel} to ${highestLevel}`,
    omitStages.join(" "),
  ]);
  return tableText(columns, cells, style);
}

/** Classes whose evidence is missed in the same way, by several kinds of actors. */
function groupsOf(
  classes: readonly ClassCoverage[],
  told: (one: ClassCoverage) => ClassCoverage["missed"],
): readonly (readonly ClassCoverage[])[] {
  const groups = new Map<string, ClassCoverage[]>();
  for (const one of classes) {
    const reached = told(one);
    if (reached === null) continue;
    const key = [one.evidenceClass, one.recordable, ruleName(reached.decision.ruleIndex)].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** What is not recorded and what should not be, each with a request that shows it. */
function detailText({ classes }: PolicyCoverage, style: TerminalStyle): string {
  const width = Math.min(style.columns, 100);
  const section = (
    title: string,
    told: (one: ClassCoverage) => ClassCoverage["missed"],
    word: (one: ClassCoverage) => string,
  ): string => {
    const groups = groupsOf(classes, told);
    if (groups.length === 0) return "";
    const items = groups.map((group) => {
      const [first] = group as readonly [ClassCoverage, ...ClassCoverage[]];
      const reached = told(first);
      const actors = group.map(({ actor }) => actorHeads[actor]).join(", ");
      const shown = reached === null ? "" : `${requestLine(reached.witness)}: ${reached.decision.level}`;
      const why = `${shown} (${ruleName(reached?.decision.ruleIndex ?? null)})`;
      return `${first.evidenceClass}, ${actors}: ${word(first)}\n${wrapText(why, width, "  ")}\n`;
    });
    return `\n${style.bold(title)}\n${items.join("")}`;
  };
  return (
    section(
      "Requests that leave no record, or none that tells the outcome",
      (one) => one.missed,
      (one) => one.recordable,
    ) +
    section(
      "Requests whose record holds secret values",
      (one) => one.exposed,
      () => "secret values in the log",
    )
  );
}

function isAtLeastAsBad(recordable: Recordable, threshold: "partly" | "no"): boolean {
  return recordable === "no" || recordable === threshold;
}

/**
 * Runs `kaudit policy coverage`: prints what evidence a policy can record, by class and kind of actor.
 *
 * Gives 1 when `--fail-on` is given and some class of the chosen actors is no better than it, else 0. Throws coded errors
 * for a policy that cannot be read.
 */
export async function coverage(path: string, options: CoverageOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const failOn = options.failOn === undefined ? null : chooseOne("--fail-on", options.failOn, ["partly", "no"]);
  const actors = options.actor === undefined ? actorKinds : chooseSome("--actor", options.actor, actorKinds);
  const whole = policyCoverage(await readPolicy(path, context, options.quiet));
  const chosen: PolicyCoverage = {
    classes: whole.classes.filter(({ actor }) => actors.includes(actor)),
    rows: whole.rows.filter(({ actor }) => actors.includes(actor)),
  };
  const failing = failOn === null ? [] : chosen.classes.filter((one) => isAtLeastAsBad(one.recordable, failOn));
  if (form === "json") {
    await context.output.write(`${inertJson({ failOn, failed: failing.length > 0, ...chosen }, 2)}\n`);
  } else {
    const style = context.style(options.color);
    const shown = actorKinds.filter((actor) => actors.includes(actor));
    await context.output.write(matrixText(chosen, shown, style));
    if (options.rows === true) await context.output.write(`\n${rowsText(chosen, style)}`);
    await context.output.write(detailText(chosen, style));
  }
  return failing.length > 0 ? exitCodes.gateFailed : exitCodes.done;
}
