import type { RequestAttributes } from "@kaudit/schema";

import { decisionOf } from "../evaluate/policy-decision.js";
import type { PolicyDecision } from "../evaluate/policy-decision.js";
import type { PolicyInput } from "../policy.js";
import { intersectBoxes, subtractBox } from "./box-arithmetic.js";
import { findUncovered } from "./find-request.js";
import { pickRequest } from "./pick-request.js";
import { practicalLimits, withinPractice } from "./practical-limits.js";
import { boxCovers, boxesDisjoint } from "./request-box.js";
import type { RequestBox, SimpleBox } from "./request-box.js";
import { ruleBoxes } from "./rule-boxes.js";

/** A decision that some request of a question gets, with such a request. */
export interface ReachedDecision {
  readonly decision: PolicyDecision;
  readonly witness: RequestAttributes;
}

/** Pieces that one question may fall into. Beyond that the answer is incomplete, and says so. */
const maxPieces = 4000;

/** What a policy decides about sets of requests. */
export class PolicySpace {
  readonly policy: PolicyInput;
  /** The boxes of each rule. */
  readonly boxes: readonly (readonly SimpleBox[])[];
  readonly #decisions: readonly PolicyDecision[];
  readonly #undecided: PolicyDecision;
  readonly #limits: readonly SimpleBox[];

  constructor(policy: PolicyInput) {
    const rules = policy.rules ?? [];
    this.policy = policy;
    this.boxes = rules.map(ruleBoxes);
    this.#decisions = rules.map((rule, index) => decisionOf(policy, rule, index));
    this.#undecided = decisionOf(policy, undefined, null);
    this.#limits = practicalLimits([policy]);
  }

  decision(ruleIndex: number | null): PolicyDecision {
    return (ruleIndex === null ? undefined : this.#decisions[ruleIndex]) ?? this.#undecided;
  }

  /** The parts of boxes that occur in practice (see `practicalLimits`). */
  practical(boxes: readonly RequestBox[]): readonly RequestBox[] {
    return (
      subtractAll(
        boxes.flatMap((box) => withinPractice(box) ?? []),
        this.#limits,
      ) ?? boxes
    );
  }

  /**
   * Every decision that requests of these boxes get, in the order of the rules, each once with a request that gets it.
   * `complete` is false when the question fell into too many pieces.
   */
  decisionsOf(boxes: readonly RequestBox[]): {
    readonly reached: readonly ReachedDecision[];
    readonly complete: boolean;
  } {
    const reached: ReachedDecision[] = [];
    let open = boxes;
    for (const [index, rule] of this.boxes.entries()) {
      const caught = firstIntersection(open, rule);
      if (caught === undefined) continue;
      reached.push({ decision: this.decision(index), witness: pickRequest(caught) });
      const rest = subtractAll(open, rule);
      if (rest === undefined) return { reached, complete: false };
      open = rest;
    }
    const [left] = open;
    if (left !== undefined) reached.push({ decision: this.#undecided, witness: pickRequest(left) });
    return { reached, complete: true };
  }

  /** A request of these boxes that gets a decision for which `wanted` holds. */
  find(boxes: readonly RequestBox[], wanted: (decision: PolicyDecision) => boolean): ReachedDecision | undefined {
    return this.decisionsOf(boxes).reached.find(({ decision }) => wanted(decision));
  }

  /** A request that rule `index` decides; `none` proves that there is none. */
  reach(index: number, options: { readonly inPractice?: boolean } = {}): RequestAttributes | "none" | "unknown" {
    const earlier = this.boxes.slice(0, index).flat();
    const excluded = options.inPractice === true ? [...earlier, ...this.#limits] : earlier;
    let unknown = false;
    for (const box of this.boxes[index] ?? []) {
      const start = options.inPractice === true ? withinPractice(box) : box;
      const found = start === undefined ? "none" : findUncovered(start, excluded);
      if (found === "unknown") unknown = true;
      else if (found !== "none") return pickRequest(found);
    }
    return unknown ? "unknown" : "none";
  }
}

function firstIntersection(open: readonly RequestBox[], rule: readonly SimpleBox[]): RequestBox | undefined {
  for (const box of rule) {
    for (const piece of open) {
      const common = intersectBoxes(piece, box);
      if (common !== undefined) return common;
    }
  }
  return undefined;
}

/** The boxes without what is in `removed`; undefined when that makes too many pieces. */
export function subtractAll(
  boxes: readonly RequestBox[],
  removed: readonly SimpleBox[],
): readonly RequestBox[] | undefined {
  let pieces = boxes;
  for (const box of removed) {
    if (pieces.every((piece) => boxesDisjoint(piece, box))) continue;
    pieces = pieces.flatMap((piece) => (boxCovers(box, piece) ? [] : subtractBox(piece, box)));
    if (pieces.length > maxPieces) return undefined;
  }
  return pieces;
}

/** Whether two decisions leave the same records behind. */
export function sameEffect(one: PolicyDecision, other: PolicyDecision): boolean {
  if (one.level !== other.level) return false;
  if (one.level === "None") return true;
  if (one.omitStages.join() !== other.omitStages.join()) return false;
  return one.level === "Metadata" || one.omitManagedFields === other.omitManagedFields;
}
