import { exceptionInputs, exceptionLists, exceptionParameters, exceptionRules, frameworks } from "@kaudit/controls";
import { conditionsOf, conditionUses, describeCondition, numberWords, type Rule } from "@kaudit/rules";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne } from "../policy/policy-source.js";

/** The options of `kaudit rules explain`. */
export interface ExplainOptions {
  readonly output: string;
  readonly color: boolean;
}

function findRule(id: string): Rule {
  const wanted = id.toUpperCase();
  const found = exceptionRules.find((rule) => rule.id === wanted);
  if (found !== undefined) return found;
  const first = exceptionRules[0]?.id ?? "";
  const last = exceptionRules.at(-1)?.id ?? "";
  throw usageError(`${id}: no such rule; ${first} to ${last} are there (kaudit rules list)`);
}

/** A list or input that rules name, with what it is. */
function listMeaning(name: string): string {
  const lists: Readonly<Record<string, { readonly meaning: string; readonly default?: readonly string[] }>> =
    exceptionLists;
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (list === undefined) return (exceptionInputs as Readonly<Record<string, string>>)[name] ?? "";
  const held = list.default === undefined ? "no default" : `default: ${list.default.join(", ")}`;
  return `${list.meaning} (${held})`;
}

function severityLines(rule: Rule): string[] {
  const lines: string[] = [rule.severity];
  for (const { when, severity } of rule.severityWhen ?? [])
    lines.push(`${severity} when`, ...describeCondition(when).map((line) => `  ${line}`));
  for (const { of, when, by, withinMinutes, severity } of rule.followedBy ?? []) {
    const after = of === undefined ? "" : ` (${describeCondition(of).join("; ")})`;
    lines.push(
      `${severity} when followed${after}, within ${numberWords(withinMinutes)} minutes and with the same ${by.join(", ")}, by`,
      ...describeCondition(when).map((line) => `  ${line}`),
    );
  }
  if (rule.scopeRaises !== undefined) lines.push(`one step higher in scope: ${rule.scopeRaises.join(", ")}`);
  return lines;
}

function thresholdLines(rule: Rule): string[] {
  return (rule.thresholds ?? []).map(({ of, count, withinMinutes, by, distinct }) => {
    const what = distinct === undefined ? "requests" : `different values of ${distinct}`;
    const which = of === undefined ? "" : ` (${describeCondition(of).join("; ")})`;
    return `at least ${numberWords(count)} ${what}${which} within ${numberWords(withinMinutes)} minutes with the same ${by.join(", ")}`;
  });
}

function controlLines(rule: Rule): string[] {
  const names = new Map(frameworks.map(({ id, name }) => [id, name]));
  return Object.entries(rule.controls ?? {}).map(([id, controls]) => `${names.get(id) ?? id}: ${controls.join(", ")}`);
}

function settingLines(rule: Rule): string[] {
  const uses = conditionUses(conditionsOf(rule));
  const required = (rule.requiresLists ?? []).map((one) => (typeof one === "string" ? [one] : one));
  const lines = required.flatMap((names) =>
    names.map(
      (name) =>
        `${name} (needed${names.length > 1 ? `, or ${names.filter((other) => other !== name).join(", ")}` : ""}): ${listMeaning(name)}`,
    ),
  );
  const told = new Set(required.flat());
  for (const { list, without } of rule.wants ?? []) {
    if (told.has(list)) continue;
    told.add(list);
    lines.push(`${list}: ${listMeaning(list)}; without it ${without}`);
  }
  for (const name of uses.lists.keys()) if (!told.has(name)) lines.push(`${name}: ${listMeaning(name)}`);
  const parameters: Readonly<Record<string, { readonly default: number; readonly meaning: string }>> =
    exceptionParameters;
  const numbers = [
    ...uses.parameters,
    ...[...(rule.thresholds ?? []), ...(rule.followedBy ?? [])].flatMap((one) =>
      ["count" in one ? one.count : 0, one.withinMinutes].flatMap((value) =>
        typeof value === "object" ? [value.parameter] : [],
      ),
    ),
  ];
  for (const name of new Set(numbers))
    lines.push(`${name}: ${parameters[name]?.meaning ?? ""} (default: ${parameters[name]?.default ?? ""})`);
  return lines;
}

function needLines(rule: Rule): string[] {
  const lines = (rule.needs ?? []).map((need) => `${need.class}, recorded at level ${need.level} or above`);
  if (lines.length === 0) lines.push("facts about the evidence itself: findings, gates, review, approvals");
  if (rule.usesScope === true) lines.push("the scope; where none is declared, every namespace is tested");
  return lines;
}

function ruleText(rule: Rule, style: TerminalStyle): string {
  const width = Math.min(style.columns, 100);
  const part = (head: string, lines: readonly string[]): string => {
    if (lines.length === 0) return "";
    const body = lines.map((line) => {
      const indent = `  ${/^ */.exec(line)?.[0] ?? ""}`;
      return wrapText(line.trimStart(), width, indent);
    });
    return `\n${style.bold(head)}\n${body.join("\n")}\n`;
  };
  return [
    `${style.bold(`${rule.id} ${rule.title}`)}\n`,
    `\n${wrapText(rule.description ?? "", width)}\n`,
    part("Severity", severityLines(rule)),
    part("Condition", describeCondition(rule.when)),
    part("Only when there are", thresholdLines(rule)),
    part("One exception for each", [rule.groupBy.join(", ")]),
    part("Sentence", [rule.sentence]),
    part("Needs", needLines(rule)),
    part("Lists and numbers of the configuration", settingLines(rule)),
    part("Controls", controlLines(rule)),
    part("False positives", rule.falsePositives ?? []),
    part("What to do", [rule.remedy ?? ""]),
  ].join("");
}

/** Runs `kaudit rules explain`. Gives 0. Throws `KAUDIT_CLI_USAGE` when there is no such rule. */
export async function explainRule(id: string, options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const rule = findRule(id);
  const text = form === "json" ? `${inertJson(rule, 2)}\n` : ruleText(rule, context.style(options.color));
  await context.output.write(text);
  await context.output.flush();
  return exitCodes.done;
}
