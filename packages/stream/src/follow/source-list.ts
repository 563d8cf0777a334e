import { isDeepStrictEqual } from "node:util";
import type { FollowCheckpoint, FollowedSource, FollowTotals, RecordCounts } from "./checkpoint.js";
import type { FollowNotice } from "./follow-batch.js";
import { beginning } from "./tail-reader.js";

/** At most so many vanished files are remembered; the one that is gone longest is forgotten first. */
const rememberedMissing = 10_000;

/**
 * How long a content must be missing, over two looks at least, until it is told as lost, in milliseconds: a file that is
 * renamed while its folder is listed is missed.
 */
const missingMilliseconds = 300;

/** One content that is followed, and what only this process knows about it. */
export class Source {
  state: FollowedSource;
  /** Where it was found last by this process. */
  path = "";
  /** In how many looks in a row it was not found, or was found too short, and when it was missed first. */
  missingLooks = 0;
  missedAt = 0;
  shortLooks = 0;

  constructor(state: FollowedSource) {
    this.state = state;
  }
}

/** All contents that are followed: what a checkpoint is made of. */
export class SourceList {
  /** Whether the checkpoint changed since it was last made. */
  hasChanged = false;
  #sources: Source[];
  #totals: FollowTotals;

  constructor(checkpoint: FollowCheckpoint | undefined) {
    this.#sources = checkpoint?.sources.map((state) => new Source(state)) ?? [];
    this.#totals = checkpoint?.totals ?? { events: 0, rejected: 0, foreign: 0, losses: 0, lostBytes: 0 };
  }

  checkpoint(): FollowCheckpoint {
    this.hasChanged = false;
    return { version: 1, sources: this.#sources.map(({ state }) => state), totals: this.#totals };
  }

  /** The contents that begin with the line: those of which most was read first, then the one known by the name. */
  beginningWith(firstLineSha256: string, file: string): readonly Source[] {
    const rank = ({ state }: Source): number => (state.file === file ? 0 : 1);
    return this.#sources
      .filter(({ state }) => state.firstLineSha256 === firstLineSha256)
      .toSorted((a, b) => b.state.offset - a.state.offset || rank(a) - rank(b));
  }

  add(firstLineSha256: string, file: string, isAuditLog: boolean): Source {
    const source = new Source({
      ...beginning,
      firstLineSha256,
      file,
      isAuditLog,
      knownBytes: 0,
      isComplete: false,
      damageTold: false,
      disk: { bytes: 0, modified: 0 },
      missingSince: null,
      lossTold: false,
    });
    this.#sources.push(source);
    this.hasChanged = true;
    return source;
  }

  remove(source: Source): void {
    this.#sources = this.#sources.filter((other) => other !== source);
    this.hasChanged = true;
  }

  update(source: Source, changes: Partial<FollowedSource>): void {
    const state = { ...source.state, ...changes };
    if (isDeepStrictEqual(state, source.state)) return;
    source.state = state;
    this.hasChanged = true;
  }

  count(records: RecordCounts): void {
    const { events, rejected, foreign } = this.#totals;
    if (records.events + records.rejected + records.foreign === 0) return;
    this.#totals = {
      ...this.#totals,
      events: events + records.events,
      rejected: rejected + records.rejected,
      foreign: foreign + records.foreign,
    };
    this.hasChanged = true;
  }

  /** Counts a loss and gives the notice of it. */
  lose(source: Source, reason: "vanished" | "shortened", fromOffset: number): FollowNotice {
    const { file, knownBytes } = source.state;
    const lostBytes = Math.max(0, knownBytes - fromOffset);
    this.#totals = {
      ...this.#totals,
      losses: this.#totals.losses + 1,
      lostBytes: this.#totals.lostBytes + lostBytes,
    };
    this.hasChanged = true;
    return { kind: "loss", reason, file, fromOffset, lostBytes };
  }

  /**
   * Takes note of which contents were found in a look. One whose end was not read is told as lost when it was missing for
   * a while. Gives the losses, and whether another look has to show more. While a file `mayHoldMissing`, nothing is told as lost.
   */
  miss(
    { found, mayHoldMissing }: { readonly found: ReadonlySet<Source>; readonly mayHoldMissing: boolean },
    now: number,
    forgetMilliseconds: number,
  ): MissingContents {
    const losses: FollowNotice[] = [];
    const kept: Source[] = [];
    let isUnsettled = false;
    for (const source of this.#sources) {
      if (found.has(source)) {
        source.missingLooks = 0;
        kept.push(source);
        continue;
      }
      // Nothing of it was given, so nothing has to be remembered.
      if (!source.state.isAuditLog) continue;
      if (source.missingLooks === 0 || mayHoldMissing) source.missedAt = performance.now();
      source.missingLooks++;
      const since = source.state.missingSince ?? new Date(now).toISOString();
      this.update(source, { missingSince: since });
      if (!source.state.isComplete && !source.state.lossTold) {
        const isNew = source.missingLooks < 2 || performance.now() - source.missedAt < missingMilliseconds;
        if (isNew) isUnsettled ||= !mayHoldMissing;
        else {
          losses.push(this.lose(source, "vanished", source.state.offset));
          this.update(source, { lossTold: true });
        }
      } else if (now - Date.parse(since) >= forgetMilliseconds) continue;
      kept.push(source);
    }
    this.#keep(kept);
    return { losses, isUnsettled };
  }

  #keep(sources: readonly Source[]): void {
    const missing = sources.filter(({ state }) => state.missingSince !== null);
    const oldest = missing
      .toSorted((a, b) => Date.parse(a.state.missingSince ?? "") - Date.parse(b.state.missingSince ?? ""))
      .slice(0, Math.max(0, missing.length - rememberedMissing));
    const forgotten = new Set(oldest);
    const kept = sources.filter((source) => !forgotten.has(source));
    if (kept.length !== this.#sources.length) this.hasChanged = true;
    this.#sources = kept;
  }
}

/** What a look at all files did not find. */
export interface MissingContents {
  readonly losses: readonly FollowNotice[];
  readonly isUnsettled: boolean;
}
