import { exceptionRules } from "@kaudit/controls";
import { type Rule, severities } from "@kaudit/rules";
import type { CommandContext } from "../../command-context.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import { formatQuantity } from "../../terminal/numbers.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, chooseSome } from "../policy/policy-source.js";

/** The options of `kaudit rules list`. */
export interface ListOptions {
  readonly severity?: string;
  readonly output: string;
  readonly color: boolean;
}

/** What a rule needs to be evaluated, in a few words. */
function needsOf(rule: Rule): string {
  const needs = (rule.needs ?? []).map((need) =>
    need.level === "Metadata" ? need.class : `${need.class} at ${need.level}`,
  );
  const lists = (rule.requiresLists ?? []).map((one) => `list ${typeof one === "string" ? one : one.join(" or ")}`);
  const all = [...needs, ...lists];
  return all.length === 0 ? "facts about the evidence itself" : all.join(", ");
}

/**
 * Runs `kaudit rules list`. Gives 0. Throws `KAUDIT_CLI_USAGE` for a severity or form that there is not.
 */
export async function listRules(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const wanted = options.severity === undefined ? severities : chooseSome("--severity", options.severity, severities);
  const rules = exceptionRules.filter(({ severity }) => wanted.includes(severity));
  if (form === "json") await context.output.write(`${inertJson(rules, 2)}\n`);
  else {
    const style = context.style(options.color);
    const width = Math.min(style.columns, 100);
    const indent = " ".repeat(18);
    const lines = rules.flatMap((rule) => [
      `${style.bold(rule.id)}  ${rule.severity.padEnd(8)}  ${wrapText(rule.title, width, indent).trimStart()}`,
      wrapText(`needs ${needsOf(rule)}`, width, indent),
    ]);
    await context.output.write(
      `${lines.join("\n")}\n\n${formatQuantity(rules.length, "rule")}; kaudit rules explain <rule> tells everything about one.\n`,
    );
  }
  await context.output.flush();
  return exitCodes.done;
}
