import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { link, lstat, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { isKauditError } from "@kaudit/schema";
import { ReporterError } from "../errors.js";
import type { ProcessSignals } from "../signals.js";

/** How a file is written. */
export interface WholeFileOptions {
  /** Replace a file that is there. */
  readonly force: boolean;
  readonly gzip?: boolean;
  readonly signals: ProcessSignals;
  /** Asked when everything is written, before the file gets its name; what it throws leaves no file. */
  readonly beforeNaming?: () => Promise<void>;
}

function exists(path: string, cause?: unknown): ReporterError {
  return new ReporterError(
    "KAUDIT_CLI_OUTPUT_EXISTS",
    `${path}: exists already; name another file, or replace it with --force`,
    { details: { path }, ...(cause === undefined ? {} : { cause }) },
  );
}

function unwritable(path: string, why: string, cause?: unknown): ReporterError {
  return new ReporterError("KAUDIT_CLI_OUTPUT_FAILED", `${path}: cannot be written (${why}); check the path`, {
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Throws `KAUDIT_CLI_OUTPUT_EXISTS` where there is a file that must not be replaced, and `KAUDIT_CLI_OUTPUT_FAILED` where
 * there is something that is no file or no folder to write into: before hours of reading, not after.
 */
export async function refuseOutput(path: string, force: boolean): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there !== null && !force) throw exists(path);
  if (there !== null && !there.isFile() && !there.isSymbolicLink()) throw unwritable(path, "is not a file");
  const folder = await lstat(dirname(path)).catch(() => null);
  if (folder === null) throw unwritable(path, "no such folder");
}

/**
 * Writes a file whole or not at all: under a temporary name beside it that only its owner can read, then renamed. The
 * temporary file is made when the first piece comes, so that a reader of the same folder has listed its files by then.
 *
 * Throws `KAUDIT_CLI_OUTPUT_EXISTS`, `KAUDIT_CLI_OUTPUT_FAILED`, and whatever `pieces` throws; then there is no file.
 */
export async function writeWholeFile(
  path: string,
  pieces: AsyncIterable<string>,
  { force, gzip = false, signals, beforeNaming }: WholeFileOptions,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const forget = signals.onForcedEnd(() => rmSync(temporary, { force: true }));
  try {
    const iterator = pieces[Symbol.asyncIterator]();
    const first = await iterator.next();
    await pipeline([
      Readable.from(startingWith(first, iterator)),
      ...(gzip ? [createGzip()] : []),
      createWriteStream(temporary, { flags: "wx", mode: 0o600, flush: true }),
    ]);
    await beforeNaming?.();
    if (force) await rename(temporary, path);
    else await nameNewFile(temporary, path);
  } catch (error) {
    if (isKauditError(error)) throw error;
    throw unwritable(path, (error as NodeJS.ErrnoException).code ?? "unknown error", error);
  } finally {
    await rm(temporary, { force: true });
    forget();
  }
}

async function* startingWith(
  first: IteratorResult<string>,
  iterator: AsyncIterator<string>,
): AsyncGenerator<string, void> {
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** A link fails where the name is taken: nobody's file is lost between looking and renaming. */
async function nameNewFile(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw exists(path, error);
    // Some file systems have no links.
    await refuseOutput(path, false);
    await rename(temporary, path);
  }
}

/** Gives the SHA-256 (hex) of a file; null where there is none. */
export async function hashOfFile(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return null;
  }
  return hash.digest("hex");
}
