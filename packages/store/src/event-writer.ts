import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { isEvidenceEvent } from "@kaudit/evidence";
import type { RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { ChainWriter } from "./chain/chain-writer.js";
import type { CommitDraft, WriterIdentity } from "./chain/chain-writer.js";
import { noCounts } from "./chain/commit.js";
import type { Commit, CommitCounts } from "./chain/commit.js";
import { compact } from "./chain/compaction.js";
import { readHead } from "./chain/head.js";
import type { Head } from "./chain/head.js";
import { newLedgerEntries } from "./chain/ledger.js";
import { openStoreFile } from "./chain/store-file.js";
import type { StoreChoices, StoreFile } from "./chain/store-file.js";
import { sweepUncommitted } from "./chain/sweep.js";
import { StoreError } from "./errors.js";
import { contentKey, eventKey } from "./event-key.js";
import { KeyIndex } from "./index/key-index.js";
import { unwritable } from "./objects/folder-store.js";
import { indexFolder } from "./place.js";
import type { StorePlace } from "./place.js";
import type { CheckpointSigner } from "./proof/checkpoint.js";
import { redactEvent } from "./redact-event.js";
import { CountedEvents } from "./segments/counted-events.js";
import { clusterOf, dayOf, partitionPrefix } from "./segments/partition.js";
import type { Partition } from "./segments/partition.js";
import { SegmentBuilder } from "./segments/segment-builder.js";
import { takeLock } from "./writer-lock.js";
import type { WriterLock } from "./writer-lock.js";

/** Options of `openWriter`. */
export interface WriterOptions extends StoreChoices {
  /** Who writes, as `kaudit 1.2.3`. */
  readonly tool: string;
  readonly now: () => Date;
  /** Signs the head when the writer is closed, and whenever {@link EventWriter.sign} is called. Default: nobody. */
  readonly signer?: CheckpointSigner | undefined;
  /** Called with every checkpoint that was signed, to copy it elsewhere. Default: nothing. */
  readonly onCheckpoint?: ((checkpoint: { readonly key: string; readonly text: string }) => Promise<void>) | undefined;
  /** Where keys are indexed. Default: `index` in a store that is a folder, else a temporary folder. */
  readonly indexFolder?: string | undefined;
}

/** How many clusters and days a commit may hold: each becomes an object. */
const mostPartitions = 40;

/**
 * Takes events into a store: each once, whatever it came by and how often; whole commits, or nothing of them.
 *
 * Use it from one place at a time: `add…` and `setState` gather, `commit` makes all of it durable at once. After an error
 * the writer is of no use any more; what it had committed is safe.
 */
export class EventWriter {
  readonly file: StoreFile;
  readonly #place: StorePlace;
  readonly #chain: ChainWriter;
  readonly #index: KeyIndex;
  readonly #options: WriterOptions;
  readonly #release: () => Promise<void>;
  readonly #segments = new SegmentBuilder();
  #counted = new Map<string, { readonly partition: Partition; readonly events: CountedEvents }>();
  #counts: Record<keyof CommitCounts, number> = { ...noCounts };
  #put: Record<string, unknown> = {};
  #delete = new Set<string>();
  #notices: unknown[] = [];
  #signedAt: number;
  #purgedBefore: string;
  #isClosed = false;

  private constructor(
    place: StorePlace,
    file: StoreFile,
    chain: ChainWriter,
    index: KeyIndex,
    options: WriterOptions,
    release: () => Promise<void>,
  ) {
    this.#place = place;
    this.file = file;
    this.#chain = chain;
    this.#index = index;
    this.#options = options;
    this.#release = release;
    this.#signedAt = chain.head.seq;
    this.#purgedBefore = purgedBefore(chain.head);
  }

  /** Opens a store for writing; makes it where there is none. Throws StoreError, `KAUDIT_STORE_BUSY` among others. */
  static async open(place: StorePlace, options: WriterOptions): Promise<EventWriter> {
    const { folder, objects } = place;
    if (folder !== null)
      await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw unwritable(folder, error);
      });
    const lock: WriterLock | null = folder === null ? null : await takeLock(folder);
    try {
      const file = await openStoreFile(objects, options, options.now().toISOString());
      const head = await readHead(objects);
      const identity: WriterIdentity = { tool: options.tool, run: randomUUID(), now: options.now };
      const chain = new ChainWriter(objects, head, file.origin, identity);
      await chain.findCheckpoint();
      if (lock?.wasStale === true) {
        // With this commit nothing that the run before may still write can be committed; only then its leavings can go.
        await chain.commit({ kind: "recovery" });
        await sweepUncommitted(objects, head);
      }
      const index = await indexFolder(place, options.indexFolder);
      const release = async (): Promise<void> => {
        await index.remove();
        lock?.release();
      };
      return new EventWriter(place, file, chain, new KeyIndex(index.path, objects), options, release);
    } catch (error) {
      lock?.release();
      throw systemFailure(error, place.address);
    }
  }

  /** What the store is now. Not to be changed. */
  get head(): Head {
    return this.#chain.head;
  }

  /** What was gathered since the last commit. */
  get pending(): { readonly records: number; readonly characters: number; readonly isFull: boolean } {
    const { events, duplicates, counted, expired, rejected } = this.#counts;
    return {
      records: events + duplicates + counted + expired + rejected,
      characters: this.#segments.characters,
      isFull: this.#segments.size >= mostPartitions,
    };
  }

  /** Whether there is anything for a commit. */
  get hasPending(): boolean {
    const { records } = this.pending;
    return (
      records + this.#counts.foreign + this.#notices.length + this.#delete.size > 0 || Object.keys(this.#put).length > 0
    );
  }

  /** Takes an event in. `cluster` is its cluster where its provenance names none; empty: it has no name. */
  async add(sourced: SourcedEvent, cluster: string): Promise<void> {
    this.#requireOpen();
    const named = withCluster(sourced, cluster);
    const { event, provenance } = named;
    const partition = { cluster: clusterOf(provenance, cluster), day: dayOf(event.requestReceivedTimestamp) };
    if (partition.day < this.#purgedBefore) {
      this.#counts.expired++;
      return;
    }
    if (this.file.keep === "evidence" && !isEvidenceEvent(event)) return this.#count(partition, named);
    const prefix = partitionPrefix(partition);
    if (!this.#index.isPrepared(prefix)) await this.#guarded(() => this.#index.prepare(partition, this.#chain.head));
    const known = this.#index.check(prefix, eventKey(named), contentKey(named));
    if (known === "same") {
      this.#counts.duplicates++;
      return;
    }
    if (known === "other") this.#counts.conflicts++;
    this.#counts.events++;
    this.#segments.addEvent(partition, this.file.redact ? this.#redacted(named) : named);
  }

  /** Takes a record in that is no event: where it was and why. */
  addRejected(rejected: RejectedRecord, cluster: string): void {
    this.#requireOpen();
    this.#counts.rejected++;
    this.#segments.addRejected({ cluster, day: dayOf(this.#options.now().toISOString()) }, rejected);
  }

  /** Counts records of another kind. */
  addForeign(count: number): void {
    this.#counts.foreign += count;
  }

  /** Takes in what whoever relies on completeness has to know. Plain data. */
  addNotices(notices: readonly unknown[]): void {
    this.#notices.push(...notices);
  }

  /** Remembers a value under a key, together with the next commit; undefined forgets it. */
  setState(key: string, value: unknown): void {
    this.#requireOpen();
    if (value === undefined) {
      delete this.#put[key];
      if (this.#chain.head.state.has(key)) this.#delete.add(key);
    } else {
      this.#delete.delete(key);
      this.#put[key] = value;
    }
  }

  /** Makes everything that was gathered durable; null when there is nothing. Throws StoreError. */
  async commit(): Promise<Commit | null> {
    this.#requireOpen();
    if (!this.hasPending) return null;
    return this.#guarded(async () => {
      for (const { partition, events } of this.#counted.values())
        for (const row of events.rows()) this.#segments.addCounted(partition, row);
      this.#counted = new Map();
      const { objects } = this.#place;
      const segments = await this.#segments.take(this.#chain.head.seq + 1, this.#chain.run);
      const commit = await this.#chain.commit({
        kind: segments.length > 0 ? "events" : "note",
        segments,
        counts: this.#counts,
        state: { put: this.#put, delete: [...this.#delete] },
        notices: this.#notices,
        ledger: await newLedgerEntries(objects, this.#chain.head.state, this.#put, this.#options.now()),
      });
      this.#index.commit(commit.seq);
      this.#counts = { ...noCounts };
      this.#put = {};
      this.#delete = new Set();
      this.#notices = [];
      return commit;
    });
  }

  /** Writes a commit of another kind, with nothing gathered. */
  async commitDraft(draft: CommitDraft): Promise<Commit> {
    this.#requireOpen();
    const commit = await this.#guarded(() => this.#chain.commit(draft));
    this.#purgedBefore = purgedBefore(this.#chain.head);
    return commit;
  }

  /** Joins small segments, and removes what other objects stand for. */
  async compact(): Promise<void> {
    this.#requireOpen();
    await this.#guarded(() => compact(this.#place.objects, this.#chain, this.#options.now()));
  }

  /** Signs the head, where there is a signer and anything new. */
  async sign(): Promise<void> {
    const { signer, onCheckpoint } = this.#options;
    if (signer === undefined || this.#signedAt === this.#chain.head.seq) return;
    await this.#guarded(async () => {
      const checkpoint = await this.#chain.checkpoint(signer);
      this.#signedAt = this.#chain.head.seq;
      await onCheckpoint?.(checkpoint);
    });
  }

  /** Forgets the index's tables of days that were purged. */
  forgetDaysBefore(day: string): void {
    this.#index.removeBefore(day);
  }

  /** Signs and leaves the store in good order. What was not committed is not kept. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.sign();
    if (this.#chain.head.seq > 0) await this.#guarded(() => this.#chain.snapshot());
    await this.#guarded(() => this.#end());
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.#index.abandon();
      await this.#end().catch(() => {});
      throw systemFailure(error, this.#place.address);
    }
  }

  async #end(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#index.close();
    } finally {
      await this.#release();
    }
  }

  #count(partition: Partition, sourced: SourcedEvent): void {
    this.#counts.counted++;
    const prefix = partitionPrefix(partition);
    let counted = this.#counted.get(prefix);
    if (counted === undefined) this.#counted.set(prefix, (counted = { partition, events: new CountedEvents() }));
    counted.events.add(sourced);
  }

  #redacted(sourced: SourcedEvent): SourcedEvent {
    const event = redactEvent(sourced.event);
    if (event === sourced.event) return sourced;
    this.#counts.redacted++;
    return { event, provenance: sourced.provenance };
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new StoreError("KAUDIT_STORE_CLOSED", "the writer was closed, or failed before; open the store anew.");
  }
}

/** The system's own error, of the index of keys or the lock, as one of the store. */
function systemFailure(error: unknown, address: string): unknown {
  return (error as { syscall?: unknown } | null)?.syscall === undefined ? error : unwritable(address, error);
}

/** The first day that no purge took away; empty where there was none. */
function purgedBefore({ purges }: Head): string {
  return purges.reduce((latest, { before }) => (before > latest ? before : latest), "");
}

/** The event with the name of its cluster, where only the run knows it. */
function withCluster(sourced: SourcedEvent, cluster: string): SourcedEvent {
  if (cluster === "" || (sourced.provenance.cluster ?? "") !== "") return sourced;
  return { ...sourced, provenance: { ...sourced.provenance, cluster, clusterBasis: "option" } };
}
