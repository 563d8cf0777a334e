import { stat } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { StreamError } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { compareRotationOrder } from "../rotation-order.js";
import type { EventInput } from "./event-input.js";
import { findObjects } from "./find-objects.js";
import type { FoundFile, FoundInput } from "./found-file.js";
import { isGlob } from "./glob.js";
import { findAddress } from "./http-file.js";
import type { InputFile } from "./input-file.js";
import { localFile } from "./local-file.js";
import { nameFiles } from "./name-files.js";
import type { NamedInputs } from "./name-files.js";
import type { ObjectInput, ObjectReader } from "./object-reader.js";
import { s3Bucket } from "./s3-bucket.js";
import { standardInput, streamFiles } from "./stream-inputs.js";
import type { StreamInput } from "./stream-inputs.js";
import { unreadable } from "./unreadable.js";
import { walkFolder } from "./walk-folder.js";

/**
 * Finds everything that the inputs name.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_MISSING`, `KAUDIT_STREAM_INPUT_UNREADABLE`, `KAUDIT_STREAM_INPUT_EMPTY`,
 * `KAUDIT_STREAM_OPTION_INVALID` or `KAUDIT_STREAM_PACKAGE_MISSING`: all of it before the first event is read.
 */
export async function resolveInputs(inputs: readonly EventInput[], options: ResolvedOptions): Promise<NamedInputs> {
  if (inputs.length === 0)
    throw new StreamError("KAUDIT_STREAM_INPUT_EMPTY", "No input was named. Name a file, a folder, a glob or `-`.");
  // The same stream twice would be read once and then be empty.
  const distinct = [...new Set(inputs)];
  const streams = streamFiles(distinct.filter(isStreamInput), options)[Symbol.iterator]();
  const buckets = new Map<string, ObjectReader>();
  const parts: (FoundInput | InputFile)[] = [];
  for (const input of distinct) {
    if (isStreamInput(input)) parts.push(streams.next().value as InputFile);
    else if (typeof input !== "string") parts.push(await findObjects(input, options.signal));
    else if (input === "-") parts.push(standardInput(options));
    else if (input.startsWith("s3://")) parts.push(await findObjects(s3Input(input, buckets), options.signal));
    else if (/^https?:\/\//i.test(input)) parts.push(findAddress(input, options));
    else parts.push(await find(input));
  }
  return nameFiles(gatherNamedFiles(parts), options.instance);
}

function isStreamInput(input: EventInput): input is StreamInput {
  return typeof input !== "string" && !(typeof input === "object" && input !== null && "store" in input);
}

/** `s3://bucket/path` as objects of a bucket; inputs of one bucket share its connection. */
function s3Input(address: string, buckets: Map<string, ObjectReader>): ObjectInput {
  const [bucket = "", ...path] = address.slice("s3://".length).split("/");
  if (bucket === "") {
    const message = `${address}: names no bucket. Write s3://bucket/key or s3://bucket/prefix/.`;
    throw new StreamError("KAUDIT_STREAM_OPTION_INVALID", message, { details: { option: "inputs", path: address } });
  }
  const store = buckets.get(bucket) ?? s3Bucket(bucket);
  buckets.set(bucket, store);
  return { store, path: path.join("/") };
}

async function find(input: string): Promise<FoundInput> {
  const found = await stat(input, { bigint: true }).catch((cause: unknown) => {
    if (isGlob(input) && (cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
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
  const relativePath = basename(path);
  const file = localFile({ path, relativePath, bytes: Number(found.size), identity, isLink: false });
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
