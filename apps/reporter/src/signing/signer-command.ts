import { spawn } from "node:child_process";
import type { PackSigner } from "@kaudit/report";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { ReporterError, usageError } from "../errors.js";
import { publicKeyOf } from "./key-file.js";

/** The options by which a command signs a pack. */
export interface SignerCommandOptions {
  readonly signCommand?: string;
  readonly signPublicKey?: string;
}

/** A command that asks somebody for a PIN has this long. */
const timeLimitMs = 60_000;

/** An Ed25519 signature (RFC 8032). */
const signatureBytes = 64;

/**
 * Gives the signer that runs `--sign-command`, or undefined without it. The command is started without a shell, with the bytes to sign on
 * standard input, and writes the raw signature to standard output; what it says on standard error is not repeated, as it could
 * hold a secret. It gets this process' environment but for kaudit's own variables.
 *
 * Throws `KAUDIT_CLI_USAGE` for a command without a public key, or the other way round, and for what is neither words nor a JSON
 * list of them. The signer throws `KAUDIT_CLI_SIGNER_FAILED`.
 */
export async function signerCommandOf(
  { signCommand, signPublicKey }: SignerCommandOptions,
  { environment }: Pick<CommandContext, "environment">,
  limitMs: number = timeLimitMs,
): Promise<PackSigner | undefined> {
  if (signCommand === undefined) {
    if (signPublicKey !== undefined) throw usageError("--sign-public-key needs the command beside it: --sign-command");
    return undefined;
  }
  if (signPublicKey === undefined) {
    throw usageError(
      "--sign-command needs the public key, by which its signatures are checked: --sign-public-key key.pub",
    );
  }
  const [program, ...args] = wordsOf(signCommand);
  if (program === undefined) throw usageError("--sign-command: is empty; name the program that signs");
  const publicKey = await publicKeyOf(signPublicKey, "--sign-public-key");
  const passed = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("KAUDIT_")));
  return { publicKey, sign: (bytes) => signatureFrom(program, args, bytes, passed, limitMs) };
}

/** Words between blanks, or a JSON list for words that hold blanks themselves; nothing is expanded. */
function wordsOf(command: string): readonly string[] {
  if (!command.trimStart().startsWith("[")) return command.split(/\s+/).filter((word) => word !== "");
  let list: unknown;
  try {
    list = JSON.parse(command);
  } catch {
    list = undefined;
  }
  if (Array.isArray(list) && list.every((word) => typeof word === "string")) return list;
  throw usageError(`--sign-command: begins with [ and is no JSON list of texts; write ["program", "argument"]`);
}

function signatureFrom(
  program: string,
  args: readonly string[],
  bytes: Uint8Array,
  environment: Readonly<Record<string, string | undefined>>,
  limitMs: number,
): Promise<Uint8Array> {
  const fails = (what: string): ReporterError =>
    new ReporterError(
      "KAUDIT_CLI_SIGNER_FAILED",
      `--sign-command ${visibleString(program, { maxCharacters: 200 })}: ${what}; the pack was not written. The command gets the bytes on standard input and has to write the raw Ed25519 signature (${signatureBytes} bytes); try it by hand.`,
    );
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ["pipe", "pipe", "ignore"], shell: false });
    const pieces: Buffer[] = [];
    let size = 0;
    const end = (error: ReporterError): void => {
      child.kill("SIGKILL");
      reject(error);
    };
    const timer = setTimeout(() => end(fails(`did not end within ${Math.ceil(limitMs / 1000)} s`)), limitMs);
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(fails(`could not be started (${error.code ?? "unknown error"})`));
    });
    child.stdout.on("data", (piece: Buffer) => {
      size += piece.length;
      // What is more than a signature is not kept.
      if (size <= signatureBytes) pieces.push(piece);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0)
        reject(fails(code === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit code ${code}`));
      else if (size !== signatureBytes) reject(fails(`wrote ${size} bytes`));
      else resolve(Buffer.concat(pieces));
    });
    // A command that does not read its input shows in what it writes.
    child.stdin.on("error", () => undefined);
    child.stdin.end(bytes);
  });
}
