import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";

/** A file that is read whole, from its beginning: an archive, or a table. What is new in a log is found by following it. */
export interface WholeFile {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

const wholeName = /\.(?:tar|tgz|zip|csv|tsv)(?:\.(?:gz|zst))?$|\.tar\.[a-z0-9]+$/i;
const mostFiles = 100_000;

/** Whether a file found in a folder is read whole, by its name. */
export function isWholeName(name: string): boolean {
  return wholeName.test(name);
}

/** Whether a path that was named is a file that is read whole, by its name or its first bytes. */
export async function isWholeFile(path: string): Promise<boolean> {
  const status = await stat(path).catch(() => null);
  if (status === null || !status.isFile()) return false;
  if (isWholeName(path)) return true;
  const handle = await open(path, "r").catch(() => null);
  if (handle === null) return false;
  try {
    const head = Buffer.alloc(262);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const isZip = bytesRead >= 4 && head.readUInt32LE(0) === 0x04034b50;
    return isZip || head.toString("latin1", 257, 262) === "ustar";
  } finally {
    await handle.close();
  }
}

/** The files below a folder that are read whole, by path. Links to folders are not followed. */
export async function wholeFilesIn(folder: string): Promise<WholeFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files: WholeFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !isWholeName(entry.name) || files.length >= mostFiles) continue;
    const path = join(entry.parentPath ?? folder, entry.name);
    const status = await stat(path).catch(() => null);
    if (status !== null) files.push({ path, bytes: status.size, modified: status.mtimeMs });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a file is called in provenance: its path below the input, as `readEvents` has it. */
export function nameBelow(input: string, path: string): string {
  const below = relative(resolve(input), path).split(sep).join("/");
  return below === "" ? basename(path) : below;
}

/** SHA-256 (hex) of a file's bytes. */
export async function fileSha256(path: string): Promise<string> {
  const digest = createHash("sha256");
  await pipeline(createReadStream(path), digest);
  return digest.digest("hex");
}

/** Under which key a file's state is stored. */
export function wholeKey(id: string, name: string): string {
  return `whole/${id}/${hash("sha256", name, "hex").slice(0, 32)}`;
}
