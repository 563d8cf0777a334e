import { stat } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import picomatch from "picomatch";
import { StreamError } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { compareRotationOrder } from "../rotation-order.js";
import type { FoundFile, FoundInput } from "./found-file.js";
import type { InputFile } from "./input-file.js";
import { nameFiles } from "./name-files.js";
import type { NamedInputs } from "./name-files.js";
import { streamBytes } from "./stream-bytes.js";
import { unreadable } from "./unreadable.js";
import { walkFolder } from "./walk-folder.js";

/** One thing that events can be read from. */
export type EventInput = string | Readable | AsyncIterable<Uint8Array>;

const globCharacters = /[*?[\]{}!()]/;

/**
 * Finds everything that the inputs name.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_MISSING`, `KAUDIT_STREAM_INPUT_UNREADABLE` or `KAUDIT_STREAM_INPUT_EMPTY`:
 * all of it before the first event is read.
 */
export async function resolveInputs(inputs: readonly EventInput[], options: ResolvedOptions): Promise<NamedInputs> {
  if (inputs.length === 0)
    throw new StreamError("KAUDIT_STREAM_INPUT_EMPTY", "No input was named. Name a file, a folder, a glob or `-`.");
  // The same stream twice would be read once and then be empty.
  const distinct = [...new Set(inputs)];
  const streams = distinct.filter((input) => typeof input !== "string");
  const parts: (FoundInput | InputFile)[] = [];
  for (const input of distinct) {
    if (typeof input !== "string") {
      const name = streams.length === 1 ? "stream" : `stream-${streams.indexOf(input) + 1}`;
      parts.push(streamFile(input, name, name, options));
    } else if (input === "-") parts.push(streamFile(options.stdin ?? process.stdin, "-", "stdin", options));
    else parts.push(await find(input));
  }
  return nameFiles(gatherNamedFiles(parts), options.instance);
}

function streamFile(
  stream: AsyncIterable<Uint8Array>,
  file: string,
  instance: string,
  options: ResolvedOptions,
): InputFile {
  return {
    file,
    instance: options.instance ?? instance,
    instanceBasis: "option",
    bytes: 0,
    named: true,
    open: () => streamBytes(stream, file, options.signal),
  };
}

async function find(input: string): Promise<FoundInput> {
  const found = await stat(input, { bigint: true }).catch((cause: unknown) => {
    if (globCharacters.test(input) && (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(input, cause);
  });
  if (found === undefined) return findGlob(input);
  const path = resolve(input);
  if (found.isDirectory()) {
    const content = await walkFolder(path);
    if (content.files.length === 0) {
      throw new StreamError("KAUDIT_STREAM_INPUT_EMPTY", `${input}: the folder holds no file. Check the path.`, {
        details: { path: input },
      });
    }
    return { folder: path, named: false, ...content };
  }
  const identity = `${found.dev}:${found.ino}`;
  const file = { path, relativePath: basename(path), bytes: Number(found.size), identity, isLink: false };
  return { folder: dirname(path), named: true, files: [file], passedOver: [] };
}

async function findGlob(pattern: string): Promise<FoundInput> {
  const { base, glob } = picomatch.scan(sep === "\\" ? pattern.replaceAll("\\", "/") : pattern);
  const folder = resolve(base === "" ? "." : base);
  const takes = picomatch(glob);
  const depth = /\*\*|[{(]/.test(glob) ? Infinity : glob.split("/").length;
  const none = (): never => {
    throw new StreamError("KAUDIT_STREAM_INPUT_EMPTY", `${pattern}: no file matches. Check the pattern.`, {
      details: { path: pattern },
    });
  };
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) none();
  const content = await walkFolder(folder, { enters: (path) => path.split("/").length < depth, takes });
  if (content.files.length === 0) none();
  return { folder, named: false, ...content };
}

/** Files that were named one by one out of one folder are read in rotation order, where the first of them stands. */
function gatherNamedFiles(parts: readonly (FoundInput | InputFile)[]): readonly (FoundInput | InputFile)[] {
  const gathered: (FoundInput | InputFile)[] = [];
  const byFolder = new Map<string, FoundFile[]>();
  for (const part of parts) {
    if (!("files" in part) || !part.named) {
      gathered.push(part);
      continue;
    }
    const files = byFolder.get(part.folder);
    if (files) files.push(...part.files);
    else {
      const first = [...part.files];
      byFolder.set(part.folder, first);
      gathered.push({ ...part, files: first });
    }
  }
  for (const files of byFolder.values()) files.sort((a, b) => compareRotationOrder(a.relativePath, b.relativePath));
  return gathered;
}
