import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { visibleString } from "@kaudit/schema";
import { ReportError } from "../errors.js";
import type { PackFailure } from "./verification.js";

/** Names of our own making: nothing but letters, digits, dots, - and _, and no part that begins with a dot. */
const packPath = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Documents larger than this are not read into memory. */
const maxDocumentBytes = 256 * 2 ** 20;

/** Tells whether a manifest may name a file so; everything else could lead out of the folder or look like another. */
export function isPackPath(path: string): boolean {
  return packPath.test(path) && path.length <= 1_000;
}

/** What a file of the pack really holds. */
export interface FoundFile {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** CRLF line ends: the records of a CSV file with its head. */
  readonly lines: number;
}

/** A pack's folder as it lies on the disk. Links are never followed and nothing outside the folder is opened. */
export interface PackContent {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** Every regular file with its size, by path. */
  readonly files: ReadonlyMap<string, number>;
  /** What must not be in a pack. */
  readonly failures: readonly PackFailure[];
  /** Reads a file through: its size and hash. Null where it is not there or cannot be read. */
  measure(path: string): Promise<FoundFile | null>;
  /** Gives a file's bytes. Null where it is not there, cannot be read, or is too large for a document. */
  read(path: string): Promise<Buffer | null>;
}

/** Looks through a pack's folder. Throws `KAUDIT_REPORT_PACK_UNREADABLE` when it is not a folder that can be read. */
export async function openPack(pack: string): Promise<PackContent> {
  const files = new Map<string, number>();
  const failures: PackFailure[] = [];
  let folder: string;
  try {
    folder = await realpath(resolve(pack));
    await listInto(folder, "", files, failures);
  } catch (error) {
    const errno = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new ReportError(
      "KAUDIT_REPORT_PACK_UNREADABLE",
      `${pack}: not a folder that can be read (${errno}); name the folder of an evidence pack`,
      { cause: error, details: { path: pack, errno } },
    );
  }
  failures.push(...sameButForCase([...files.keys()]));
  const openFile = (path: string) => open(join(folder, ...path.split("/")), constants.O_RDONLY | constants.O_NOFOLLOW);
  return {
    folder,
    files,
    failures,
    async measure(path) {
      if (!files.has(path)) return null;
      const hash = createHash("sha256");
      let bytes = 0;
      let lines = 0;
      try {
        const handle = await openFile(path);
        for await (const piece of handle.createReadStream()) {
          const chunk = piece as Buffer;
          hash.update(chunk);
          bytes += chunk.length;
          for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
        }
      } catch {
        return null;
      }
      return { bytes, sha256: hash.digest("hex"), lines };
    },
    async read(path) {
      if ((files.get(path) ?? Infinity) > maxDocumentBytes) return null;
      try {
        const handle = await openFile(path);
        try {
          return await handle.readFile();
        } finally {
          await handle.close();
        }
      } catch {
        return null;
      }
    },
  };
}

async function listInto(
  folder: string,
  under: string,
  files: Map<string, number>,
  failures: PackFailure[],
): Promise<void> {
  const refuse = (path: string, reason: string): void => {
    failures.push({ file: visibleString(path), code: "refused", reason });
  };
  const names = (await readdir(join(folder, under))).toSorted();
  if (names.length === 0 && under !== "") refuse(under, "is an empty folder, which a pack never has");
  for (const name of names) {
    const path = under === "" ? name : `${under}/${name}`;
    const status = await lstat(join(folder, path));
    if (status.isSymbolicLink()) refuse(path, "is a symbolic link; a pack holds files only, so it was not followed");
    else if (!isPackPath(path)) refuse(path, "has a name that a pack never has, so it was not opened");
    else if (status.isDirectory()) await listInto(folder, path, files, failures);
    else if (status.isFile()) files.set(path, status.size);
    else refuse(path, "is neither a file nor a folder, so it was not opened");
  }
}

/** Finds names that are one on file systems that do not tell capitals apart. */
export function sameButForCase(paths: readonly string[]): readonly PackFailure[] {
  const seen = new Map<string, string>();
  return paths.flatMap((path): PackFailure[] => {
    const folded = path.toLowerCase();
    const other = seen.get(folded);
    seen.set(folded, path);
    if (other === undefined) return [];
    const reason = `differs from ${other} only in capitals, or not at all; on many disks they are one file`;
    return [{ file: path, code: "refused", reason }];
  });
}
