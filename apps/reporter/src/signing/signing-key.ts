import { createPrivateKey, type KeyObject } from "node:crypto";
import { open } from "node:fs/promises";
import { ed25519Signer, keyFingerprint, type PackSigner, verificationKey } from "@kaudit/report";
import { isKauditError } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { ReporterError, usageError } from "../errors.js";
import { reasonOf } from "../inputs/file-error.js";

/** The options by which a pack is signed. */
export interface SigningOptions {
  readonly sign?: string;
  readonly signPassphraseFile?: string;
  /** `owner` or `any`. */
  readonly signKeyPermissions?: string;
}

/** No key or passphrase is longer; a larger file is another one, named by mistake. */
const maxBytes = 64 * 1024;

/** Everybody but the owner. */
const groupAndOthers = 0o077;

interface SecretFile {
  readonly text: string;
}

/**
 * Gives the signer that `--sign` names, or undefined without it. The passphrase of an encrypted key comes from
 * `--sign-passphrase-file` or `KAUDIT_SIGN_PASSPHRASE`, never from an argument, which every process could see.
 *
 * Throws `KAUDIT_CLI_KEY_EXPOSED` for a file that others may read (unless `--sign-key-permissions any`),
 * `KAUDIT_CLI_INPUT_UNREADABLE`, and `KAUDIT_CLI_USAGE` for what is no Ed25519 key in PKCS#8. No message holds anything of
 * the key or the passphrase.
 */
export async function signerOf(options: SigningOptions, context: CommandContext): Promise<PackSigner | undefined> {
  const key = await readSigningKey(options, context);
  if (key === undefined) return undefined;
  try {
    return ed25519Signer(key.text, key.passphrase);
  } catch (error) {
    throw keyProblem(`--sign ${options.sign ?? ""}`, error);
  }
}

/** Gives the key itself, for what signs otherwise than packs. Throws what {@link signerOf} throws. */
export async function signingKeyOf(options: SigningOptions, context: CommandContext): Promise<KeyObject | undefined> {
  const key = await readSigningKey(options, context);
  // The pack's signer checks the key and says what is wrong with it.
  if (key === undefined || (await signerOf(options, context)) === undefined) return undefined;
  return createPrivateKey({ key: key.text, ...(key.passphrase === undefined ? {} : { passphrase: key.passphrase }) });
}

async function readSigningKey(
  options: SigningOptions,
  context: CommandContext,
): Promise<{ readonly text: string; readonly passphrase: string | undefined } | undefined> {
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
  const key = await readSecret(sign, "--sign", ownerOnly);
  const passphrase =
    signPassphraseFile === undefined
      ? context.environment["KAUDIT_SIGN_PASSPHRASE"]
      : (await readSecret(signPassphraseFile, "--sign-passphrase-file", ownerOnly)).text.replace(/\r?\n$/, "");
  return { text: key.text, passphrase };
}

/** Gives the public key in a file. Throws `KAUDIT_CLI_INPUT_UNREADABLE` and `KAUDIT_CLI_USAGE`. */
export async function publicKeyOf(path: string): Promise<ReturnType<typeof verificationKey>> {
  const { text } = await readSecret(path, "--key", false);
  try {
    const key = verificationKey(text);
    keyFingerprint(key);
    return key;
  } catch (error) {
    throw keyProblem(`--key ${path}`, error);
  }
}

function keyProblem(named: string, error: unknown): unknown {
  if (!isKauditError(error, "KAUDIT_REPORT_KEY_INVALID")) return error;
  return usageError(`${named}: ${error.message}`);
}

async function readSecret(path: string, option: string, ownerOnly: boolean): Promise<SecretFile> {
  try {
    const handle = await open(path, "r");
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw unreadable(path, option, "is not a file");
      if (status.size > maxBytes) throw unreadable(path, option, "is larger than any key");
      if (ownerOnly && process.platform !== "win32" && (status.mode & groupAndOthers) !== 0)
        throw exposed(path, option, status.mode);
      return { text: (await handle.readFile()).toString("latin1") };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isKauditError(error)) throw error;
    throw unreadable(path, option, reasonOf(error as NodeJS.ErrnoException), error);
  }
}

function exposed(path: string, option: string, mode: number): ReporterError {
  const rights = (mode & 0o777).toString(8).padStart(4, "0");
  return new ReporterError(
    "KAUDIT_CLI_KEY_EXPOSED",
    `${option} ${path}: others than its owner may use it (mode ${rights}); run chmod 600 on it, or give --sign-key-permissions any`,
    { details: { path } },
  );
}

function unreadable(path: string, option: string, reason: string, cause?: unknown): ReporterError {
  const details = { details: { path }, ...(cause === undefined ? {} : { cause }) };
  return new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `${option} ${path}: ${reason}`, details);
}
