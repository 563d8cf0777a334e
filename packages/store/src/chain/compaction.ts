import type { ObjectStore } from "@kaudit/schema";
import { removeGarbage } from "./sweep.js";
import { hashInKey } from "../segments/read-segment.js";
import type { ChainWriter } from "./chain-writer.js";
import { damaged, sha256Hex } from "./commit.js";
import type { PackEntry } from "./commit.js";
import type { Head, LiveObject } from "./head.js";

/** So many objects of a cluster and day are joined. */
const joinedAtOnce = 32;
/** An object of this size is joined no further. */
const largest = 32 * 1024 * 1024;
/** A later commit for the same day than this many days is not expected: what is left of it is joined. */
const restDays = 2;

/**
 * Joins small segments of one cluster and day, a commit for each group. Joining puts the bytes of gzipped segments one
 * after the other: the lines stay what they were, and each segment's hash can still be checked in its part of the bytes.
 */
export async function compact(objects: ObjectStore, chain: ChainWriter, now: Date): Promise<number> {
  if (chain.head.seq === 0) return 0;
  const removed = await removeGarbage(objects, chain.head, now);
  if (removed.length > 0) await chain.commit({ kind: "compaction", removed });
  let joined = 0;
  for (const group of groups(chain.head)) {
    const pack = await join(objects, group);
    if (!(await objects.putIfAbsent(pack.entry.key, pack.content)) && (await objects.get(pack.entry.key)) === null)
      throw damaged(pack.entry.key, "could not be written");
    await chain.commit({ kind: "compaction", packs: [pack.entry] });
    joined += group.length;
  }
  return joined;
}

/** The groups that are due: many small objects, or any of a day that is over. */
function groups(head: Head): LiveObject[][] {
  const partitions = new Map<string, LiveObject[]>();
  for (const object of head.objects.values()) {
    if (object.bytes >= largest) continue;
    const prefix = object.key.slice(0, object.key.lastIndexOf("/"));
    const known = partitions.get(prefix);
    if (known === undefined) partitions.set(prefix, [object]);
    else known.push(object);
  }
  const restBefore = new Date(Date.parse(head.time) - restDays * 86_400_000).toISOString().slice(0, 10);
  return [...partitions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([prefix, small]) => {
      const isOver = prefix.slice(prefix.lastIndexOf("=") + 1) < restBefore;
      const levels =
        isOver && small.length > 1 ? [small] : byLevel(small).filter((level) => level.length >= joinedAtOnce);
      return levels
        .flatMap((level) => withinSize(level.toSorted((a, b) => a.seq - b.seq)))
        .filter((group) => group.length > 1);
    });
}

/** Objects of about the same size together, so that each byte is copied a few times only, however many commits a day has. */
function byLevel(small: readonly LiveObject[]): LiveObject[][] {
  const levels = new Map<number, LiveObject[]>();
  for (const object of small) {
    const level = Math.floor(Math.log(object.parts) / Math.log(joinedAtOnce));
    levels.set(level, [...(levels.get(level) ?? []), object]);
  }
  return [...levels.values()];
}

function withinSize(objects: readonly LiveObject[]): LiveObject[][] {
  const result: LiveObject[][] = [[]];
  let bytes = 0;
  for (const object of objects) {
    if (bytes + object.bytes > largest) {
      result.push([]);
      bytes = 0;
    }
    result.at(-1)?.push(object);
    bytes += object.bytes;
  }
  return result;
}

async function join(
  objects: ObjectStore,
  group: readonly LiveObject[],
): Promise<{ readonly entry: PackEntry; readonly content: Uint8Array }> {
  const contents: Uint8Array[] = [];
  for (const { key } of group) {
    const content = await objects.get(key);
    if (content === null) throw damaged(key, "is missing");
    if (sha256Hex(content) !== hashInKey(key)) throw damaged(key, "is not what its name says");
    contents.push(content);
  }
  const content = Buffer.concat(contents);
  const [first] = group;
  const prefix = first?.key.slice(0, first.key.lastIndexOf("/") + 1) ?? "";
  const sum = (field: "events" | "rejected" | "counted"): number => group.reduce((all, one) => all + one[field], 0);
  return {
    content,
    entry: {
      key: `${prefix}${sha256Hex(content)}.jsonl.gz`,
      bytes: content.length,
      events: sum("events"),
      rejected: sum("rejected"),
      counted: sum("counted"),
      parts: group.map(({ key, bytes }) => ({ sha256: hashInKey(key), bytes })),
      replaces: group.map(({ key }) => key),
    },
  };
}
