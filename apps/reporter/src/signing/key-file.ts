import { open } from "node:fs/promises";
import { keyFingerprint, verificationKey } from "@kaudit/report";
import { isKauditError } from "@kaudit/schema";
import { ReporterError, usageError } from "../errors.js";
import { reasonOf } from "../inputs/file-error.js";

/** No key or passphrase is longer; a larger file is another one, named by mistake. */
const maxBytes = 64 * 1024;

/** Everybody but the owner. */
const groupAndOthers = 0o077;

interface SecretFile {
  readonly text: string;
}

/** Gives the public key in a file. Throws `KAUDIT_CLI_INPUT_UNREADABLE` and `KAUDIT_CLI_USAGE`, which name `option`. */
export async function publicKeyOf(path: string, option = "--key"): Promise<ReturnType<typeof verificationKey>> {
  const { text } = await readKeyFile(path, option, false);
  try {
    const key = verificationKey(text);
    keyFingerprint(key);
    return key;
  } catch (error) {
    throw keyProblem(`${option} ${path}`, error);
  }
}

/** Gives the error of a key as one of the option that names it. */
export function keyProblem(named: string, error: unknown): unknown {
  if (!isKauditError(error, "KAUDIT_REPORT_KEY_INVALID")) return error;
  return usageError(`${named}: ${error.message}`);
}

/**
 * Reads a key or a passphrase. Throws `KAUDIT_CLI_KEY_EXPOSED` with `ownerOnly` where others than the owner may use the file, else
 * `KAUDIT_CLI_INPUT_UNREADABLE`.
 */
export async function readKeyFile(path: string, option: string, ownerOnly: boolean): Promise<SecretFile> {
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
