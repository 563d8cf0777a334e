import { visibleString } from "@kaudit/schema";
import type { Change, ComparedException, PackDiff, PackIdentity } from "@kaudit/report";
import { formatCount, formatQuantity } from "../terminal/numbers.js";
import type { TerminalStyle } from "../terminal/style.js";

/** Names in a list are cut off after so many; JSON has them all. */
const maxNames = 20;

/** Writes what changed between two packs for the terminal; what is the same is left out. */
export function diffText(diff: PackDiff, style: TerminalStyle): string {
  const lines = [
    `${style.dim("before")}  ${packLine(diff.before)}`,
    `${style.dim("after")}   ${packLine(diff.after)}${diff.chained ? ", names the other as the pack before it" : ""}`,
  ];
  if (diff.sameEvidence) lines.push("", "the same evidence, byte for byte");
  const section = (title: string, content: readonly string[]): void => {
    if (content.length > 0) lines.push("", style.bold(title), ...content.map((line) => `  ${line}`));
  };
  section(
    "Settings",
    diff.settings.map(({ name, before, after }) => `${visibleString(name)}: ${told(before)} → ${told(after)}`),
  );
  section("Inputs", [
    ...named("new", diff.inputs.added),
    ...named("gone", diff.inputs.gone),
    ...named("other content", diff.inputs.changed),
  ]);
  section(
    "Controls",
    diff.controls.map(({ framework, control, before, after }) => {
      return `${visibleString(framework)} ${visibleString(control)}: ${before ?? "not reported"} → ${after ?? "not reported"}`;
    }),
  );
  section("Exceptions", exceptionLines(diff.exceptions));
  section("Totals", diff.totals.map(countLine));
  section("Registers, rows", diff.registers.map(countLine));
  section(
    "Actors",
    diff.actors.flatMap(({ register, added, gone, capped }) => [
      ...named(`${register}, new`, added),
      ...named(`${register}, gone`, gone),
      ...(capped ? [`${register}: the list of actors was capped, so some may seem new or gone who are not`] : []),
    ]),
  );
  if (lines.length === 2) lines.push("", "no difference");
  return `${lines.join("\n")}\n`;
}

function packLine({ period, cluster, packId, finishedAt }: PackIdentity): string {
  const name = cluster === "" ? "cluster not named" : visibleString(cluster);
  return `${visibleString(period)}, ${name}, made ${visibleString(finishedAt)}, pack ${packId.slice(0, 16)}`;
}

function told(value: string | null): string {
  if (value === null) return "none";
  return value === "" ? '""' : visibleString(value);
}

function countLine({ name, before, after }: Change<number>): string {
  const change = (after ?? 0) - (before ?? 0);
  const counts = [before, after].map((count) => (count === null ? "none" : formatCount(count)));
  return `${visibleString(name)}: ${counts.join(" → ")} (${change < 0 ? "−" : "+"}${formatCount(Math.abs(change))})`;
}

function named(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > maxNames ? `, and ${formatCount(names.length - maxNames)} more` : "";
  const shown = names.slice(0, maxNames).map((name) => (name === "" ? "(nobody known)" : visibleString(name)));
  return [`${what} (${formatCount(names.length)}): ${shown.join(", ")}${more}`];
}

function exceptionLines(exceptions: PackDiff["exceptions"]): string[] {
  if (exceptions === null) return [];
  return [
    ...toldExceptions("new", exceptions.added),
    ...toldExceptions("reopened", exceptions.reopened),
    ...toldExceptions("closed", exceptions.closed),
    ...toldExceptions("gone", exceptions.gone),
  ];
}

function toldExceptions(what: string, list: readonly ComparedException[]): string[] {
  return list.map(
    ({ id, severity, title, count }) =>
      `${what} ${visibleString(id)} (${visibleString(severity)}): ${visibleString(title)}, ${formatQuantity(count, "request")}`,
  );
}
