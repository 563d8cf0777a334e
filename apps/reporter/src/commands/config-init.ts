import type { CommandContext } from "../command-context.js";
import { starterConfiguration } from "../config/starter.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { refuseOutput, writeWholeFile } from "../output/whole-file.js";

/**
 * Runs `kaudit config init`: writes a configuration to start from, or prints it for `-`. Throws `KAUDIT_CLI_OUTPUT_EXISTS` where there
 * is a file, which is never replaced, and `KAUDIT_CLI_OUTPUT_FAILED`.
 */
export async function configInit(path: string, context: CommandContext): Promise<ExitCode> {
  if (path === "-") {
    await context.output.write(starterConfiguration);
    return exitCodes.done;
  }
  await refuseOutput(path, false);
  await writeWholeFile(path, pieces(), { force: false, signals: context.signals });
  context.notes.write(`kaudit: wrote ${path}; check it with kaudit config check ${path}\n`);
  return exitCodes.done;
}

async function* pieces(): AsyncGenerator<string> {
  yield starterConfiguration;
}
