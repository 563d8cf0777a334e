import type { FactName, RequestFacts } from "../fact-fields.js";
import { createRecentKeys } from "./recent-keys.js";
import type { TimedRequest } from "./reorder.js";

/** Recognises when enough requests come within a time. */
export interface Burst {
  /** Gives the requests that belong to a burst by now and were not given before: none, or this one, or those that began it. */
  add(request: TimedRequest): readonly TimedRequest[];
  readonly forgotten: number;
}

/** What one key has had lately. */
interface Recent {
  /** Requests of the window that no burst has counted yet, oldest first. */
  waiting: TimedRequest[];
  /** Times of the last `count` requests; with `distinct`, when each value was last seen. */
  times: number[];
  values: Map<string, number>;
}

/** Of the requests before a burst of different values, so many are kept besides the needed ones. */
const mostWaiting = 100;

/** Gives the key that a request has by these fields: each value with its length before it, so that no two lists are alike. */
export function keyOf(facts: RequestFacts, fields: readonly FactName[]): string {
  let key = `${fields.length} ${facts.cluster.length}:${facts.cluster}`;
  for (const field of fields) {
    const value = String(facts[field] ?? "");
    key += ` ${value.length}:${value}`;
  }
  return key;
}

/** Makes a burst of `count` requests (with `distinct`: different values of that field) within `microseconds` of the same `by`. */
export function createBurst(
  count: number,
  microseconds: number,
  by: readonly FactName[],
  distinct: FactName | undefined,
  mostKeys: number,
): Burst {
  const recent = createRecentKeys<Recent>(mostKeys, microseconds);
  return {
    add(request) {
      const value = distinct === undefined ? undefined : request.facts[distinct];
      if (distinct !== undefined && value === undefined) return [];
      const key = keyOf(request.facts, by);
      const state = recent.get(key) ?? { waiting: [], times: [], values: new Map<string, number>() };
      recent.touch(key, state, request.at);
      const start = request.at - microseconds;
      state.waiting = state.waiting.filter(({ at }) => at >= start);
      state.waiting.push(request);
      if (state.waiting.length > count + mostWaiting) state.waiting.shift();
      if (!isEnough(state, request.at, start, count, value === undefined ? undefined : String(value))) return [];
      const counted = state.waiting;
      state.waiting = [];
      return counted;
    },
    get forgotten() {
      return recent.forgotten;
    },
  };
}

function isEnough(state: Recent, at: number, start: number, count: number, value: string | undefined): boolean {
  if (value === undefined) {
    state.times.push(at);
    if (state.times.length > count) state.times.shift();
    return state.times.length >= count && (state.times[0] ?? 0) >= start;
  }
  state.values.delete(value);
  state.values.set(value, at);
  for (const [old, seen] of state.values) {
    if (seen >= start && state.values.size <= count) break;
    state.values.delete(old);
  }
  return state.values.size >= count;
}
