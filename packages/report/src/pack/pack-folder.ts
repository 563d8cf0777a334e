import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ReportError } from "../errors.js";
import type { PackFile } from "./pack-input.js";
import { unwritable } from "./unwritable.js";

/** What a file's content may come as. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

const replacedMeanwhile = "was replaced by another run meanwhile; this run's pack was not written. Run it again.";

/** Text is handed to the disk in pieces of about this many characters. */
const pieceLength = 64 * 1024;

/**
 * A pack while it is written: a folder beside its target that nobody else can read (0700, files 0600), moved into place
 * whole or not at all. Every file is hashed as it is written and flushed to the disk.
 */
export class PackFolder {
  readonly #out: string;
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;
  readonly #files: PackFile[] = [];

  private constructor(out: string, folder: string, signal: AbortSignal | undefined) {
    this.#out = out;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** Makes the temporary folder, and the target's parents where they are missing. Throws `KAUDIT_REPORT_OUT_UNWRITABLE`. */
  static async create(out: string, signal?: AbortSignal): Promise<PackFolder> {
    try {
      await mkdir(dirname(out), { recursive: true });
      return new PackFolder(out, await mkdtemp(join(dirname(out), `.${basename(out)}-`)), signal);
    } catch (error) {
      throw unwritable(out, error);
    }
  }

  /** The files written so far, by path. */
  get files(): readonly PackFile[] {
    return this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Writes a file; `path` is a name of our own, never text from a log. Throws `KAUDIT_REPORT_OUT_UNWRITABLE`. */
  async write(path: string, content: Content): Promise<PackFile> {
    const hash = createHash("sha256");
    let bytes = 0;
    const target = join(this.#folder, ...path.split("/"));
    const handle = await this.#disk(async () => {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      return open(target, "wx", 0o600);
    });
    try {
      for await (const piece of piecesOf(content)) {
        this.#signal?.throwIfAborted();
        hash.update(piece);
        bytes += piece.length;
        await this.#disk(() => handle.writeFile(piece));
      }
      await this.#disk(() => handle.sync());
    } finally {
      await handle.close();
    }
    const file: PackFile = { path, bytes, sha256: hash.digest("hex") };
    this.#files.push(file);
    return file;
  }

  /**
   * Moves the finished folder to its target. With `replaced` (the hash of the manifest that stands there now, or null for
   * a folder without one) what is there is put aside first and removed afterwards; without it an existing target is kept.
   * Throws `KAUDIT_REPORT_OUT_EXISTS` when there is a target that must not be replaced, `KAUDIT_REPORT_OUT_UNWRITABLE`
   * when the move fails.
   */
  async moveIntoPlace(replaced?: string | null): Promise<void> {
    this.#signal?.throwIfAborted();
    await this.#disk(() => syncFolders(this.#folder));
    const aside = replaced === undefined ? undefined : await this.#putAside(replaced);
    try {
      await renameOnto(this.#folder, this.#out);
    } catch (error) {
      if (aside !== undefined) await this.#putBack(aside);
      throw error;
    }
    await this.#disk(() => syncFolder(dirname(this.#out)));
    if (aside !== undefined) await rm(aside, { recursive: true, force: true });
  }

  /** Removes what was written, if it was not moved into place. */
  async discard(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Puts the old pack beside its place, or back again if it is not the one that was seen before. */
  async #putAside(replaced: string | null): Promise<string> {
    const aside = `${this.#folder}-old`;
    try {
      await rename(this.#out, aside);
    } catch (error) {
      if (isErrno(error, "ENOENT")) throw exists(this.#out, replacedMeanwhile);
      throw unwritable(this.#out, error);
    }
    if ((await manifestHash(aside)) === replaced) return aside;
    await this.#putBack(aside);
    throw exists(this.#out, replacedMeanwhile);
  }

  /** Puts the old pack back; where its place is taken, says where it is now. */
  async #putBack(aside: string): Promise<void> {
    try {
      await rename(aside, this.#out);
    } catch {
      throw exists(this.#out, `was written by another run meanwhile; the pack that was there before is now ${aside}.`);
    }
  }

  /** Runs an operation on the disk; what it throws is told as a problem of the output. */
  async #disk<Result>(operation: () => Promise<Result>): Promise<Result> {
    try {
      return await operation();
    } catch (error) {
      throw unwritable(this.#out, error);
    }
  }
}

/**
 * Looks at what stands at a pack's place before work begins. Gives undefined when nothing does, else the hash of its
 * manifest, or null for an empty folder. Throws `KAUDIT_REPORT_OUT_EXISTS` unless `force` is given and it is an earlier
 * pack or empty: nothing else is ever replaced.
 */
export async function standingPack(out: string, force: boolean): Promise<string | null | undefined> {
  let standing;
  try {
    standing = await lstat(out);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw unwritable(out, error);
  }
  if (!force) throw exists(out, "exists already. Name another folder, or replace it with --force (force: true).");
  const hash = standing.isDirectory() ? await manifestHash(out) : null;
  if (hash !== null || (standing.isDirectory() && (await isEmpty(out)))) return hash;
  throw exists(
    out,
    "exists and is not an evidence pack (it holds no manifest.json), so it is not replaced. Name another folder.",
  );
}

function exists(out: string, what: string): ReportError {
  return new ReportError("KAUDIT_REPORT_OUT_EXISTS", `${out} ${what}`, { details: { out } });
}

/** Gives the SHA-256 (hex) of a folder's `manifest.json`; null where there is none. */
export async function manifestHash(folder: string): Promise<string | null> {
  try {
    return createHash("sha256")
      .update(await readFile(join(folder, "manifest.json")))
      .digest("hex");
  } catch {
    return null;
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder)).length === 0;
}

/** A folder with files in it is never replaced by `rename`, so of two runs that end at the same time one wins. */
async function renameOnto(folder: string, out: string): Promise<void> {
  try {
    await rename(folder, out);
  } catch (error) {
    if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM") && (await isThere(out))) {
      throw exists(out, "was written by another run meanwhile; this run's pack was not written.");
    }
    throw unwritable(out, error);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Gathers text into pieces of a size that suits the disk; content is either text or bytes. */
async function* piecesOf(content: Content): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  let gathered = "";
  for await (const text of typeof content === "string" ? [content] : content) {
    if (typeof text !== "string") {
      yield text;
      continue;
    }
    gathered += text;
    if (gathered.length < pieceLength) continue;
    yield Buffer.from(gathered, "utf8");
    gathered = "";
  }
  if (gathered !== "") yield Buffer.from(gathered, "utf8");
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolder(join(folder, entry.name));
  }
  await syncFolder(folder);
}

/** Flushes a folder's entries. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
