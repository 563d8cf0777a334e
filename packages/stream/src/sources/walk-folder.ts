import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareByCodePoint } from "@kaudit/schema";
import { compareRotationOrder } from "../rotation-order.js";
import type { FoundFile, PassedOver } from "./found-file.js";
import { localFile } from "./local-file.js";
import { unreadable } from "./unreadable.js";

/** Folders nested deeper than this are listed as skipped. */
const deepestFolder = 64;

/** What a folder holds. */
export interface FolderContent {
  /** All regular files: those of a folder in rotation order, then its subfolders by code point, linked folders last. */
  readonly files: readonly FoundFile[];
  readonly passedOver: readonly PassedOver[];
}

/** A folder to be entered. */
interface Folder {
  readonly path: string;
  /** Its place below the root with a `/` behind it; empty for the root. */
  readonly prefix: string;
  readonly depth: number;
}

/** What a search takes, by the path relative to its root. */
export interface FolderFilter {
  readonly enters: (relativePath: string) => boolean;
  readonly takes: (relativePath: string) => boolean;
}

/**
 * Finds all files below a folder. Links are followed, and each folder is entered once, so a loop of links ends; what is
 * neither a file nor a folder (a pipe, a socket, a device) is passed over with its reason, never opened.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_UNREADABLE` when a folder cannot be listed: what is in it is unknown.
 */
export async function walkFolder(
  root: string,
  filter: FolderFilter = { enters: () => true, takes: () => true },
): Promise<FolderContent> {
  const files: FoundFile[] = [];
  const passedOver: PassedOver[] = [];
  const entered = new Set<string>();
  // Links wait until everything has been reached by its own name, so that a file is known by where it lies.
  const links: Folder[] = [];

  async function walk({ path, prefix, depth }: Folder): Promise<void> {
    const refuse = (reason: string): void => void passedOver.push({ relativePath: prefix, bytes: 0, reason });
    const { dev, ino } = await stat(path, { bigint: true });
    if (entered.has(`${dev}:${ino}`)) return refuse("a link to a folder that is read already");
    if (depth > deepestFolder) return refuse(`a folder more than ${deepestFolder} levels down`);
    entered.add(`${dev}:${ino}`);

    const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    const folders: Folder[] = [];
    for (const entry of entries.toSorted((a, b) => compareRotationOrder(a.name, b.name))) {
      const relativePath = prefix + entry.name;
      const isLink = entry.isSymbolicLink();
      const found = await look(join(path, entry.name), relativePath, isLink);
      if (found === "folder") {
        const folder = { path: join(path, entry.name), prefix: `${relativePath}/`, depth: depth + 1 };
        if (filter.enters(relativePath)) (isLink ? links : folders).push(folder);
      } else if (filter.takes(relativePath)) {
        if ("path" in found) files.push(found);
        else passedOver.push(found);
      }
    }
    for (const folder of folders.toSorted((a, b) => compareByCodePoint(a.prefix, b.prefix))) await walk(folder);
  }

  await walk({ path: root, prefix: "", depth: 0 });
  for (let link = links.shift(); link !== undefined; link = links.shift()) await walk(link);
  return { files, passedOver };
}

async function look(path: string, relativePath: string, isLink: boolean): Promise<FoundFile | PassedOver | "folder"> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return { relativePath, bytes: 0, reason: "a link that leads nowhere" };
  if (found.isDirectory()) return "folder";
  if (!found.isFile()) return { relativePath, bytes: 0, reason: "not a file (a pipe, a socket or a device)" };
  const identity = `${found.dev}:${found.ino}`;
  return localFile({ path, relativePath, bytes: Number(found.size), identity, isLink });
}
