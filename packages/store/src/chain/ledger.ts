import { randomUUID } from "node:crypto";
import type { ObjectStore } from "@kaudit/schema";
import { sha256Hex } from "./commit.js";
import type { NamedObject } from "./commit.js";

/** Who used the store for what: one run of a command that reads it. */
export interface LedgerEntry {
  /** When it began, RFC 3339 UTC. */
  readonly time: string;
  /** `report`, `query`, `inspect`, … */
  readonly command: string;
  /** The user of the system that ran it, and where. */
  readonly user: string;
  readonly host: string;
  /** The command line's options that decide about the result; nothing secret. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What came out: rows, hashes. */
  readonly result: Readonly<Record<string, unknown>>;
}

const foldedKey = "ledger/folded";
const mostEntries = 1000;
const dayMs = 86_400_000;

/**
 * Adds an entry to the ledger; it needs no writer and blocks none. The next commit names it, so that it cannot be taken
 * away later unseen. Throws StoreError `KAUDIT_STORE_UNWRITABLE` where the store cannot be written.
 */
export async function appendLedger(objects: ObjectStore, entry: LedgerEntry): Promise<string> {
  // Two readings alike are two readings.
  const bytes = Buffer.from(`${JSON.stringify({ id: randomUUID(), ...entry })}\n`);
  const key = `ledger/day=${/^\d{4}-\d\d-\d\d/.exec(entry.time)?.[0] ?? "unknown"}/${sha256Hex(bytes)}.json`;
  await objects.putIfAbsent(key, bytes);
  return key;
}

/** Gives the entries of the ledger, by day. What cannot be read is left out: `verify` tells of it. */
export async function* readLedger(objects: ObjectStore): AsyncGenerator<LedgerEntry & { readonly key: string }> {
  for await (const { key } of objects.list("ledger/")) {
    const bytes = await objects.get(key);
    if (bytes === null) continue;
    try {
      yield { ...(JSON.parse(Buffer.from(bytes).toString("utf8")) as LedgerEntry), key };
    } catch {
      // Not an entry.
    }
  }
}

/**
 * The entries that no commit names yet. What was named is remembered for the last day only: an entry is never written to
 * an earlier day.
 */
export async function newLedgerEntries(
  objects: ObjectStore,
  state: ReadonlyMap<string, unknown>,
  put: Record<string, unknown>,
  now: Date,
): Promise<NamedObject[]> {
  const folded = (state.get(foldedKey) ?? { day: "", keys: [] }) as Folded;
  const known = new Set(folded.keys);
  const entries: NamedObject[] = [];
  for (const prefix of prefixesSince(folded.day, now)) {
    for await (const { key } of objects.list(prefix)) {
      if (known.has(key) || entries.length >= mostEntries) continue;
      const bytes = await objects.get(key);
      if (bytes !== null) entries.push({ key, sha256: sha256Hex(bytes) });
    }
  }
  const last = entries.at(-1);
  if (last === undefined) return entries;
  const day = dayOfKey(last.key);
  const named = [...folded.keys, ...entries.map(({ key }) => key)];
  put[foldedKey] = { day, keys: named.filter((key) => dayOfKey(key) === day) } satisfies Folded;
  return entries;
}

interface Folded {
  readonly day: string;
  readonly keys: readonly string[];
}

function dayOfKey(key: string): string {
  return /day=([^/]+)\//.exec(key)?.[1] ?? "";
}

/** The days from the last one that entries were named of, to tomorrow: the clock of another machine may be ahead. */
function prefixesSince(day: string, now: Date): string[] {
  const end = now.getTime() + dayMs;
  const begin = Date.parse(day);
  if (Number.isNaN(begin) || (end - begin) / dayMs > 400) return ["ledger/"];
  const prefixes: string[] = [];
  for (let at = begin; at <= end; at += dayMs) prefixes.push(`ledger/day=${new Date(at).toISOString().slice(0, 10)}/`);
  return prefixes;
}
