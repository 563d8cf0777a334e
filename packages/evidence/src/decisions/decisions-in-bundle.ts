import { z } from "zod";
import { approvalProblems } from "./compile-approvals.js";
import { Decision } from "./disposition.js";
import { scopeLabels } from "./scope.js";
import { reviewProblems, Signature, signOffSteps } from "./sign-off.js";

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is in scope in the cluster, as what. Nothing declared: the whole cluster is treated as in scope. */
export const ScopeInBundle = z.strictObject({
  declared: z.boolean(),
  labels: z.array(z.strictObject({ label: z.enum(scopeLabels), namespaces: z.array(z.string()) })),
});

/** An approval and what became of it in the period; in the order of the file. */
export const ApprovalInBundle = z.strictObject({
  id: z.string(),
  owner: z.string(),
  approver: z.string(),
  ticket: z.string(),
  reason: z.string(),
  allows: z.string(),
  from: z.string(),
  expires: z.string(),
  uses: count,
  actors: count,
  outsideValidity: count,
  problems: z.array(z.enum(approvalProblems)),
  state: z.enum(["in-force", "unused", ...approvalProblems]),
});
export type ApprovalInBundle = z.infer<typeof ApprovalInBundle>;

/** The files that decisions came from, so that a later change of one shows. */
export const DecisionsInBundle = z.strictObject({
  approvals: z.strictObject({ file: z.string(), sha256, entries: count }).nullable(),
  dispositions: z.strictObject({ file: z.string(), sha256, entries: count, undecided: count }).nullable(),
  /** Dispositions that close nothing, and why. */
  stale: z.array(
    z.strictObject({
      exception: z.string(),
      decision: Decision,
      by: z.string(),
      at: z.string(),
      problem: z.enum(["no-such-exception", "older-than-requests", "by-its-actor"]),
    }),
  ),
});
export type DecisionsInBundle = z.infer<typeof DecisionsInBundle>;

/** Who prepared, reviewed and approved, and whether they could. */
export const SignOffInBundle = z.strictObject({
  prepared: Signature.nullable(),
  reviewed: Signature.nullable(),
  approved: Signature.nullable(),
  /** `final` once somebody reviewed and somebody approved. */
  state: z.enum(["draft", "final"]),
  problems: z.array(z.strictObject({ step: z.enum(signOffSteps), problem: z.enum(reviewProblems), actor: z.string() })),
});
export type SignOffInBundle = z.infer<typeof SignOffInBundle>;
