import type { ObjectStore } from "@kaudit/schema";
import { StoreError } from "../errors.js";
import { writeCheckpoint } from "../proof/checkpoint.js";
import type { CheckpointSigner } from "../proof/checkpoint.js";
import type { BuiltSegment } from "../segments/segment-builder.js";
import { commitKey, noCounts, paddedNumber, sha256Hex, storeFormat, writeCommit } from "./commit.js";
import type { Commit, NamedObject } from "./commit.js";
import { applyCommit } from "./head.js";
import type { Head } from "./head.js";
import { snapshotEvery, writeSnapshot } from "./snapshot.js";

/** What a commit is to hold; what is left out is nothing. */
export type CommitDraft = Partial<Omit<Commit, "format" | "seq" | "previous" | "time" | "writer" | "segments">> & {
  readonly segments?: readonly BuiltSegment[];
};

/** Who writes, and by which clock. */
export interface WriterIdentity {
  /** As `kaudit 1.2.3`. */
  readonly tool: string;
  /** Differs from run to run. */
  readonly run: string;
  readonly now: () => Date;
}

/** Adds commits to the chain: segments first, then the commit that names them. */
export class ChainWriter {
  readonly head: Head;
  readonly #objects: ObjectStore;
  readonly #identity: WriterIdentity;
  readonly #origin: string;
  /** Checkpoints that the next commit has to name. */
  #checkpoints: NamedObject[] = [];
  #snapshotAt: number;

  constructor(objects: ObjectStore, head: Head, origin: string, identity: WriterIdentity) {
    this.head = head;
    this.#objects = objects;
    this.#identity = identity;
    this.#origin = origin;
    this.#snapshotAt = head.seq;
  }

  get run(): string {
    return this.#identity.run;
  }

  /**
   * Writes a commit; durable when the promise settles. Throws StoreError `KAUDIT_STORE_BUSY` when another writer was there
   * first; then nothing of the draft is in the store.
   */
  async commit(draft: CommitDraft): Promise<Commit> {
    const segments = draft.segments ?? [];
    const written: string[] = [];
    const commit: Commit = {
      format: storeFormat,
      seq: this.head.seq + 1,
      previous: this.head.commit,
      kind: draft.kind ?? "note",
      time: this.#identity.now().toISOString(),
      writer: { tool: this.#identity.tool, run: this.#identity.run },
      counts: draft.counts ?? noCounts,
      segments: segments.map(({ entry }) => entry),
      packs: draft.packs ?? [],
      purge: draft.purge ?? null,
      removed: draft.removed ?? [],
      state: draft.state ?? { put: {}, delete: [] },
      notices: draft.notices ?? [],
      ledger: draft.ledger ?? [],
      checkpoints: this.#checkpoints,
    };
    const bytes = writeCommit(commit);
    for (const { entry, content } of segments)
      if (await this.#objects.putIfAbsent(entry.key, content)) written.push(entry.key);
    const key = commitKey(commit.seq);
    if (!(await this.#objects.putIfAbsent(key, bytes)) && !(await this.#isOurs(key, bytes))) {
      for (const own of written) await this.#objects.delete(own);
      throw busy(`another run wrote commit ${commit.seq}`);
    }
    applyCommit(this.head, commit, bytes);
    this.#checkpoints = [];
    if (this.head.seq - this.#snapshotAt >= snapshotEvery) await this.snapshot();
    return commit;
  }

  /** Signs the head as it is, and gives the checkpoint's text. The next commit names it. */
  async checkpoint(signer: CheckpointSigner): Promise<{ readonly key: string; readonly text: string }> {
    const { seq, frontier } = this.head;
    const text = writeCheckpoint({ origin: this.#origin, size: seq, root: frontier.root() }, signer);
    const key = `checkpoints/${paddedNumber(seq)}.txt`;
    const bytes = Buffer.from(text);
    if (await this.#objects.putIfAbsent(key, bytes)) this.#checkpoints.push({ key, sha256: sha256Hex(bytes) });
    return { key, text };
  }

  /** Takes note of a checkpoint of the head that the run before signed at its end. */
  async findCheckpoint(): Promise<void> {
    const key = `checkpoints/${paddedNumber(this.head.seq)}.txt`;
    const bytes = await this.#objects.get(key);
    if (bytes !== null) this.#checkpoints.push({ key, sha256: sha256Hex(bytes) });
  }

  async snapshot(): Promise<void> {
    if (this.head.seq === this.#snapshotAt) return;
    await writeSnapshot(this.#objects, this.head);
    this.#snapshotAt = this.head.seq;
  }

  /** An answer that was lost makes a written object look like another's. */
  async #isOurs(key: string, bytes: Uint8Array): Promise<boolean> {
    const there = await this.#objects.get(key);
    return there !== null && Buffer.compare(there, bytes) === 0;
  }
}

/** The error for a store that another run writes to. */
export function busy(why: string): StoreError {
  return new StoreError(
    "KAUDIT_STORE_BUSY",
    `another run writes to the store: ${why}; nothing is lost, run again later`,
  );
}
