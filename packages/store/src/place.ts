import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ObjectStore } from "@kaudit/schema";
import { createFolderStore, unwritable } from "./objects/folder-store.js";
import { createS3Store } from "./objects/s3-store.js";

/** Where a store lies. */
export interface StorePlace {
  readonly objects: ObjectStore;
  /** For messages. */
  readonly address: string;
  /** The folder; null where the objects lie elsewhere: then there is no lock, and keys are indexed in a temporary folder. */
  readonly folder: string | null;
}

/** Gives the place that an address names: a folder, or `s3://bucket/prefix/`. Nothing is read or written yet. */
export function storePlace(address: string): StorePlace {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address) ?? [];
  if (bucket === undefined) {
    const folder = resolve(address);
    return { objects: createFolderStore(folder), address, folder };
  }
  const whole = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return { objects: createS3Store(bucket, { prefix: whole }), address, folder: null };
}

/** A folder for the index of keys, and what has to be done with it at the end. */
export async function indexFolder(
  place: StorePlace,
  named: string | undefined,
): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const kept = named ?? (place.folder === null ? undefined : join(place.folder, "index"));
  if (kept === undefined) {
    const path = mkdtempSync(join(tmpdir(), "kaudit-index-"));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  }
  try {
    await mkdir(kept, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(kept, error);
  }
  return { path: kept, async remove() {} };
}
