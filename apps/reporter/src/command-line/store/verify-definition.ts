import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "../option-sources.js";

const description = `Checks a store: the chain of commits, the bytes and rows of every segment,
signed checkpoints, the ledger. Everything that was changed, removed, added or
put in another order is named.`;

const notes = `
What lies in the store itself cannot show that its end was cut off, or that all
of it was made anew: whoever does that makes the rest fit. --against holds the
store against a checkpoint that was kept elsewhere (kaudit collect --witness):
it must be the continuation of what the checkpoint vouches for. Without one, and
without a key, the answer says "unanchored".

The key is never taken from the store: give the signer's public key, which you
have by another way, with --key. How to verify without kaudit, with sha256sum,
jq and openssl: docs/format.md of @kaudit/store.

Exit codes:
   0  nothing is wrong
   1  something is wrong; all of it is listed
   2  usage, or a key or checkpoint that is none
   3  there is no store, or it cannot be read
  70  a defect of kaudit

Examples:
  kaudit collect audit.log --store evidence && kaudit store verify evidence
  kaudit collect . --store ev --quiet && kaudit store verify ev -o json
`;

/** Adds `kaudit store verify`. */
export function defineStoreVerify(store: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  store
    .command("verify")
    .summary("check that nobody changed a store")
    .description(description)
    .argument("<store>", "the store: a folder, or s3://bucket/prefix/")
    .option("--key <file>", "the signer's public key (PEM), not taken from the store")
    .option("--against <files...>", "checkpoints that were kept elsewhere, or a folder of them")
    .option("-o, --output <form>", "text or json", "text")
    .option("--quiet", "write nothing when nothing is wrong")
    .addHelpText("after", notes)
    .action(async (address: string, _options: unknown, command: Command) => {
      applyEnvironment(command, {
        ...sharedEnvironment(context.environment),
        KAUDIT_KEY: context.environment["KAUDIT_KEY"],
      });
      refuseEmptyValues(command);
      const { verify } = await import("../../commands/store/verify.js");
      end(await verify(address, command.opts(), context));
    });
}
