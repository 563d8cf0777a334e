import { z } from "zod";
import { DecisionTime, endOf } from "./decision-time.js";
import { samePerson } from "./same-person.js";
import { words } from "./words.js";

/** A person's signature: who, in which role, when, and what they state. */
export const Signature = z.strictObject({
  name: words(200).describe("Who signs."),
  role: words(200).describe("In which role."),
  date: DecisionTime.describe("When: a date, or a time."),
  statement: words(2000).optional().describe("What the person states. Left out: the report's own words for the step."),
  users: z
    .array(words(512))
    .max(50, "expected at most 50 entries")
    .optional()
    .describe("The person's user names in the cluster, to tell whether they are an actor in what they review."),
});
export type Signature = z.infer<typeof Signature>;

/** The three signatures under a report. Until it is reviewed and approved, it is a draft. */
export const SignOff = z.strictObject({
  prepared: Signature.optional().describe("Who prepared the evidence."),
  reviewed: Signature.optional().describe("Who reviewed exceptions and registers; not an actor in them."),
  approved: Signature.optional().describe("Who approved the report."),
});
export type SignOff = z.infer<typeof SignOff>;

/** The steps of the sign-off, in order. */
export const signOffSteps = ["prepared", "reviewed", "approved"] as const;
export type SignOffStep = (typeof signOffSteps)[number];

/** What is wrong with the review of a period: nobody reviewed it; before it was over; an actor of what was reviewed did. */
export const reviewProblems = ["missing", "before-the-end", "by-an-actor"] as const;
export type ReviewProblem = (typeof reviewProblems)[number];

/** Whether a period was reviewed, and by somebody who may. */
export interface ReviewState {
  readonly reviewed: boolean;
  readonly approved: boolean;
  /** Problems of the review and the approval. */
  readonly problems: readonly { readonly step: SignOffStep; readonly problem: ReviewProblem; readonly actor: string }[];
  /** Whether reviewer and approver signed, each after the period, and neither is an actor in what they reviewed. */
  readonly independent: boolean;
}

/**
 * Holds the signatures against the period and against who acted in it (`actors`: the actors of its exceptions and registers).
 * A person is taken for an actor by the signature's name or its `users`.
 */
export function reviewState(
  signOff: SignOff | null,
  period: { readonly to: string },
  actors: Iterable<string>,
): ReviewState {
  const names = [...new Set(actors)].filter((name) => name !== "");
  const problems: ReviewState["problems"][number][] = [];
  for (const step of ["reviewed", "approved"] as const) {
    const signature = signOff?.[step];
    if (signature === undefined) {
      problems.push({ step, problem: "missing", actor: "" });
      continue;
    }
    if ((endOf(signature.date) ?? "") < (endOf(period.to) ?? ""))
      problems.push({ step, problem: "before-the-end", actor: "" });
    const actor = names.find((name) =>
      [signature.name, ...(signature.users ?? [])].some((own) => samePerson(own, name)),
    );
    if (actor !== undefined) problems.push({ step, problem: "by-an-actor", actor });
  }
  return {
    reviewed: signOff?.reviewed !== undefined,
    approved: signOff?.approved !== undefined,
    problems,
    independent: problems.length === 0,
  };
}
