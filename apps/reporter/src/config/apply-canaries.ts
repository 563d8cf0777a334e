import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { applyConfiguration } from "./apply-configuration.js";

/**
 * Sets the options of `kaudit canary` that the command line left out from the section `canaries` of the file that `--config` names:
 * what is planted is then what the evidence looks for. Throws what reading the configuration throws.
 */
export async function applyCanaries(command: Command, context: CommandContext): Promise<void> {
  const { canaries } = (await applyConfiguration(command, context)).values;
  if (canaries === undefined) return;
  const { namespace, serviceAccount, everyMinutes, classes } = canaries;
  const options = { namespace, serviceAccount, every: String(everyMinutes), classes: classes.join(",") };
  for (const [key, value] of Object.entries(options)) {
    if (command.getOptionValueSource(key) === "default") command.setOptionValueWithSource(key, value, "config");
  }
}
