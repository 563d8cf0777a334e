import { stat } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import { isKauditError } from "@kaudit/schema";
import type { IdentityBasis } from "@kaudit/schema";
import picomatch from "picomatch";
import { rotationName } from "../rotation-order.js";
import type { FoundFile } from "../sources/found-file.js";
import { distinguishingLabels } from "../sources/labels.js";
import { unreadable } from "../sources/unreadable.js";
import { walkFolder } from "../sources/walk-folder.js";
import type { FolderFilter } from "../sources/walk-folder.js";

/** One input: a folder, and what in it is followed. */
export interface WatchedInput {
  readonly folder: string;
  readonly filter: FolderFilter;
  /** Whether a log was named: its files are audit logs whatever they hold. */
  readonly named: boolean;
  readonly label: string;
}

/** A file that is followed, as it is found at the moment. */
export interface FollowedFile {
  readonly path: string;
  /** Its name in provenance. */
  readonly file: string;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  readonly named: boolean;
}

const globCharacters = /[*?[\]{}!()]/;
const everything: FolderFilter = { enters: () => true, takes: () => true };

/**
 * Finds out what each input is: a folder, a log with all its rotated files (`audit.log`), or a glob. A log need not exist
 * yet, its folder must.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_MISSING` or `KAUDIT_STREAM_INPUT_UNREADABLE`.
 */
export async function watchInputs(inputs: readonly string[]): Promise<readonly WatchedInput[]> {
  const watched = await Promise.all([...new Set(inputs)].map(watchInput));
  const labels = distinguishingLabels(watched.map(({ folder }) => folder));
  return watched.map((input) => ({ ...input, label: labels.get(input.folder) ?? basename(input.folder) }));
}

async function watchInput(input: string): Promise<Omit<WatchedInput, "label">> {
  const path = resolve(input);
  const isFolder = await folderExists(path);
  if (isFolder) return { folder: path, filter: everything, named: false };
  if (isFolder === undefined && globCharacters.test(input)) return watchGlob(input);
  const folder = dirname(path);
  if ((await folderExists(folder)) !== true) throw unreadable(folder, { code: "ENOENT" });
  const name = basename(path);
  const takes = (file: string): boolean => file === name || rotationName(file).log === name;
  return { folder, filter: { enters: () => false, takes }, named: true };
}

async function watchGlob(pattern: string): Promise<Omit<WatchedInput, "label">> {
  const { base, glob } = picomatch.scan(sep === "\\" ? pattern.replaceAll("\\", "/") : pattern);
  const folder = resolve(base === "" ? "." : base);
  if ((await folderExists(folder)) !== true) throw unreadable(folder, { code: "ENOENT" });
  const depth = /\*\*|[{(]/.test(glob) ? Infinity : glob.split("/").length;
  const enters = (path: string): boolean => path.split("/").length < depth;
  return { folder, filter: { enters, takes: picomatch(glob) }, named: false };
}

/** Undefined when nothing is there. */
async function folderExists(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw unreadable(path, cause);
  }
}

/** Tells whether an error says that a path leads nowhere (any more). */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "ENOENT" || code === "ENOTDIR" || isKauditError(error, "KAUDIT_STREAM_INPUT_MISSING");
}

/**
 * The files that the inputs lead to now, each once, in rotation order. Several inputs: each name begins with the input's.
 * Undefined when a folder vanished while it was listed.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE`.
 */
export async function listFollowed(
  inputs: readonly WatchedInput[],
  instance: string | undefined,
): Promise<readonly FollowedFile[] | undefined> {
  const files: FollowedFile[] = [];
  const listed = new Map<string, { readonly index: number; readonly isLink: boolean }>();
  const severalFolders = new Set(inputs.map(({ folder }) => folder)).size > 1;
  for (const input of inputs) {
    const found = await walkFolder(input.folder, input.filter).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found === undefined) {
      if ((await folderExists(input.folder)) === true) return undefined;
      continue;
    }
    for (const file of found.files) {
      const earlier = listed.get(file.identity);
      const followed = followedFile(file, input, severalFolders, instance);
      if (earlier === undefined) {
        listed.set(file.identity, { index: files.push(followed) - 1, isLink: file.isLink });
      } else if (earlier.isLink && !file.isLink) {
        // A file is known by its own name rather than by a link to it.
        files[earlier.index] = followed;
        listed.set(file.identity, { index: earlier.index, isLink: false });
      }
    }
  }
  return files;
}

function followedFile(
  { path, relativePath }: FoundFile,
  { label, named }: WatchedInput,
  severalFolders: boolean,
  instance: string | undefined,
): FollowedFile {
  const end = relativePath.lastIndexOf("/");
  const inside = end < 0 ? "" : relativePath.slice(0, end);
  const folder = inside === "" ? label : severalFolders ? `${label}/${inside}` : inside;
  return {
    path,
    file: severalFolders ? `${label}/${relativePath}` : relativePath,
    instance: instance ?? folder,
    instanceBasis: instance === undefined ? "directory" : "option",
    named,
  };
}
