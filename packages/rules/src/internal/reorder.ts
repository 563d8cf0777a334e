import type { RequestFacts } from "../fact-fields.js";
import { microsecondsOf } from "./instant.js";

/** A request on its way through the engine. */
export interface TimedRequest {
  readonly facts: RequestFacts;
  /** Where the request is found again: a row id. */
  readonly ref: string;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** Puts requests in order of time. */
export interface Reorder {
  /** Takes a request; gives those whose turn has come. */
  add(facts: RequestFacts, ref: string): TimedRequest[];
  /** Gives what is left. */
  finish(): TimedRequest[];
  /** Requests that came later than the skew allows; they are passed on as they come. */
  readonly late: number;
}

/**
 * Holds requests back until none can come that belongs before them, at most `skewMicroseconds` of log time and `mostHeld` of
 * them. Equal times go by cluster, API server, audit id and reference, so the order does not depend on that of arrival.
 */
export function createReorder(skewMicroseconds: number, mostHeld: number): Reorder {
  const heap: TimedRequest[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let passed = Number.NEGATIVE_INFINITY;
  let late = 0;

  function push(request: TimedRequest): void {
    let at = heap.length;
    heap.push(request);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compare(heap[parent] as TimedRequest, request) <= 0) break;
      heap[at] = heap[parent] as TimedRequest;
      at = parent;
    }
    heap[at] = request;
  }

  function pop(): TimedRequest {
    const top = heap[0] as TimedRequest;
    const last = heap.pop() as TimedRequest;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && compare(heap[right] as TimedRequest, heap[child] as TimedRequest) < 0) child = right;
      if (compare(last, heap[child] as TimedRequest) <= 0) break;
      heap[at] = heap[child] as TimedRequest;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  function due(all: boolean): TimedRequest[] {
    const ready: TimedRequest[] = [];
    while (heap.length > 0) {
      const oldest = heap[0] as TimedRequest;
      // One that may still get company of its own time waits for it.
      if (!all && heap.length <= mostHeld && oldest.at >= newest - skewMicroseconds) break;
      ready.push(pop());
      passed = Math.max(passed, oldest.at);
    }
    return ready;
  }

  return {
    add(facts, ref) {
      const told = microsecondsOf(facts.time);
      // A time that cannot be read is taken as now, and counted.
      const at = Number.isNaN(told) ? Math.max(newest, 0) : told;
      if (at < passed || Number.isNaN(told)) late++;
      if (at > newest) newest = at;
      push({ facts, ref, at });
      return due(false);
    },
    finish: () => due(true),
    get late() {
      return late;
    },
  };
}

function compare(a: TimedRequest, b: TimedRequest): number {
  if (a.at !== b.at) return a.at - b.at;
  return (
    byText(a.facts.cluster, b.facts.cluster) ||
    byText(a.facts.apiserver ?? "", b.facts.apiserver ?? "") ||
    byText(a.facts.auditID ?? "", b.facts.auditID ?? "") ||
    byText(a.ref, b.ref)
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
