import { createReadStream } from "node:fs";
import { loadPolicy, type Policy, PolicyError } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { ReporterError, usageError } from "../../errors.js";
import { reasonOf } from "../../inputs/file-error.js";

/** More than any policy, manifest or useful piece of a log holds; what is larger is refused, not read. */
const maxBytes = 64 * 1024 * 1024;

/** A file as it was given on the command line; `-` stands for standard input. */
export interface GivenFile {
  /** As given, for messages and places. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file, or standard input for `-`. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it is missing, cannot be read or
 * holds more than 64 MiB. `named` is how the message names it, unless it is the path itself.
 */
export async function readGivenFile(path: string, context: CommandContext, named = path): Promise<GivenFile> {
  const stream = path === "-" ? context.standardInput() : createReadStream(path);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) break;
    }
  } catch (error) {
    throw unreadable(path, named, reasonOf(error as NodeJS.ErrnoException), error);
  }
  if (length > maxBytes) throw unreadable(path, named, "larger than 64 MiB; give the part that matters");
  return { name: path === "-" ? "standard input" : path, bytes: Buffer.concat(chunks) };
}

function unreadable(path: string, named: string, reason: string, cause?: unknown): ReporterError {
  const details = { details: { path }, ...(cause === undefined ? {} : { cause }) };
  return new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `${named}: ${reason}`, details);
}

/**
 * Reads a policy as kube-apiserver does. Throws `KAUDIT_CLI_INPUT_UNREADABLE` for a file that cannot be read and
 * `KAUDIT_CLI_POLICY_REFUSED`, with file, line and column, for one with which kube-apiserver does not start.
 *
 * What kube-apiserver only warns of is written to the notes unless `quiet` is true.
 */
export async function readPolicy(path: string, context: CommandContext, quiet = false): Promise<Policy> {
  const given = await readGivenFile(path, context);
  return loadGivenPolicy(given, context, quiet);
}

/** Like `readPolicy`, of bytes that were read already. */
export function loadGivenPolicy({ name, bytes }: GivenFile, context: CommandContext, quiet = false): Policy {
  try {
    const { policy, warnings } = loadPolicy(bytes);
    if (!quiet)
      for (const warning of warnings)
        context.notes.write(`kaudit: ${visibleString(name)}: ${visibleString(warning)}\n`);
    return policy;
  } catch (error) {
    if (error instanceof PolicyError) throw refused(name, error);
    throw error;
  }
}

function refused(name: string, error: PolicyError): ReporterError {
  const [first, ...others] = error.problems;
  const place = first === undefined ? name : `${name}:${first.line}:${first.column}`;
  const more = others.length === 0 ? "" : ` (and ${others.length} more; kaudit policy lint shows all)`;
  const message = `${place}: ${first?.message ?? error.message}${more}`;
  return new ReporterError("KAUDIT_CLI_POLICY_REFUSED", message, { cause: error });
}

/**
 * Calls into the policy package; an argument that it refuses becomes `KAUDIT_CLI_USAGE` in the words of the command line.
 * `options` gives the option for the argument's name, as in `kubernetesVersion: "--target-version"`.
 */
export function inOptionWords<Result>(options: Readonly<Record<string, string>>, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof PolicyError) || error.code !== "KAUDIT_POLICY_ARGUMENT") throw error;
    const [, name = "", rest = error.message] = /^([\w.]+): (.*?)\.?$/s.exec(error.message) ?? [];
    throw usageError(`${options[name] ?? name}: ${rest}`);
  }
}

/** Gives the value if it is one of `known`; throws `KAUDIT_CLI_USAGE` otherwise. */
export function chooseOne<Name extends string>(option: string, value: string, known: readonly Name[]): Name {
  const found = known.find((one) => one === value);
  if (found === undefined) throw usageError(`${option} ${value}: not known; use ${known.join(", ")}`);
  return found;
}

/** Like `chooseOne`, for a comma list. */
export function chooseSome<Name extends string>(
  option: string,
  value: string,
  known: readonly Name[],
): readonly [Name, ...Name[]] {
  const names = value.split(",").map((name) => chooseOne(option, name.trim(), known));
  return names as [Name, ...Name[]];
}
