import { compareByCodePoint } from "@kaudit/schema";
import picomatch from "picomatch";
import { throwIfAborted } from "../abort.js";
import { StreamError } from "../errors.js";
import { compareRotationOrder } from "../rotation-order.js";
import type { FoundFile, FoundInput, PassedOver } from "./found-file.js";
import { isGlob } from "./glob.js";
import { objectBytes } from "./object-bytes.js";
import type { ListedObject, ObjectInput, ObjectReader } from "./object-reader.js";
import { unreadable } from "./unreadable.js";

/**
 * Finds the objects that an input names: those of a folder in rotation order, then its subfolders by code point.
 *
 * The list is held in memory. Throws StreamError `KAUDIT_STREAM_INPUT_MISSING`, `KAUDIT_STREAM_INPUT_UNREADABLE`,
 * `KAUDIT_STREAM_INPUT_EMPTY` and `KAUDIT_STREAM_ABORTED`.
 */
export async function findObjects({ store, path }: ObjectInput, signal: AbortSignal | undefined): Promise<FoundInput> {
  throwIfAborted(signal);
  try {
    return await search(store, path, signal);
  } catch (cause) {
    throwIfAborted(signal);
    if (cause instanceof StreamError) throw cause;
    throw unreadable(`${store.address}/${path}`, cause, "Check the network and the store, then run again.");
  }
}

async function search(store: ObjectReader, path: string, signal: AbortSignal | undefined): Promise<FoundInput> {
  const address = `${store.address}/${path}`;
  const call = { signal };
  if (path === "" || path.endsWith("/")) {
    const found = await below(store, path, signal);
    if (found.files.length > 0) return found;
    throw nothing("EMPTY", address, "no object below it. Check the prefix.");
  }
  const object = await store.find(path, call);
  if (object !== undefined) {
    const prefix = folderPrefix(path);
    return {
      folder: store.address + slash(prefix),
      named: true,
      files: [file(store, object, prefix, signal)],
      passedOver: [],
    };
  }
  if (isGlob(path)) {
    const { base, glob } = picomatch.scan(path);
    const takes = picomatch(glob);
    const found = await below(store, base === "" ? "" : `${base}/`, signal, takes);
    if (found.files.length > 0) return found;
    throw nothing("EMPTY", address, "no object matches. Check the pattern.");
  }
  const found = await below(store, `${path}/`, signal);
  if (found.files.length > 0) return found;
  throw nothing("MISSING", address, "no such object, and none below it. Check the key.");
}

async function below(
  store: ObjectReader,
  prefix: string,
  signal: AbortSignal | undefined,
  takes: (relativePath: string) => boolean = () => true,
): Promise<FoundInput> {
  const files: FoundFile[] = [];
  const passedOver: PassedOver[] = [];
  for await (const object of store.list(prefix, { signal })) {
    throwIfAborted(signal);
    const relativePath = object.key.slice(prefix.length);
    if (!object.key.startsWith(prefix) || !takes(relativePath)) continue;
    // What consoles of stores make to show an empty folder.
    if (object.bytes === 0 && (relativePath === "" || relativePath.endsWith("/")))
      passedOver.push({ relativePath: relativePath || "/", bytes: 0, reason: "the mark of a folder" });
    else files.push(file(store, object, prefix, signal));
  }
  files.sort((a, b) => comparePaths(a.relativePath, b.relativePath));
  return { folder: store.address + slash(prefix), named: false, files, passedOver };
}

function file(store: ObjectReader, object: ListedObject, prefix: string, signal: AbortSignal | undefined): FoundFile {
  const path = `${store.address}/${object.key}`;
  return {
    path,
    relativePath: object.key.slice(prefix.length),
    bytes: object.bytes,
    identity: path,
    isLink: false,
    open: () => objectBytes(store, object, signal),
  };
}

function folderPrefix(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** `/logs` for `logs/`, nothing for the whole store. */
function slash(prefix: string): string {
  return prefix === "" ? "" : `/${prefix.slice(0, -1)}`;
}

/** Files of a folder first, in rotation order; then what lies in its subfolders, by code point. */
function comparePaths(a: string, b: string): number {
  const x = a.split("/");
  const y = b.split("/");
  const last = Math.min(x.length, y.length) - 1;
  for (let at = 0; at <= last; at++) {
    const one = x[at] as string;
    const other = y[at] as string;
    const isFile = at === x.length - 1;
    const otherIsFile = at === y.length - 1;
    if (isFile && otherIsFile) return compareRotationOrder(one, other);
    if (isFile !== otherIsFile) return isFile ? -1 : 1;
    if (one !== other) return compareByCodePoint(`${one}/`, `${other}/`);
  }
  return 0;
}

function nothing(what: "EMPTY" | "MISSING", address: string, why: string): StreamError {
  return new StreamError(`KAUDIT_STREAM_INPUT_${what}`, `${address}: ${why}`, { details: { path: address } });
}
