import { hash } from "node:crypto";
import { parseCheckpoint } from "@kaudit/stream";
import type { FollowCheckpoint, FollowedSource, FollowTotals } from "@kaudit/stream";

const noTotals: FollowTotals = { events: 0, rejected: 0, foreign: 0, losses: 0, lostBytes: 0 };

/** Where changes of the state go. */
type SetState = (key: string, value: unknown) => void;

/** What a set of inputs is known by: the same inputs of the same cluster go on where they were. */
export function sourceId(cluster: string, inputs: readonly string[]): string {
  return hash("sha256", JSON.stringify([cluster, [...new Set(inputs)].toSorted()]), "hex").slice(0, 24);
}

/**
 * Keeps the checkpoint of one set of inputs in the state of the store, a value for each followed file: a commit then holds
 * only what changed, however many rotated files there are.
 */
export class FollowState {
  readonly #prefix: string;
  /** What the store has, or will have with the next commit. */
  #stored = new Map<string, FollowedSource>();
  #totals: FollowTotals = noTotals;
  #latest: FollowCheckpoint | undefined;

  constructor(id: string, state: ReadonlyMap<string, unknown>) {
    this.#prefix = `follow/${id}/`;
    const stored = [...state].filter(([key]) => key.startsWith(`${this.#prefix}file/`));
    const totals = state.get(`${this.#prefix}totals`);
    if (totals === undefined) return;
    const latest = parseCheckpoint({ version: 1, sources: stored.map(([, value]) => value), totals });
    // What did not change since is told by being the same object.
    latest.sources.forEach((source, at) => this.#stored.set(stored[at]?.[0] ?? "", source));
    this.#totals = latest.totals;
    this.#latest = latest;
  }

  /** Where to go on; undefined for inputs that were never read. */
  get checkpoint(): FollowCheckpoint | undefined {
    return this.#latest;
  }

  /** Takes note of how far everything was read; gives how many records of another kind came since the last time. */
  advance(checkpoint: FollowCheckpoint): number {
    const foreign = checkpoint.totals.foreign - (this.#latest?.totals.foreign ?? 0);
    this.#latest = checkpoint;
    return foreign;
  }

  /** Sets what changed since the last time. */
  save(set: SetState): void {
    const latest = this.#latest;
    if (latest === undefined) return;
    const stored = new Map<string, FollowedSource>();
    const seen = new Map<string, number>();
    for (const source of latest.sources) {
      // Files that begin with the same line are told apart by their order.
      const number = seen.get(source.firstLineSha256) ?? 0;
      seen.set(source.firstLineSha256, number + 1);
      const key = `${this.#prefix}file/${source.firstLineSha256}/${number}`;
      stored.set(key, source);
      if (this.#stored.get(key) !== source) set(key, source);
    }
    for (const key of this.#stored.keys()) if (!stored.has(key)) set(key, undefined);
    if (latest.totals !== this.#totals) set(`${this.#prefix}totals`, latest.totals);
    this.#stored = stored;
    this.#totals = latest.totals;
  }
}
