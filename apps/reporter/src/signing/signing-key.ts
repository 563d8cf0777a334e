import { createPrivateKey, type KeyObject } from "node:crypto";
import { ed25519Signer, type PackSigner } from "@kaudit/report";
import type { CommandContext } from "../command-context.js";
import { usageError } from "../errors.js";
import { keyProblem, readKeyFile } from "./key-file.js";
import { signerCommandOf, type SignerCommandOptions } from "./signer-command.js";

/** The options that name the key. */
export interface SigningKeyOptions {
  readonly sign?: string;
  readonly signPassphraseFile?: string;
  /** `owner` or `any`. */
  readonly signKeyPermissions?: string;
}

/** The options by which a pack is signed. */
export interface SigningOptions extends SigningKeyOptions, SignerCommandOptions {}

/**
 * Gives the signer that `--sign` names, or undefined without it. The passphrase of an encrypted key comes from
 * `--sign-passphrase-file` or `KAUDIT_SIGN_PASSPHRASE`, never from an argument, which every process could see.
 *
 * Throws `KAUDIT_CLI_KEY_EXPOSED` for a file that others may read (unless `--sign-key-permissions any`),
 * `KAUDIT_CLI_INPUT_UNREADABLE`, and `KAUDIT_CLI_USAGE` for what is no Ed25519 key in PKCS#8. No message holds anything of
 * the key or the passphrase.
 */
export async function signerOf(options: SigningOptions, context: CommandContext): Promise<PackSigner | undefined> {
  const command = await signerCommandOf(options, context);
  if (command !== undefined) {
    if (options.sign === undefined && options.signPassphraseFile === undefined) return command;
    throw usageError("--sign-command signs instead of --sign and its passphrase; give one of them");
  }
  const key = await readSigningKey(options, context);
  return key === undefined ? undefined : packSigner(key, options);
}

/** Gives the key itself, for what signs otherwise than packs. Throws what {@link signerOf} throws. */
export async function signingKeyOf(
  options: SigningKeyOptions,
  context: CommandContext,
): Promise<KeyObject | undefined> {
  const key = await readSigningKey(options, context);
  if (key === undefined) return undefined;
  // The pack's signer checks the key and says what is wrong with it.
  packSigner(key, options);
  return createPrivateKey({ key: key.text, ...(key.passphrase === undefined ? {} : { passphrase: key.passphrase }) });
}

interface SigningKey {
  readonly text: string;
  readonly passphrase: string | undefined;
}

function packSigner({ text, passphrase }: SigningKey, { sign = "" }: SigningKeyOptions): PackSigner {
  try {
    return ed25519Signer(text, passphrase);
  } catch (error) {
    throw keyProblem(`--sign ${sign}`, error);
  }
}

async function readSigningKey(options: SigningKeyOptions, context: CommandContext): Promise<SigningKey | undefined> {
  const { sign, signPassphraseFile, signKeyPermissions = "owner" } = options;
  if (signKeyPermissions !== "owner" && signKeyPermissions !== "any") {
    throw usageError(`--sign-key-permissions ${signKeyPermissions}: not known; use owner or any`);
  }
  if (sign === undefined) {
    if (signPassphraseFile !== undefined)
      throw usageError("--sign-passphrase-file needs the key beside it: --sign key.pem");
    return undefined;
  }
  const ownerOnly = signKeyPermissions === "owner";
  const { text } = await readKeyFile(sign, "--sign", ownerOnly);
  const passphrase =
    signPassphraseFile === undefined
      ? context.environment["KAUDIT_SIGN_PASSPHRASE"]
      : (await readKeyFile(signPassphraseFile, "--sign-passphrase-file", ownerOnly)).text.replace(/\r?\n$/, "");
  return { text, passphrase };
}
