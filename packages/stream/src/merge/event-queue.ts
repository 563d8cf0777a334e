import { compareByCodePoint, stageOrder } from "@kaudit/schema";
import type { SourcedEvent } from "@kaudit/schema";

/** An event that waits for its turn. */
export interface QueuedEvent {
  readonly sourced: SourcedEvent;
  /** Its time, RFC 3339 UTC with six decimals: such texts compare as instants do. Empty: it has none, nor had one before it. */
  readonly time: string;
  /** The same in whole milliseconds since 1970; -Infinity for an empty one. */
  readonly milliseconds: number;
  /** The how-manieth event of the merge it is, where nothing else tells two apart. */
  readonly sequence: number;
}

/** The order of a merged sequence: time, API server, audit id, stage, file, place in the file. */
function compareQueued(a: QueuedEvent, b: QueuedEvent): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  const [x, y] = [a.sourced, b.sourced];
  return (
    compareByCodePoint(x.provenance.instance, y.provenance.instance) ||
    compareByCodePoint(x.event.auditID, y.event.auditID) ||
    stageOrder(x.event.stage) - stageOrder(y.event.stage) ||
    compareByCodePoint(x.provenance.file, y.provenance.file) ||
    x.provenance.byteOffset - y.provenance.byteOffset ||
    (x.provenance.item ?? 0) - (y.provenance.item ?? 0) ||
    a.sequence - b.sequence
  );
}

/** Events in the order of {@link compareQueued}: a binary heap. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The first of all. */
  get first(): QueuedEvent | undefined {
    return this.#heap[0];
  }

  add(event: QueuedEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compareQueued(heap[parent] as QueuedEvent, event) <= 0) break;
      heap[at] = heap[parent] as QueuedEvent;
      at = parent;
    }
    heap[at] = event;
  }

  /** Takes the first out. */
  takeFirst(): QueuedEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compareQueued(heap[child + 1] as QueuedEvent, heap[child] as QueuedEvent) < 0)
        child++;
      if (compareQueued(heap[child] as QueuedEvent, last) >= 0) break;
      heap[at] = heap[child] as QueuedEvent;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
