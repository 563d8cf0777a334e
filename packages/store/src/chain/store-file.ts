import { randomUUID } from "node:crypto";
import type { ObjectStore } from "@kaudit/schema";
import { StoreError } from "../errors.js";
import { storeFormat } from "./commit.js";

/** Which events a store holds whole: those of evidence classes (all others are counted), or all. */
export type Keep = "evidence" | "all";

/** What a store is, from its beginning to its end: `store.json`. */
export interface StoreFile {
  readonly format: typeof storeFormat;
  /** The log's name in checkpoints: no two stores have the same. */
  readonly origin: string;
  readonly created: string;
  readonly keep: Keep;
  /** Whether secret values are taken out of bodies before events are stored. */
  readonly redact: boolean;
}

/** What a new store is to be; what is missing is taken from the store that is there, or has its default. */
export interface StoreChoices {
  /** Default: all. */
  readonly keep?: Keep | undefined;
  /** Default: false. */
  readonly redact?: boolean | undefined;
}

const key = "store.json";

/** Reads what the store is; null where there is none. Throws StoreError `KAUDIT_STORE_FORMAT`. */
export async function readStoreFile(objects: ObjectStore): Promise<StoreFile | null> {
  const bytes = await objects.get(key);
  if (bytes === null) return null;
  let value: Partial<StoreFile>;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<StoreFile>;
  } catch (cause) {
    throw unknownFormat("is no JSON", cause);
  }
  const { format, origin, keep } = value;
  if (format !== storeFormat)
    throw unknownFormat(`is not of the format ${storeFormat}; a newer kaudit may have made it`);
  if (typeof origin !== "string" || (keep !== "all" && keep !== "evidence")) throw unknownFormat("lacks a field");
  return value as StoreFile;
}

/**
 * Reads what the store is, or makes it. Throws StoreError `KAUDIT_STORE_FORMAT` when what is there was made otherwise: a
 * store that holds all of one time and some of another would have to be explained to an auditor.
 */
export async function openStoreFile(objects: ObjectStore, choices: StoreChoices, created: string): Promise<StoreFile> {
  const { keep = "all", redact = false } = choices;
  const known = await readStoreFile(objects);
  if (known === null) {
    const origin = `kaudit.store/${randomUUID()}`;
    const made: StoreFile = { format: storeFormat, origin, created, keep, redact };
    await objects.putIfAbsent(key, Buffer.from(`${JSON.stringify(made)}\n`));
    return openStoreFile(objects, choices, created);
  }
  const differs = [
    ...(choices.keep !== undefined && choices.keep !== known.keep ? [`keeps ${known.keep}, not ${choices.keep}`] : []),
    ...(choices.redact !== undefined && choices.redact !== known.redact
      ? [known.redact ? "is redacted" : "is not redacted"]
      : []),
  ];
  if (differs.length === 0) return known;
  throw new StoreError(
    "KAUDIT_STORE_FORMAT",
    `the store ${differs.join(" and ")}, as it was made; leave the option out, or make another store`,
    { details: { key } },
  );
}

function unknownFormat(what: string, cause?: unknown): StoreError {
  return new StoreError("KAUDIT_STORE_FORMAT", `${key}: ${what}`, { details: { key }, cause });
}
