import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Checks an evidence pack: that nothing in it was changed, taken away or added, that
its totals tie, that registers, bundle and manifest agree, who signed it, and
which pack comes before it. Every failure is named with its file.

With --inputs the pack is made again from its logs, with the options that its
manifest records, and every file that comes out is compared.`;

const notes = `
A pack does not vouch for its own key: give the signer's public key, which you
have by another way, with --key. Without it a signed pack fails as "signed by
unknown key"; a pack that is not signed says "unsigned" and passes when it is
otherwise whole. With --key an unsigned pack fails.

A time stamp (RFC 3161) is asked for with manifest.tsq, which the report writes
with --timestamp-request; it is checked with openssl, and like a key it needs
the authority's certificate from elsewhere:
  curl -H 'Content-Type: application/timestamp-query' \\
    --data-binary @manifest.tsq https://tsa.example > manifest.tsr

Name the inputs as the report did: the folder of the logs or its files. Where
they lie does not matter; API servers keep the names of the pack. Files that the
report read besides are looked for where they were; --policy, --config,
--approvals, --dispositions and --collection say where they are now.

--key, --temp-dir, --quiet and --no-color can be set in the environment, as
KAUDIT_KEY and so on.

Exit codes:
   0  whole
   1  something is wrong; all of it is listed
   2  usage, or a key that is none
   3  the folder, a key or an input cannot be read
  70  a defect of kaudit

Examples:
  kaudit verify november
  kaudit verify november --previous october -o json
  kaudit verify november --inputs audit.log --policy policy.yaml
`;

/** Adds `kaudit verify` to the program. The code that does the work is loaded when it is called. */
export function defineVerify(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  program
    .command("verify")
    .summary("check a pack, and make it again")
    .description(description)
    .argument("<pack>", "the pack's folder")
    .option("--key <file>", "the signer's public key (PEM), not taken from the pack")
    .option("--timestamp <file>", "answer of a time-stamp authority (default: manifest.tsr in the pack)")
    .option("--timestamp-ca <file>", "the authority's certificate (PEM), not taken from the pack")
    .option("--previous <pack>", "the pack before this one, to check the chain")
    .option("--inputs <files...>", "the logs: make the pack again and compare it")
    .option("--policy <file>", "with --inputs: where the audit policy is now")
    .option("--config <file>", "with --inputs: where the configuration is now")
    .option("--approvals <file>", "with --inputs: where the approvals are now")
    .option("--dispositions <file>", "with --inputs: where the dispositions are now")
    .option("--collection <file>", "with --inputs: where the hashes of the collection are now")
    .option("--allow-http", "inputs may be http:// and https:// addresses")
    .option("--temp-dir <folder>", "where the pack is made again (default: the system's)")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "write nothing when the pack is whole")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (pack: string, _options: unknown, command: Command) => {
      const shared = sharedEnvironment(context.environment);
      // The files of the environment are those of the next report, not of the one that is verified.
      const ofReports = Object.fromEntries(
        ["POLICY", "CONFIG", "APPROVALS", "DISPOSITIONS", "COLLECTION"].map((name) => [`KAUDIT_${name}`, undefined]),
      );
      applyEnvironment(command, { ...shared, ...ofReports, KAUDIT_KEY: context.environment["KAUDIT_KEY"] });
      refuseEmptyValues(command);
      const { verify } = await import("../commands/verify.js");
      end(await verify(pack, command.opts(), context));
    });
}
