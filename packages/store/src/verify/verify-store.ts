import type { KeyObject } from "node:crypto";
import type { ObjectStore } from "@kaudit/schema";
import { sha256Hex } from "../chain/commit.js";
import type { CommitCounts, NamedObject } from "../chain/commit.js";
import type { PurgeRecord } from "../chain/head.js";
import { readSnapshot, snapshotKeys, snapshotText } from "../chain/snapshot.js";
import { readStoreFile } from "../chain/store-file.js";
import { isSignedBy, parseCheckpointNote } from "../proof/checkpoint.js";
import type { ReadCheckpoint } from "../proof/checkpoint.js";
import { consistencyProof, merkleRoot, verifyConsistency } from "../proof/merkle.js";
import type { TreeHash } from "../proof/merkle.js";
import type { StoreProblem } from "./problem.js";
import { verifyChain } from "./verify-chain.js";
import type { VerifiedChain } from "./verify-chain.js";
import { verifySegments } from "./verify-segments.js";

/** A checkpoint that was kept elsewhere. */
export interface GivenCheckpoint {
  /** For messages. */
  readonly name: string;
  readonly text: string;
}

/** Options of `verifyStore`. */
export interface VerifyOptions {
  /** The public key that signed: given by whoever verifies, never taken from the store. Default: signatures are not checked. */
  readonly key?: KeyObject | undefined;
  /** Checkpoints that were kept elsewhere: the store must be their continuation. Default: none. */
  readonly against?: readonly GivenCheckpoint[] | undefined;
}

/** What a verification came to. */
export interface StoreVerification {
  /** Everything that is wrong; empty when nothing is. */
  readonly problems: readonly StoreProblem[];
  readonly origin: string;
  /** Number of commits, and the Merkle root over them (hex). */
  readonly size: number;
  readonly root: string;
  readonly objects: number;
  readonly bytes: number;
  readonly events: number;
  readonly totals: CommitCounts;
  readonly purges: readonly PurgeRecord[];
  readonly checkpoints: {
    readonly count: number;
    /** Whose signature was checked with the key that was given. */
    readonly signed: number;
    /** The largest size that a checkpoint vouches for. */
    readonly upTo: number;
  };
  /**
   * How far what is here is tied to something that whoever could change the store could not: `witness`: to checkpoints
   * that were kept elsewhere; `signature`: to a key; `unanchored`: to nothing, and it may have been made anew as a whole.
   */
  readonly anchored: "witness" | "signature" | "unanchored";
}

/**
 * Verifies a store: chain, Merkle roots, checkpoints, every object's bytes, rows and parts, the ledger, and the snapshots.
 * Finds what was changed, removed, added or put in another order; with a checkpoint that was kept elsewhere also a tail
 * that was cut off and a history that was written anew. Gives all problems; throws only what reading the store throws.
 */
export async function verifyStore(objects: ObjectStore, options: VerifyOptions = {}): Promise<StoreVerification> {
  const problems: StoreProblem[] = [];
  const origin = await originOf(objects, problems);
  const checkpoints = await readCheckpoints(objects, problems);
  const snapshots = new Map((await snapshotKeys(objects)).map((key) => [Number(/\d{12}/.exec(key)?.[0]), key]));
  const chain = await verifyChain(objects, problems, async (seq, root, head) => {
    const checkpoint = checkpoints.get(seq);
    if (checkpoint !== undefined) checkRoot(checkpoint, root(), origin, problems);
    const snapshot = snapshots.get(seq);
    if (snapshot === undefined) return;
    const there = await readSnapshot(objects, snapshot);
    if (there === null || snapshotText(there) !== snapshotText(head))
      problems.push({ code: "snapshot", key: snapshot, what: "is not what the commits come to; delete it" });
  });
  const size = chain.leaves.length;
  for (const [seq, key] of snapshots)
    if (seq > size) problems.push({ code: "tail-cut", key, what: `was made of ${seq} commits; there are ${size}` });
  for (const { key, note } of checkpoints.values())
    if (note.size > size)
      problems.push({ code: "tail-cut", key, what: `vouches for ${note.size} commits; there are ${size}` });
  await checkNamed(objects, chain.checkpoints, "checkpoint", problems);
  await checkNamed(objects, chain.ledger, "ledger", problems);
  checkUnnamed(chain, checkpoints, problems);
  const signed = checkSignatures(checkpoints, options.key, problems);
  const witnesses = (options.against ?? []).filter((given) =>
    checkHistory(given, chain, origin, options.key, problems),
  );
  const segments = await verifySegments(objects, chain, problems);
  return {
    problems,
    origin,
    size,
    root: Buffer.from(merkleRoot(chain.leaves)).toString("hex"),
    ...segments,
    totals: chain.head.totals,
    purges: chain.head.purges,
    checkpoints: {
      count: checkpoints.size,
      signed,
      upTo: Math.max(0, ...checkpoints.keys()),
    },
    anchored: witnesses.length > 0 ? "witness" : signed > 0 ? "signature" : "unanchored",
  };
}

