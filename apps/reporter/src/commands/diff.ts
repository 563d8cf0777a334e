import { diffPacks } from "@kaudit/report";
import type { CommandContext } from "../command-context.js";
import { diffText } from "../diff/diff-text.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { inertJson } from "../query/inert-json.js";
import { chooseOne } from "./policy/policy-source.js";

/** The options of `kaudit diff`. */
export interface DiffOptions {
  readonly output: string;
  readonly color: boolean;
}

/** Runs `kaudit diff`: tells what changed between two packs. Gives 0. Throws coded errors for what is no pack. */
export async function diff(
  before: string,
  after: string,
  options: DiffOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  const changes = await diffPacks(before, after);
  await context.output.write(
    form === "json" ? `${inertJson(changes, 2)}\n` : diffText(changes, context.style(options.color)),
  );
  return exitCodes.done;
}
