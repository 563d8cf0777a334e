import { writeFile } from "node:fs/promises";
import { generatePolicy } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { ReporterError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { formatQuantity } from "../../terminal/numbers.js";
import { chooseOne, chooseSome, inOptionWords } from "./policy-source.js";

/** The options of `kaudit policy generate`. */
export interface GenerateOptions {
  readonly framework: string;
  readonly style: string;
  readonly targetVersion?: string;
  readonly includeSecretBodies?: boolean;
  readonly blockingStrict?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
}

async function writePolicyFile(path: string, text: string, force: boolean): Promise<void> {
  // "wx" looks and writes in one step: nobody's file is lost between the two.
  await writeFile(path, text, { flag: force ? "w" : "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") {
      const message = `${path}: exists already; name another file with --out, or replace it with --force`;
      throw new ReporterError("KAUDIT_CLI_OUTPUT_EXISTS", message, { details: { path }, cause: error });
    }
    const message = `${path}: cannot be written (${error.code ?? "unknown error"}); check the path`;
    throw new ReporterError("KAUDIT_CLI_OUTPUT_FAILED", message, { details: { path }, cause: error });
  });
}

/**
 * Runs `kaudit policy generate`: writes a commented policy for frameworks, style and release, to standard output or to
 * `--out`. Gives 0. Throws coded errors for unknown options and for a file that exists or cannot be written.
 */
export async function generate(options: GenerateOptions, context: CommandContext): Promise<ExitCode> {
  const { targetVersion, out } = options;
  const { text, policy } = inOptionWords(
    { kubernetesVersion: "--target-version", targetVersion: "--target-version" },
    () =>
      generatePolicy({
        frameworks: chooseSome("--framework", options.framework, ["soc2", "pci-dss", "hipaa"]),
        style: chooseOne("--style", options.style, ["balanced", "minimal-volume", "forensic"]),
        includeSecretBodies: options.includeSecretBodies === true,
        blockingStrict: options.blockingStrict === true,
        ...(targetVersion === undefined ? {} : { targetVersion }),
      }),
  );
  if (out === undefined) await context.output.write(text);
  else {
    await writePolicyFile(out, text, options.force === true);
    const written = `${visibleString(out)}: ${formatQuantity(policy.rules.length, "rule")} written`;
    if (options.quiet !== true) context.notes.write(`kaudit: ${written}\n`);
  }
  return exitCodes.done;
}
