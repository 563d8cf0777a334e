import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, sharedEnvironment, refuseEmptyValues } from "../option-sources.js";

const description = `Writes an audit policy for frameworks, release and style, commented rule by rule
with the requirement it serves. Secrets, config maps, token reviews and token
requests stay at Metadata: recording their bodies writes secrets into the log.`;

const notes = `
Styles: balanced records who did what, and the contents of security-relevant
changes; minimal-volume the evidence and little else; forensic the contents of
every change.

Exit codes:
   0  done
   2  usage: unknown framework, style or release
   4  the file exists already or cannot be written

Examples:
  kaudit policy generate --framework soc2,pci-dss > balanced.yaml
  kaudit policy generate --style forensic --target-version 1.33 --out all.yaml
  kaudit policy generate --style minimal-volume | kaudit policy lint -
`;

/** Adds `kaudit policy generate`. The code that does the work is loaded when it is called. */
export function defineGenerate(policy: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  policy
    .command("generate")
    .summary("write a policy")
    .description(description)
    .option("--framework <ids>", "soc2, pci-dss, hipaa, by comma", "soc2,pci-dss,hipaa")
    .option("--style <name>", "balanced, minimal-volume or forensic", "balanced")
    .option("--target-version <release>", "release of the kube-apiserver, as 1.33 (default: the newest known)")
    .option("--include-secret-bodies", "record the values of changed secrets and config maps")
    .option("--blocking-strict", "keep the stage RequestReceived, which --audit-log-mode=blocking-strict needs")
    .option("--out <file>", "write to this file instead of standard output")
    .option("--force", "replace the file")
    .option("--quiet", "no notes")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const { generate } = await import("../../commands/policy/generate.js");
      end(await generate(command.opts(), context));
    });
}
