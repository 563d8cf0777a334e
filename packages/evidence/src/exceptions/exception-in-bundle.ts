import { Severity } from "@kaudit/rules";
import { z } from "zod";
import { Disposition } from "../decisions/disposition.js";
import { ActorKind, registerNames } from "../register-row.js";

const count = z.number().int().nonnegative();

/** Requests, or a state of the evidence, that a rule singled out: one exception, however many requests. */
export const ExceptionInBundle = z.strictObject({
  /** The rule's id and a hash of rule, cluster and key: the same on every run. */
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  /** One sentence in plain words; log text in it is visible text. */
  sentence: z.string(),
  severity: Severity,
  raisedByScope: z.boolean(),
  cluster: z.string(),
  /** The register whose rows it is about; null: about the evidence itself, or requests of a kind that has no register. */
  register: z.enum(registerNames).nullable(),
  /** Empty, or null, where its requests do not agree on it. */
  actor: z.string(),
  actorKind: ActorKind.nullable(),
  impersonated: z.string(),
  namespace: z.string(),
  /** What it is about: `secrets/payments/db`, or of the evidence a file, register or approval; `several objects` where nothing is common. */
  subject: z.string(),
  /** The values that its requests have in common by the rule. */
  key: z.array(z.tuple([z.string(), z.string()])),
  /** Requests, or of the evidence itself records. */
  count,
  first: z.string(),
  last: z.string(),
  /** Ids of the first rows; where a request has no row, file and byte offset of its event. */
  rowIds: z.array(z.string()),
  rowIdsCapped: z.boolean(),
  /** Control ids by framework. */
  controls: z.record(z.string(), z.array(z.string())),
  /** Requests that an approval covers, and the ids of those approvals. */
  approved: count,
  approvals: z.array(z.string()),
  disposition: Disposition.nullable(),
  /** closed: approvals cover all its requests, or a person decided that it is no incident. */
  state: z.enum(["open", "closed"]),
  remedy: z.string(),
});
export type ExceptionInBundle = z.infer<typeof ExceptionInBundle>;

/** What became of every rule, and what the exceptions add up to. */
export const ExceptionsSummary = z.strictObject({
  rules: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      severity: Severity,
      /** partly: some of what it looks at could not be seen, or a setting that it makes use of is not there. */
      evaluated: z.enum(["yes", "partly", "no"]),
      /** Why not, or why only partly; empty for yes. */
      reason: z.string(),
      exceptions: count,
      requests: count,
    }),
  ),
  byState: z.strictObject({ open: count, closed: count }),
  bySeverity: z.strictObject({ critical: count, high: count, medium: count, low: count }),
  /** Requests beyond the most exceptions that are kept; 0 where all are there. */
  capped: count,
});
export type ExceptionsSummary = z.infer<typeof ExceptionsSummary>;
