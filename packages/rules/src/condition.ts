import { z } from "zod";
import type { FactName } from "./fact-fields.js";
import { conditionProblems } from "./internal/check-condition.js";

/** A number, or one that the configuration sets: `{ parameter: "maxSessionMinutes", times: 60 }`. */
export type NumberOrParameter = number | { readonly parameter: string; readonly times?: number };

/** What a fact is held against. Exactly one of the operators. */
export interface Comparison {
  readonly field: FactName;
  readonly is?: string | boolean | NumberOrParameter;
  readonly in?: readonly string[] | readonly number[];
  readonly startsWith?: string | readonly string[];
  readonly endsWith?: string | readonly string[];
  readonly contains?: string | readonly string[];
  readonly matchesGlob?: string | readonly string[];
  readonly above?: string | NumberOrParameter;
  readonly below?: string | NumberOrParameter;
  readonly exists?: boolean;
  readonly inCidr?: string | readonly string[] | { readonly list: string };
  readonly insideWindow?: string;
  readonly inList?: string;
}

/**
 * A condition over the facts of a request, as data.
 *
 * - `{ all: […] }`, `{ any: […] }`, `{ not: … }` join conditions.
 * - `{ field, is | in | startsWith | endsWith | contains | matchesGlob | above | below | exists | inCidr | insideWindow |
 *   inList: … }` holds a fact against a value. On a fact that is a list it holds when it holds for one of its entries;
 *   there `contains` and `in` ask for whole entries. With several values one of them must fit. A fact that the request does
 *   not have fits nothing but `exists: false`.
 * - `{ matchesEntry: "name" }` asks whether an entry of that list fits the request in all the fields that it names.
 *
 * There are no regular expressions: every test takes time that grows with the length of the text.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly matchesEntry: string }
  | Comparison;

/** The schema of {@link Condition}. It reports every problem with its path, and the field or operator that may have been meant. */
export const Condition: z.ZodType<Condition> = z.any().superRefine((value, context) => {
  for (const { path, message } of conditionProblems(value)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});
