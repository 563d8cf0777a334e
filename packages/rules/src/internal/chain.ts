import type { Predicate } from "../compile-condition.js";
import type { FactName } from "../fact-fields.js";
import { keyOf } from "./burst.js";
import { createRecentKeys } from "./recent-keys.js";
import type { TimedRequest } from "./reorder.js";

/** Recognises requests that follow each other. */
export interface Chain {
  /** Gives the requests of chains that this one completes, without those given before. */
  add(request: TimedRequest): readonly TimedRequest[];
  readonly forgotten: number;
}

interface Member {
  readonly request: TimedRequest;
  given: boolean;
}

/** A step of a chain; the first has no time to keep. */
export interface ChainStep {
  readonly matches: Predicate;
  readonly microseconds: number;
}

/**
 * Makes a chain of steps with the same `by`. Of several beginnings the latest counts; a step that matches again begins or
 * completes again.
 */
export function createChain(steps: readonly ChainStep[], by: readonly FactName[], mostKeys: number): Chain {
  const lifetime = steps.reduce((sum, { microseconds }) => sum + microseconds, 0);
  /** By key: how far it came, for each step the members up to it. */
  const reached = createRecentKeys<(readonly Member[] | undefined)[]>(mostKeys, lifetime);
  return {
    add(request) {
      const matching = steps.map(({ matches }) => matches(request.facts));
      if (!matching.includes(true)) return [];
      const key = keyOf(request.facts, by);
      const state = reached.get(key) ?? [];
      let completed: Member[] = [];
      let touched = false;
      for (let i = steps.length - 1; i >= 0; i--) {
        if (matching[i] !== true) continue;
        const before = i === 0 ? [] : state[i - 1];
        const last = before?.at(-1)?.request.at ?? Number.NEGATIVE_INFINITY;
        if (before === undefined || (i > 0 && request.at - last > (steps[i]?.microseconds ?? 0))) continue;
        const members = [...before, { request, given: false }];
        touched = true;
        if (i === steps.length - 1) completed = members;
        else state[i] = members;
      }
      if (touched) reached.touch(key, state, request.at);
      const fresh = completed.filter((member) => !member.given);
      for (const member of fresh) member.given = true;
      return fresh.map((member) => member.request);
    },
    get forgotten() {
      return reached.forgotten;
    },
  };
}
