import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import type { Dirent } from "node:fs";
import { link, lstat, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ObjectStore, StoredObject } from "@kaudit/schema";
import { StoreError } from "../errors.js";
import { checkedKey } from "./object-key.js";

const temporarySuffix = ".tmp";

/**
 * Gives a folder as an ObjectStore: one file an object, readable by its owner only.
 *
 * An object is written under a temporary name, forced to the disk, and given its own name by `link(2)`, which fails where
 * the name is taken: of two writers one wins, and after a crash or a power loss an object is there whole or not at all.
 * Links in the folder are not followed. Throws StoreError `KAUDIT_STORE_KEY_INVALID`, `KAUDIT_STORE_UNREADABLE`,
 * `KAUDIT_STORE_UNWRITABLE` and `KAUDIT_STORE_FULL` from its calls.
 */
export function createFolderStore(path: string): ObjectStore {
  const root = resolve(path);
  const fileOf = (key: string): string => join(root, ...checkedKey(key).split("/"));
  /** Folders that were made, and forced to the disk, by this process. */
  const known = new Set<string>();

  async function ensureFolder(folder: string): Promise<void> {
    if (known.has(folder)) return;
    if (folder !== root) await ensureFolder(dirname(folder));
    const made = await mkdir(folder, { recursive: folder === root, mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      },
    );
    if (!(await lstat(folder)).isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
    if (made) await syncFolder(dirname(folder));
    known.add(folder);
  }

  return {
    async putIfAbsent(key, content) {
      const file = fileOf(key);
      const temporary = join(root, `.${randomUUID()}${temporarySuffix}`);
      try {
        await ensureFolder(dirname(file));
        const handle = await open(temporary, "wx", 0o600);
        try {
          await handle.writeFile(content);
          await handle.sync();
        } finally {
          await handle.close();
        }
        const isNew = await giveName(temporary, file);
        if (isNew) await syncFolder(dirname(file));
        return isNew;
      } catch (error) {
        known.clear();
        throw error instanceof StoreError ? error : unwritable(file, error);
      } finally {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
    async get(key) {
      const file = fileOf(key);
      try {
        const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
        try {
          return new Uint8Array(await readFile(handle));
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
        throw unreadable(file, error);
      }
    },
    async *list(prefix) {
      yield* walk(root, "", prefix);
    },
    async delete(key) {
      const file = fileOf(key);
      try {
        await unlink(file);
        await syncFolder(dirname(file));
        return true;
      } catch (error) {
        if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return false;
        throw unwritable(file, error);
      }
    },
  };
}

/** The objects below a folder whose key begins with `prefix`, by key. */
async function* walk(folder: string, key: string, prefix: string): AsyncGenerator<StoredObject> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw unreadable(folder, error);
  }
  const named = entries.map((entry) => ({ entry, key: key + entry.name + (entry.isDirectory() ? "/" : "") }));
  for (const { entry, key: own } of named.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name.endsWith(temporarySuffix)) continue;
    if (entry.isDirectory()) {
      if (own.startsWith(prefix) || prefix.startsWith(own)) yield* walk(join(folder, entry.name), own, prefix);
    } else if (entry.isFile() && own.startsWith(prefix)) {
      const status = await stat(join(folder, entry.name)).catch(() => null);
      if (status !== null) yield { key: own, bytes: status.size };
    }
  }
}

/** Writes a file whole, in place of one that may be there: under a temporary name, forced to the disk, then renamed. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}${temporarySuffix}`);
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Gives the name unless it is taken; some file systems have no links, and there an exclusive copy must do. */
async function giveName(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) throw error;
    throw new StoreError(
      "KAUDIT_STORE_UNWRITABLE",
      `${file}: the file system has no hard links, which the store needs to write safely; use another one`,
      { details: { path: file }, cause: error },
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    // Some systems cannot force a folder to the disk.
    if (!["EISDIR", "EPERM", "EINVAL", "EBADF"].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "unknown error";
}

function unreadable(path: string, cause: unknown): StoreError {
  return new StoreError(
    "KAUDIT_STORE_UNREADABLE",
    `${path}: cannot be read (${codeOf(cause)}); check path and rights`,
    {
      details: { path },
      cause,
    },
  );
}

/** The error for a file that could not be written. */
export function unwritable(path: string, cause: unknown): StoreError {
  const code = codeOf(cause);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new StoreError(
      "KAUDIT_STORE_FULL",
      `${path}: no space is left; what was committed is whole. Make room, then run again`,
      { details: { path }, cause },
    );
  return new StoreError("KAUDIT_STORE_UNWRITABLE", `${path}: cannot be written (${code}); check path and rights`, {
    details: { path },
    cause,
  });
}