async function originOf(objects: ObjectStore, problems: StoreProblem[]): Promise<string> {
  const file = await readStoreFile(objects).catch((error: unknown) => error as Error);
  if (file !== null && !(file instanceof Error)) return file.origin;
  problems.push({ code: "store-file", key: "store.json", what: file === null ? "is missing" : "is not readable" });
  return "";
}

interface StoredCheckpoint {
  readonly key: string;
  readonly note: ReadCheckpoint;
}

/** The checkpoints of the store that can be read, by size. */
async function readCheckpoints(objects: ObjectStore, problems: StoreProblem[]): Promise<Map<number, StoredCheckpoint>> {
  const found = new Map<number, StoredCheckpoint>();
  for await (const { key } of objects.list("checkpoints/")) {
    const bytes = await objects.get(key);
    if (bytes === null) continue;
    try {
      const note = parseCheckpointNote(Buffer.from(bytes).toString("utf8"));
      if (key !== `checkpoints/${String(note.size).padStart(12, "0")}.txt`) throw new Error("of another size");
      found.set(note.size, { key, note });
    } catch {
      problems.push({ code: "checkpoint-invalid", key, what: "is no checkpoint of the size in its name" });
    }
  }
  return found;
}

function checkRoot({ key, note }: StoredCheckpoint, root: TreeHash, origin: string, problems: StoreProblem[]): void {
  if (note.origin !== origin)
    problems.push({ code: "checkpoint-invalid", key, what: "is a checkpoint of another store" });
  if (Buffer.compare(note.root, root) === 0) return;
  problems.push({ code: "checkpoint-invalid", key, what: "has another root than the commits come to" });
}

async function checkNamed(
  objects: ObjectStore,
  named: readonly NamedObject[],
  area: "checkpoint" | "ledger",
  problems: StoreProblem[],
): Promise<void> {
  for (const { key, sha256 } of named) {
    const bytes = await objects.get(key);
    if (bytes === null) problems.push({ code: `${area}-missing`, key, what: "is missing, though a commit names it" });
    else if (sha256Hex(bytes) !== sha256)
      problems.push({ code: `${area}-changed`, key, what: "is another than the commit names" });
  }
}

/** A checkpoint is named by the next commit: only that of the last commit may be unnamed. */
function checkUnnamed(
  { checkpoints: named, leaves }: VerifiedChain,
  found: ReadonlyMap<number, StoredCheckpoint>,
  problems: StoreProblem[],
): void {
  const known = new Set(named.map(({ key }) => key));
  for (const [size, { key }] of found) {
    if (known.has(key) || size >= leaves.length) continue;
    problems.push({ code: "checkpoint-unknown", key, what: "is named by no commit, though later ones exist" });
  }
}

function checkSignatures(
  found: ReadonlyMap<number, StoredCheckpoint>,
  publicKey: KeyObject | undefined,
  problems: StoreProblem[],
): number {
  if (publicKey === undefined) return 0;
  let signed = 0;
  for (const { key, note } of found.values()) {
    if (isSignedBy(note, publicKey)) signed++;
    else problems.push({ code: "signature", key, what: "is not signed by the key that was given" });
  }
  if (found.size === 0) problems.push({ code: "signature", key: "checkpoints/", what: "holds no signed checkpoint" });
  return signed;
}

/** Whether the store is the continuation of a checkpoint that was kept elsewhere. */
function checkHistory(
  { name, text }: GivenCheckpoint,
  { leaves }: VerifiedChain,
  origin: string,
  publicKey: KeyObject | undefined,
  problems: StoreProblem[],
): boolean {
  const refuse = (code: StoreProblem["code"], what: string): false => {
    problems.push({ code, key: name, what });
    return false;
  };
  let note: ReadCheckpoint;
  try {
    note = parseCheckpointNote(text);
  } catch (error) {
    return refuse("checkpoint-invalid", (error as Error).message);
  }
  if (note.origin !== origin) return refuse("history", "is a checkpoint of another store");
  if (publicKey !== undefined && !isSignedBy(note, publicKey))
    return refuse("signature", "is not signed by the key that was given");
  if (note.size > leaves.length)
    return refuse("tail-cut", `vouches for ${note.size} commits; there are ${leaves.length}`);
  const isBeginning =
    note.size > 0 &&
    verifyConsistency(note.size, note.root, leaves.length, merkleRoot(leaves), consistencyProof(leaves, note.size));
  return isBeginning || refuse("history", `the first ${note.size} commits are not those that it vouches for`);
}
