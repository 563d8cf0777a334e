import { diffPolicies, type PolicyChange, type PolicyDiff } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, readPolicy } from "./policy-source.js";

/** The options of `kaudit policy diff`. */
export interface DiffOptions {
  readonly output: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const titles: Readonly<Record<PolicyChange, string>> = {
  lost: "No longer recorded",
  lowered: "Recorded at a lower level",
  stages: "Recorded at other stages",
  managedFields: "Recorded with or without managedFields",
  raised: "Recorded at a higher level",
  added: "Newly recorded",
};

function diffText({ equal, differences, complete }: PolicyDiff, style: TerminalStyle): string {
  if (equal) return "no difference: every request leaves the same records under both policies\n";
  const width = Math.min(style.columns, 100);
  const lines: string[] = [];
  let head = "";
  for (const { change, message, inPractice } of differences) {
    const title = `${titles[change]}${inPractice ? "" : " (requests that hardly occur)"}`;
    if (title !== head) lines.push(...(head === "" ? [] : [""]), style.bold(title));
    head = title;
    lines.push(wrapText(visibleString(message), width, "  "));
  }
  if (!complete) {
    const note = "The policies are too intricate to compare every class of requests: there may be more differences.";
    lines.push(...(head === "" ? [] : [""]), wrapText(note, width));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Runs `kaudit policy diff`: compares what two policies do. Gives 0 when it is proved that every request leaves the same
 * records under both, else 1. Throws coded errors for policies that cannot be read.
 */
export async function diff(
  before: string,
  after: string,
  options: DiffOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  if (before === "-" && after === "-") {
    throw usageError("both policies cannot be standard input; name a file for one of them");
  }
  const policies = [
    await readPolicy(before, context, options.quiet),
    await readPolicy(after, context, options.quiet),
  ] as const;
  const answer = diffPolicies(...policies);
  const text = form === "json" ? `${inertJson(answer, 2)}\n` : diffText(answer, context.style(options.color));
  await context.output.write(text);
  return answer.equal ? exitCodes.done : exitCodes.gateFailed;
}
