import { sha256Hex } from "../internal/hash.js";
import { sampledRows, type SampleSize } from "./sample-size.js";

/** How many rows stand by for drawn ones that turn out to be unfit. */
const replacementRows = 5;

/** A population to draw from: the rows of a register, and the hash of the register's file. */
export interface Population {
  readonly sha256: string;
  readonly rows: number;
}

/** The rows that were drawn, by their ids, in the order of their rank, and those that stand by, in the order of use. */
export interface DrawnRows {
  readonly selected: string[];
  readonly replacements: string[];
}

/**
 * Gives a row's rank: the SHA-256 (hex) of `seed|populationSha256|rowId` in UTF-8. Rows are drawn by ascending rank, so that
 * anybody with the register's file can draw the same ones.
 */
export function sampleRank(seed: string, populationSha256: string, rowId: string): string {
  return sha256Hex(`${seed}|${populationSha256}|${rowId}`);
}

/**
 * Draws a sample from a population: the rows of lowest {@link sampleRank}, all when there are not more than the size, and the next
 * five as replacements. Holds no more rows than it gives. The rows' order does not matter.
 */
export async function drawSample(
  rowIds: AsyncIterable<string> | Iterable<string>,
  population: Population,
  { seed, size }: { readonly seed: string; readonly size: SampleSize },
): Promise<DrawnRows> {
  const drawn = sampledRows(size, population.rows);
  const lowest = createLowest(drawn + replacementRows);
  for await (const rowId of rowIds) lowest.add({ rank: sampleRank(seed, population.sha256, rowId), rowId });
  const ids = lowest.sorted().map(({ rowId }) => rowId);
  return { selected: ids.slice(0, drawn), replacements: ids.slice(drawn) };
}

interface Ranked {
  readonly rank: string;
  readonly rowId: string;
}

/** Keeps the `most` entries of lowest rank: a heap with the highest of them on top. */
function createLowest(most: number): { add(entry: Ranked): void; sorted(): readonly Ranked[] } {
  const heap: Ranked[] = [];
  const at = (index: number): Ranked => heap[index] as Ranked;
  const swap = (one: number, other: number): void => {
    const entry = at(one);
    heap[one] = at(other);
    heap[other] = entry;
  };
  const rise = (from: number): void => {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!isLower(at(parent), at(index))) return;
      swap(parent, index);
      index = parent;
    }
  };
  const sink = (): void => {
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const higher = right < heap.length && isLower(at(left), at(right)) ? right : left;
      if (!isLower(at(index), at(higher))) return;
      swap(index, higher);
      index = higher;
    }
  };
  return {
    add(entry) {
      if (heap.length < most) {
        heap.push(entry);
        rise(heap.length - 1);
      } else if (isLower(entry, at(0))) {
        heap[0] = entry;
        sink();
      }
    },
    sorted: () => heap.toSorted((one, other) => (isLower(one, other) ? -1 : isLower(other, one) ? 1 : 0)),
  };
}

/** Equal ranks need equal rows; the id decides all the same. */
function isLower(one: Ranked, other: Ranked): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.rowId < other.rowId);
}
