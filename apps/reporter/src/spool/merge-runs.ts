import { compareByCodePoint } from "@kaudit/schema";
import type { SpoolEntry } from "./run-file.js";

interface Cursor {
  readonly chunks: AsyncIterator<readonly SpoolEntry[]>;
  /** Position of the run: among equal keys the earlier run goes first. */
  readonly position: number;
  chunk: readonly SpoolEntry[];
  next: number;
}

function entryOf(cursor: Cursor): SpoolEntry {
  return cursor.chunk[cursor.next] as SpoolEntry;
}

function comesBefore(a: Cursor, b: Cursor): boolean {
  const order = compareByCodePoint(entryOf(a).key, entryOf(b).key);
  return order === 0 ? a.position < b.position : order < 0;
}

/** Moves to the next entry; false at the end of the run. */
async function advance(cursor: Cursor): Promise<boolean> {
  cursor.next++;
  while (cursor.next >= cursor.chunk.length) {
    const result = await cursor.chunks.next();
    if (result.done === true) return false;
    cursor.chunk = result.value;
    cursor.next = 0;
  }
  return true;
}

/** Lets the cursor at the root sink until neither child comes before it. */
function siftDown(heap: Cursor[], start: number): void {
  let at = start;
  for (;;) {
    let first = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && comesBefore(heap[child] as Cursor, heap[first] as Cursor)) first = child;
    }
    if (first === at) return;
    [heap[at], heap[first]] = [heap[first] as Cursor, heap[at] as Cursor];
    at = first;
  }
}

/**
 * Merges runs that are each in key order into one sequence in key order; rows of equal key keep the order of the runs.
 * Holds one chunk of each run in memory. Ends every run that it has begun, also when the reader stops early.
 */
export async function* mergeRuns(
  runs: readonly AsyncIterable<readonly SpoolEntry[]>[],
): AsyncGenerator<SpoolEntry, void> {
  const begun: Cursor[] = [];
  try {
    const heap: Cursor[] = [];
    for (const [position, run] of runs.entries()) {
      const cursor: Cursor = { chunks: run[Symbol.asyncIterator](), position, chunk: [], next: -1 };
      begun.push(cursor);
      if (await advance(cursor)) heap.push(cursor);
    }
    for (let at = Math.floor(heap.length / 2) - 1; at >= 0; at--) siftDown(heap, at);
    while (heap.length > 0) {
      const first = heap[0] as Cursor;
      yield entryOf(first);
      // Within a chunk no waiting is needed; this is the common case.
      if (first.next + 1 < first.chunk.length) first.next++;
      else if (!(await advance(first))) {
        const last = heap.pop() as Cursor;
        if (heap.length === 0) return;
        if (last !== first) heap[0] = last;
      }
      siftDown(heap, 0);
    }
  } finally {
    for (const cursor of begun) await cursor.chunks.return?.();
  }
}
