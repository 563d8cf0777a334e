import { visibleString } from "@kaudit/schema";
import type { PackFailure, PackVerification } from "@kaudit/report";
import { formatBytes, formatCount, formatQuantity } from "../terminal/numbers.js";
import type { TerminalStyle } from "../terminal/style.js";
import { wrapText } from "../terminal/wrap.js";
import type { CheckedTimestamp } from "./check-timestamp.js";
import type { Reperformance } from "./re-perform.js";

const labelWidth = 15;

/** What was found out about a pack besides itself, and everything that is wrong. */
export interface CheckedBesides {
  readonly timestamp: CheckedTimestamp;
  readonly reperformance: Reperformance | null;
  readonly failures: readonly PackFailure[];
}

/** Writes what was found out about a pack for the terminal: what it is, whose, how old, and every failure by file. */
export function verificationText(
  pack: string,
  result: PackVerification,
  checked: CheckedBesides,
  style: TerminalStyle,
): string {
  const { failures } = checked;
  const lines = facts(pack, result, checked).map(([label, value]) => `${style.dim(label.padEnd(labelWidth))}${value}`);
  if (failures.length === 0) return `${[...lines, "", verdict(result, style)].join("\n")}\n`;
  lines.push("", style.bold(`NOT WHOLE: ${formatQuantity(failures.length, "failure")}`));
  const width = Math.max(40, Math.min(style.columns, 100));
  for (const { file, reason } of failures)
    lines.push(`  ${style.bold(file)}`, wrapText(visibleString(reason), width, "    "));
  return `${lines.join("\n")}\n`;
}

function verdict({ signature }: PackVerification, style: TerminalStyle): string {
  const by =
    signature.state === "verified" ? "signed by the given key" : "unsigned: whoever changed it could have made it fit";
  return `${style.bold("WHOLE")}, ${by}`;
}

function facts(
  pack: string,
  result: PackVerification,
  { timestamp, reperformance }: CheckedBesides,
): (readonly [label: string, value: string])[] {
  const { manifest, packId, ageDays, successors } = result;
  const size = `${formatQuantity(result.files, "file")}, ${formatBytes(result.bytes)}`;
  const list: (readonly [string, string])[] = [["pack", `${visibleString(pack)} (${size})`]];
  if (manifest !== null) {
    const { run, tool, period, cluster, clusters } = manifest;
    const names = clusters?.join(", ") ?? cluster.name;
    const age = ageDays === null ? "" : `, ${formatQuantity(ageDays, "day")} ago`;
    list.push(
      ["made", `${visibleString(run.finishedAt)} by ${visibleString(tool.name)} ${visibleString(tool.version)}${age}`],
      ["period", `${visibleString(period.label)} (${visibleString(period.from)} to ${visibleString(period.to)})`],
      [clusters === undefined ? "cluster" : "clusters", names === "" ? "not named" : visibleString(names)],
      ["evidence id", manifest.evidenceId],
    );
  }
  list.push(
    ["pack id", packId ?? "none"],
    ["signature", signatureWords(result)],
    ...(timestamp.state === "none" ? [] : [["time stamp", timestampWords(timestamp)] as const]),
    ["previous pack", previousWords(result)],
  );
  for (const { name, finishedAt } of successors) {
    list.push(["newer pack", `${name}, made ${finishedAt}, says that it comes after this one`]);
  }
  if (reperformance !== null) list.push(["made again", reperformanceWords(reperformance)]);
  return list;
}

function signatureWords({ signature: { state, keyFingerprint } }: PackVerification): string {
  const key = keyFingerprint ?? "without a fingerprint";
  const words = {
    unsigned: "unsigned",
    verified: `verified, key ${key}`,
    "unknown-key": `signed by unknown key ${key}`,
    invalid: keyFingerprint === null ? "could not be checked" : `not one of the key ${key}`,
  } as const;
  return words[state];
}

function timestampWords({ state, time }: CheckedTimestamp): string {
  if (state === "verified") return `verified, ${time ?? ""}`;
  return state === "unknown-authority" ? "of an unknown authority" : "not one of this pack by the given authority";
}

function previousWords({ previous: { state, sha256 } }: PackVerification): string {
  if (state === "none") return "none named";
  if (state === "verified") return `${sha256 ?? ""}, the given one`;
  if (state === "broken") return "not the given one";
  return `${sha256 ?? ""}, not compared (give it with --previous)`;
}

function reperformanceWords({ compared, registers, otherVersion, failures }: Reperformance): string {
  const what = otherVersion === null ? formatQuantity(compared, "file") : `the registers, by kaudit ${otherVersion}`;
  const result = failures.length === 0 ? "the same" : `${formatCount(failures.length)} differences`;
  return `${what}, ${formatQuantity(registers, "register")}: ${result}`;
}
