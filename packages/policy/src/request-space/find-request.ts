import { subtractBox } from "./box-arithmetic.js";
import { boxCovers, boxesDisjoint, isEmptyBox } from "./request-box.js";
import type { RequestBox, SimpleBox } from "./request-box.js";

/** The answer of a search: a part of the box that nothing covers, none, or too much work to tell. */
export type Search = RequestBox | "none" | "unknown";

/** Steps that one search may take. Policies in use need some hundreds. */
const maxSteps = 20_000;

/**
 * Looks for requests of `box` that are in none of `excluded`. Exact: `none` means that there are no such requests, and
 * the box that is found holds nothing but such requests. `unknown` when the search would take too long.
 */
export function findUncovered(box: RequestBox, excluded: readonly SimpleBox[]): Search {
  if (isEmptyBox(box)) return "none";
  const search = new Uncovered();
  return search.find(box, excluded) ?? (search.steps > maxSteps ? "unknown" : "none");
}

class Uncovered {
  steps = 0;

  find(box: RequestBox, excluded: readonly SimpleBox[]): RequestBox | undefined {
    const overlapping = excluded.filter((other) => !boxesDisjoint(box, other));
    this.steps += 1 + overlapping.length / 16;
    if (this.steps > maxSteps || overlapping.some((other) => boxCovers(other, box))) return undefined;
    const [first, ...rest] = overlapping;
    if (first === undefined) return box;
    for (const piece of subtractBox(box, first)) {
      const found = this.find(piece, rest);
      if (found !== undefined || this.steps > maxSteps) return found;
    }
    return undefined;
  }
}
