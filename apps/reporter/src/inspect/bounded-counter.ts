/** A key and how often it was counted. */
export interface KeyCount {
  readonly key: string;
  readonly count: number;
}

/** The most frequent keys. */
export interface TopCounts {
  /** The most frequent first; equal ones by key. */
  readonly top: readonly KeyCount[];
  /** What all keys that are not in `top` come to. */
  readonly others: number;
  /** True when there were more keys than are held: then the counts of keys are lower bounds. */
  readonly capped: boolean;
}

const maxKeyLength = 512;

/** A long name from a client must not stay in memory; a slice alone would keep all of it alive. */
function shortened(key: string): string {
  return key.length <= maxKeyLength ? key : `${Buffer.from(key.slice(0, maxKeyLength)).toString()}…`;
}

/**
 * Counts keys in bounded memory: they come from clients, and there can be any number of them. When there are more than
 * `maxKeys`, the rarer half is folded into the others. Of a key longer than 512 characters only the beginning counts.
 */
export class BoundedCounter {
  readonly #counts = new Map<string, number>();
  readonly #maxKeys: number;
  #others = 0;
  #capped = false;

  constructor(maxKeys = 5000) {
    this.#maxKeys = maxKeys;
  }

  add(key: string): void {
    const known = shortened(key);
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + 1);
    if (this.#counts.size > this.#maxKeys) this.#fold();
  }

  /** Gives the `limit` most frequent keys. */
  top(limit = Number.POSITIVE_INFINITY): TopCounts {
    const sorted = this.#sorted();
    const others = sorted.slice(limit).reduce((sum, { count }) => sum + count, this.#others);
    return { top: sorted.slice(0, limit), others, capped: this.#capped };
  }

  #sorted(): readonly KeyCount[] {
    return [...this.#counts]
      .map(([key, count]) => ({ key, count }))
      .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }

  #fold(): void {
    this.#capped = true;
    for (const { key, count } of this.#sorted().slice(Math.ceil(this.#maxKeys / 2))) {
      this.#others += count;
      this.#counts.delete(key);
    }
  }
}
