import type { RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { addCounts, noCounts } from "../chain/commit.js";
import type { CommitCounts } from "../chain/commit.js";
import type { CollectOptions } from "./collect.js";
import type { EventWriter } from "../event-writer.js";

/** A commit is made when so many records, or so many characters of JSON, are waiting. */
const mostRecords = 20_000;
const mostCharacters = 16 * 1024 * 1024;
/** Segments are joined after so many commits. */
const compactEvery = 64;
const heldNotices = 1000;

/** A notice with where it belongs. */
export interface CollectNotice {
  readonly cluster: string;
  readonly kind: string;
  readonly file?: string;
  readonly [field: string]: unknown;
}

/** Takes what several readers find into one store, one after the other. */
export class Collection {
  readonly writer: EventWriter;
  /** The first notices. */
  readonly notices: CollectNotice[] = [];
  counts: CommitCounts = noCounts;
  commits = 0;
  /** When the last commit was made, by the monotonic clock. */
  committedAt = performance.now();
  readonly #savers = new Set<() => void>();
  #turn: Promise<unknown> = Promise.resolve();
  #losses = 0;
  readonly #onCommit: CollectOptions["onCommit"];

  constructor(writer: EventWriter, onCommit?: CollectOptions["onCommit"]) {
    this.writer = writer;
    this.#onCommit = onCommit;
  }

  /** Has `save` called before each commit, to put positions into the state. */
  onSave(save: () => void): void {
    this.#savers.add(save);
  }

  /** Runs `work` when everybody before is done: what it adds is not torn apart by another's. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Adds events; commits in between where one commit would hold too much. Only in turn. */
  async addEvents(events: readonly SourcedEvent[], cluster: string): Promise<void> {
    for (const sourced of events) {
      await this.writer.add(sourced, cluster);
      // What is read again after a crash is known by its key, so that a commit may come before the position's.
      if (this.writer.pending.isFull) await this.commit(false);
    }
  }

  addRejected(rejected: readonly RejectedRecord[], cluster: string): void {
    for (const record of rejected) this.writer.addRejected(record, cluster);
  }

  addNotices(notices: readonly CollectNotice[]): void {
    this.writer.addNotices(notices);
    this.#losses += notices.filter(({ kind }) => kind === "loss").length;
    this.notices.push(...notices.slice(0, Math.max(0, heldNotices - this.notices.length)));
  }

  /** Commits when enough is waiting. Only in turn, at a place where positions fit what was added. */
  async commitIfDue(): Promise<void> {
    const { records, characters } = this.writer.pending;
    if (records >= mostRecords || characters >= mostCharacters) await this.commit();
  }

  /** Commits what is waiting, with the positions of all readers unless `withPositions` is false. Only in turn. */
  async commit(withPositions = true): Promise<void> {
    if (withPositions) for (const save of this.#savers) save();
    const commit = await this.writer.commit();
    this.committedAt = performance.now();
    if (commit === null) return;
    this.commits++;
    this.counts = addCounts(this.counts, commit.counts);
    const { seq, totals } = this.writer.head;
    await this.#onCommit?.({ seq, totals, commits: this.commits, counts: this.counts, losses: this.#losses });
    if (this.commits % compactEvery === 0) {
      await this.writer.compact();
      await this.writer.sign();
    }
  }
}
