/** Lines and bytes of some events, as recorded and as a candidate policy would leave them. */
export interface Volume {
  readonly recordedLines: number;
  readonly recordedBytes: number;
  readonly keptLines: number;
  readonly keptBytes: number;
}

/** The volume under one key, such as a user. */
export interface TallyEntry extends Volume {
  readonly key: string;
}

/** The largest keys of a tally, and what all others come to. */
export interface TallyResult {
  /** By recorded bytes, the largest first. */
  readonly top: readonly TallyEntry[];
  readonly others: Volume;
  /** True when there were more keys than are kept: then the figures of a key are lower bounds. */
  readonly capped: boolean;
}

interface Sum {
  recordedLines: number;
  recordedBytes: number;
  keptLines: number;
  keptBytes: number;
}

/**
 * Adds up volume by key in bounded memory: keys come from clients, and there can be any number of them. When there are
 * too many, the smaller half is folded into the others.
 */
export class Tally {
  readonly #maxKeys: number;
  readonly #sums = new Map<string, Sum>();
  readonly #others: Sum = zero();
  #capped = false;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  add(key: string, recordedBytes: number, keptBytes: number | null): void {
    const known = this.#sums.get(key);
    const sum = known ?? zero();
    if (known === undefined) {
      this.#sums.set(key, sum);
      if (this.#sums.size > this.#maxKeys) this.#fold();
    }
    sum.recordedLines++;
    sum.recordedBytes += recordedBytes;
    if (keptBytes === null) return;
    sum.keptLines++;
    sum.keptBytes += keptBytes;
  }

  result(limit: number): TallyResult {
    const sorted = this.#sorted();
    const others = sorted.slice(limit).reduce((sum, { sum: part }) => plus(sum, part), { ...this.#others });
    const top = sorted.slice(0, limit).map(({ key, sum }) => ({ key, ...sum }));
    return { top, others, capped: this.#capped };
  }

  #sorted(): readonly { readonly key: string; readonly sum: Sum }[] {
    return [...this.#sums]
      .map(([key, sum]) => ({ key, sum }))
      .toSorted((one, other) => other.sum.recordedBytes - one.sum.recordedBytes || (one.key < other.key ? -1 : 1));
  }

  #fold(): void {
    this.#capped = true;
    for (const { key, sum } of this.#sorted().slice(Math.ceil(this.#maxKeys / 2))) {
      // A key without volume is the one just added: it stays, or its first event would be lost.
      if (sum.recordedLines === 0) continue;
      Object.assign(this.#others, plus(this.#others, sum));
      this.#sums.delete(key);
    }
  }
}

function zero(): Sum {
  return { recordedLines: 0, recordedBytes: 0, keptLines: 0, keptBytes: 0 };
}

function plus(one: Volume, other: Volume): Sum {
  return {
    recordedLines: one.recordedLines + other.recordedLines,
    recordedBytes: one.recordedBytes + other.recordedBytes,
    keptLines: one.keptLines + other.keptLines,
    keptBytes: one.keptBytes + other.keptBytes,
  };
}
