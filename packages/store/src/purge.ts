import type { ObjectStore } from "@kaudit/schema";
import { StoreError } from "./errors.js";
import type { EventWriter } from "./event-writer.js";
import { holdOn, holdsOf } from "./holds.js";
import { partitionOfKey } from "./segments/partition.js";

/** What a purge did, or would do. */
export interface PurgeResult {
  readonly objects: number;
  readonly events: number;
  readonly bytes: number;
  /** What is old enough and stays, by the hold that names it. */
  readonly held: readonly {
    readonly hold: string;
    readonly reason: string;
    readonly objects: number;
    readonly events: number;
  }[];
}

/**
 * Removes the segments of all days before `before` (`2026-01-31`) but those that a hold names. The commits stay: they tell
 * what was there, and a commit of its own tells that it was purged. With `dryRun` it only tells. Throws StoreError.
 */
export async function purge(
  writer: EventWriter,
  objects: ObjectStore,
  { before, dryRun = false }: { readonly before: string; readonly dryRun?: boolean },
): Promise<PurgeResult> {
  if (!/^\d{4}-\d\d-\d\d$/.test(before))
    throw new StoreError("KAUDIT_STORE_OPTION_INVALID", `purge before ${before}: expected a day, as 2026-01-31.`);
  const holds = holdsOf(writer.head);
  const held = new Map<string, { hold: string; reason: string; objects: number; events: number }>();
  const old = [...writer.head.objects.values()].filter(({ key }) => (partitionOfKey(key)?.day ?? "unknown") < before);
  const due = old.filter(({ key, events }) => {
    const hold = holdOn(key, holds);
    if (hold === undefined) return true;
    const known = held.get(hold.name) ?? { hold: hold.name, reason: hold.reason, objects: 0, events: 0 };
    held.set(hold.name, { ...known, objects: known.objects + 1, events: known.events + events });
    return false;
  });
  const sum = (of: "events" | "bytes"): number => due.reduce((all, one) => all + one[of], 0);
  const result = { objects: due.length, events: sum("events"), bytes: sum("bytes"), held: [...held.values()] };
  if (dryRun || due.length === 0) return result;
  const segments = due.map(({ key }) => key).toSorted();
  await writer.commitDraft({ kind: "purge", purge: { before, segments } });
  for (const key of segments) await objects.delete(key);
  await writer.commitDraft({ kind: "note", removed: segments });
  writer.forgetDaysBefore(before);
  return result;
}
