import type { ObjectStore } from "@kaudit/schema";
import { commitKey, readCommit, sha256Hex } from "../chain/commit.js";
import type { Commit, NamedObject } from "../chain/commit.js";
import { applyCommit, emptyHead } from "../chain/head.js";
import type { Head } from "../chain/head.js";
import { leafHash, TreeFrontier } from "../proof/merkle.js";
import type { TreeHash } from "../proof/merkle.js";
import type { StoreProblem } from "./problem.js";

/** What the commits come to. */
export interface VerifiedChain {
  readonly head: Head;
  /** Of every commit. */
  readonly leaves: readonly TreeHash[];
  /** Checkpoints and ledger entries that commits name. */
  readonly checkpoints: readonly NamedObject[];
  readonly ledger: readonly NamedObject[];
  /** Of each joined object: its parts. */
  readonly parts: ReadonlyMap<string, readonly { readonly sha256: string; readonly bytes: number }[]>;
}

/** Called at each commit, with the root over it and all before, and with what the store was then. */
type OnCommit = (seq: number, root: () => TreeHash, head: Head) => void | Promise<void>;

/** Reads every commit and checks that each follows the one before. */
export async function verifyChain(
  objects: ObjectStore,
  problems: StoreProblem[],
  onCommit: OnCommit,
): Promise<VerifiedChain> {
  const last = await lastCommit(objects, problems);
  const leaves: TreeHash[] = [];
  const frontier = new TreeFrontier();
  const checkpoints: NamedObject[] = [];
  const ledger: NamedObject[] = [];
  const parts = new Map<string, readonly { readonly sha256: string; readonly bytes: number }[]>();
  let head = emptyHead();
  let previous: string | null = null;
  for (let seq = 1; seq <= last; seq++) {
    const key = commitKey(seq);
    const bytes = await objects.get(key);
    if (bytes === null) {
      problems.push({ code: "commit-missing", key, what: "is missing, though later commits are there" });
      break;
    }
    leaves.push(leafHash(bytes));
    frontier.add(leafHash(bytes));
    const commit = parse(bytes, seq, problems);
    if (commit !== null) {
      if (commit.previous !== previous) problems.push(brokenLink(seq));
      // What was changed is told above; the rest is looked at as if it followed.
      head = { ...head, seq: seq - 1, commit: commit.previous };
      apply(head, commit, bytes, problems);
      checkpoints.push(...commit.checkpoints);
      ledger.push(...commit.ledger);
      for (const pack of commit.packs) parts.set(pack.key, pack.parts);
    }
    head.seq = seq;
    head.commit = previous = sha256Hex(bytes);
    await onCommit(seq, () => frontier.root(), head);
  }
  return { head, leaves, checkpoints, ledger, parts };
}

/** The number of the last commit that is there. */
async function lastCommit(objects: ObjectStore, problems: StoreProblem[]): Promise<number> {
  let last = 0;
  for await (const { key } of objects.list("commits/")) {
    const [, digits] = /^commits\/(\d{12})\.json$/.exec(key) ?? [];
    if (digits === undefined) problems.push({ code: "commit-order", key, what: "is no commit" });
    else last = Math.max(last, Number(digits));
  }
  return last;
}

function parse(bytes: Uint8Array, seq: number, problems: StoreProblem[]): Commit | null {
  try {
    return readCommit(bytes, seq);
  } catch {
    problems.push({ code: "commit-changed", key: commitKey(seq), what: "cannot be read as this commit" });
    return null;
  }
}

function brokenLink(seq: number): StoreProblem {
  return seq === 1
    ? { code: "commit-order", key: commitKey(1), what: "is not the first of a chain" }
    : {
        code: "commit-changed",
        key: commitKey(seq - 1),
        what: `is not the commit that ${commitKey(seq)} follows: one of the two was changed or moved`,
      };
}

function apply(head: Head, commit: Commit, bytes: Uint8Array, problems: StoreProblem[]): void {
  try {
    applyCommit(head, commit, bytes);
  } catch (error) {
    problems.push({ code: "commit-order", key: commitKey(commit.seq), what: (error as Error).message });
  }
}
