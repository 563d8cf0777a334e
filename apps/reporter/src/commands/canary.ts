import { type CanaryClass, canaryClasses, CanaryOptions } from "@kaudit/evidence";
import { canaryManifest, cronSchedule } from "../canary/canary-manifest.js";
import { canaryScript } from "../canary/canary-script.js";
import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { chooseSome } from "./policy/policy-source.js";

/** The options of `kaudit canary` as they come from the command line and the environment. */
export interface CanaryCommandOptions {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly every: string;
  readonly classes: string;
  readonly image: string;
  readonly script?: boolean;
}

const classNames: readonly CanaryClass[] = canaryClasses.map(({ name }) => name);

/**
 * Runs `kaudit canary`: prints the manifest of the planted actions, or the script that performs them once.
 *
 * Gives 0. Throws `KAUDIT_CLI_USAGE` for names that Kubernetes does not take and for a turn that cron cannot keep.
 */
export async function canary(options: CanaryCommandOptions, context: CommandContext): Promise<ExitCode> {
  const everyMinutes = Number(options.every);
  const schedule = /^[1-9]\d{0,3}$/.test(options.every) ? cronSchedule(everyMinutes) : null;
  if (schedule === null)
    throw usageError(`--every ${options.every}: not minutes that divide an hour or a day; use 5, 15, 60, 360 or 1440`);
  if (!/^[a-z0-9][A-Za-z0-9._\-/:@]{0,254}$/.test(options.image))
    throw usageError("--image: not the name of an image; use one as registry.example/kubectl:1.34");
  const parsed = CanaryOptions.safeParse({
    namespace: options.namespace,
    serviceAccount: options.serviceAccount,
    everyMinutes,
    classes: chooseSome("--classes", options.classes, classNames),
  });
  if (!parsed.success) {
    const [problem] = parsed.error.issues;
    const option = problem?.path[0] === "serviceAccount" ? "--service-account" : "--namespace";
    throw usageError(`${option}: ${problem?.message ?? "not valid"}`);
  }
  const text =
    options.script === true ? canaryScript(parsed.data) : canaryManifest(parsed.data, schedule, options.image);
  await context.output.write(text);
  await context.output.flush();
  return exitCodes.done;
}
