import { checkpointSigner, type WriterOptions } from "@kaudit/store";
import type { CommandContext } from "../command-context.js";
import { version } from "../command-line/version.js";
import { chooseOne } from "../commands/policy/policy-source.js";
import { usageError } from "../errors.js";
import { signingKeyOf, type SigningKeyOptions } from "../signing/signing-key.js";
import { checkpointCopies } from "./checkpoint-copies.js";

/** The options by which events are put into a store. */
export interface StoreWritingOptions extends SigningKeyOptions {
  /** `all` or `evidence`. */
  readonly keep?: string;
  readonly redact?: boolean;
  readonly witness?: string;
}

/** Gives the options of the store's writer. Throws `KAUDIT_CLI_USAGE`, and what the key's file throws. */
export async function writerOptions(options: StoreWritingOptions, context: CommandContext): Promise<WriterOptions> {
  const keep = options.keep === undefined ? undefined : chooseOne("--keep", options.keep, ["evidence", "all"]);
  const key = await signingKeyOf(options, context);
  if (key === undefined && options.witness !== undefined)
    throw usageError("--witness copies signed checkpoints; give the key that signs them with --sign");
  return {
    tool: `kaudit ${version}`,
    now: context.now,
    keep,
    redact: options.redact,
    signer: key === undefined ? undefined : checkpointSigner(key),
    onCheckpoint: checkpointCopies(options.witness, context),
  };
}
