import { basename } from "node:path";
import type { Policy } from "@kaudit/policy";
import type { CommandContext } from "../command-context.js";
import type { ClusterNamesOption } from "../config/choose-clusters.js";
import { type LoadedConfiguration, noConfiguration } from "../config/load-configuration.js";
import { usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { requireEvents } from "../inputs/no-events.js";
import { requireInputs } from "../inputs/open-inputs.js";
import { type LogInputs, pathsOf, type ReadingOptions, startReading } from "../inputs/start-reading.js";
import { inspectEvents } from "../inspect/inspect-events.js";
import { inspectionText } from "../inspect/inspection-text.js";
import { inertJson } from "../query/inert-json.js";
import { runClusters } from "./run-clusters.js";
import { recordReading } from "../store/record-reading.js";
import { chooseOne, readPolicy } from "./policy/policy-source.js";

/** The options of `kaudit inspect` as they come from the command line and the environment. */
export interface InspectOptions extends ReadingOptions {
  readonly cluster?: ClusterNamesOption;
  readonly store?: string;
  readonly policy?: string;
  readonly top: string;
  readonly output: string;
  readonly color: boolean;
}

async function openPolicy(
  inputs: LogInputs,
  { policy: path, quiet }: InspectOptions,
  context: CommandContext,
): Promise<{ readonly file: string; readonly policy: Policy } | null> {
  if (path === undefined) return null;
  if (path === "-" && pathsOf(inputs).includes("-")) {
    throw usageError("--policy and the log cannot both be standard input; name a file for one of them");
  }
  const policy = await readPolicy(path, context, quiet);
  return { file: path === "-" ? "standard input" : basename(path), policy };
}

/**
 * Runs `kaudit inspect`: reads the inputs and prints what is in them. Memory does not grow with the log.
 *
 * Gives 0. Throws `KAUDIT_CLI_NO_EVENTS` where nothing is an audit event, and coded errors for everything else.
 */
export async function inspect(
  given: readonly string[],
  named: InspectOptions,
  context: CommandContext,
  configuration: LoadedConfiguration = noConfiguration,
): Promise<ExitCode> {
  const { inputs, options: chosen } = runClusters(given, named, configuration);
  const options: InspectOptions = named.policy === undefined ? chosen : { ...chosen, policy: named.policy };
  const form = chooseOne("--output", options.output, ["text", "json"]);
  if (!/^[1-9]\d{0,3}$/.test(options.top)) throw usageError(`--top ${options.top}: not a whole number from 1 to 9999`);
  const top = Number(options.top);
  requireInputs(inputs, options, "kaudit inspect /var/log/kubernetes/audit");
  const policy = await openPolicy(inputs, options, context);
  const { reading, endProgress } = startReading(inputs, options, context);
  try {
    const inspection = await inspectEvents(reading, { top, policy });
    requireEvents(await reading.account);
    endProgress();
    const text =
      form === "json" ? `${inertJson(inspection, 2)}\n` : inspectionText(inspection, top, context.style(options.color));
    await recordReading("inspect", inputs, options, { events: (await reading.account).totals.events }, context);
    await context.output.write(text);
    await context.output.flush();
    return exitCodes.done;
  } finally {
    endProgress();
  }
}
