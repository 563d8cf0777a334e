import type { ObjectStore } from "@kaudit/schema";
import type { Head } from "./head.js";

/** How long objects that others stand for are left: a reader may still want them. */
const graceMs = 10 * 60_000;
const mostAtOnce = 2000;

/** Removes segments that no commit names: a run that was killed left them. Only for whoever holds the chain's end. */
export async function sweepUncommitted(objects: ObjectStore, head: Head): Promise<number> {
  let removed = 0;
  for await (const { key } of objects.list("segments/")) {
    if (head.objects.has(key) || head.garbage.has(key)) continue;
    await objects.delete(key);
    removed++;
  }
  return removed;
}

/** Removes objects that have been replaced or purged for a while. Gives their keys, for a commit to name. */
export async function removeGarbage(objects: ObjectStore, head: Head, now: Date): Promise<string[]> {
  const removed: string[] = [];
  for (const [key, since] of head.garbage) {
    if (now.getTime() - Date.parse(since) < graceMs || removed.length === mostAtOnce) continue;
    await objects.delete(key);
    removed.push(key);
  }
  return removed;
}
