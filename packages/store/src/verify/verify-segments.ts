import type { ObjectStore } from "@kaudit/schema";
import { sha256Hex } from "../chain/commit.js";
import type { LiveObject } from "../chain/head.js";
import { hashInKey, readSegment } from "../segments/read-segment.js";
import type { StoreProblem } from "./problem.js";
import type { VerifiedChain } from "./verify-chain.js";

/** What was looked at. */
export interface VerifiedSegments {
  readonly objects: number;
  readonly bytes: number;
  readonly events: number;
}

/**
 * Checks every object with rows: that it is there, is what its name says, holds the parts that its commit names, and as
 * many rows; and that there is none besides.
 */
export async function verifySegments(
  objects: ObjectStore,
  { head, parts }: VerifiedChain,
  problems: StoreProblem[],
): Promise<VerifiedSegments> {
  const verified = { objects: 0, bytes: 0, events: 0 };
  for (const object of head.objects.values()) {
    const content = await objects.get(object.key);
    if (content === null) {
      problems.push({ code: "segment-missing", key: object.key, what: "is missing, though a commit names it" });
      continue;
    }
    verified.objects++;
    verified.bytes += content.length;
    verified.events += await verifyObject(object, content, parts, problems);
  }
  for await (const { key } of objects.list("segments/")) {
    if (head.objects.has(key) || head.garbage.has(key)) continue;
    const what = "is named by no commit: it was added, or a run that was killed left it";
    problems.push({ code: "segment-unknown", key, what });
  }
  return verified;
}

async function verifyObject(
  object: LiveObject,
  content: Uint8Array,
  parts: VerifiedChain["parts"],
  problems: StoreProblem[],
): Promise<number> {
  const { key } = object;
  const changed = (what: string): void => void problems.push({ code: "segment-changed", key, what });
  if (sha256Hex(content) !== hashInKey(key) || content.length !== object.bytes) {
    changed("is not what its name says: it was changed");
    return 0;
  }
  if (!areParts(key, content, parts)) changed("does not hold the segments that were joined in it");
  let events = 0;
  let rejected = 0;
  let counted = 0;
  try {
    for await (const row of readSegment(key, content)) {
      if (row.kind === "event") events++;
      else if (row.kind === "rejected") rejected++;
      else if (row.kind === "counted") counted++;
    }
  } catch {
    changed("cannot be read");
    return events;
  }
  if (events !== object.events || rejected !== object.rejected || counted !== object.counted) {
    const what = `holds ${events} events, ${rejected} rejected records and ${counted} counts; its commit says ${object.events}, ${object.rejected} and ${object.counted}`;
    problems.push({ code: "segment-rows", key, what });
  }
  return events;
}

/** Whether the bytes are those of the parts, one after the other, and of theirs. */
function areParts(key: string, content: Uint8Array, parts: VerifiedChain["parts"]): boolean {
  const own = parts.get(key);
  if (own === undefined) return true;
  let at = 0;
  for (const { sha256, bytes } of own) {
    const part = content.subarray(at, at + bytes);
    at += bytes;
    const partKey = `${key.slice(0, key.lastIndexOf("/") + 1)}${sha256}.jsonl.gz`;
    if (sha256Hex(part) !== sha256 || !areParts(partKey, part, parts)) return false;
  }
  return at === content.length;
}
