import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { EvidenceBundle } from "@kaudit/evidence";
import { z } from "zod";
import type { CommandContext } from "../command-context.js";
import { readGivenFile } from "../commands/policy/policy-source.js";
import { ReporterError } from "../errors.js";

const Decided = z.looseObject({
  decision: z.enum(["authorised", "explained", "false-positive", "incident"]),
  by: z.string(),
  at: z.string(),
  ticket: z.string(),
  note: z.string(),
});

/** What a review shows of an exception. */
const ReviewedException = z.looseObject({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  sentence: z.string(),
  severity: z.enum(["critical", "high", "medium", "low"]),
  cluster: z.string(),
  actor: z.string(),
  impersonated: z.string(),
  namespace: z.string(),
  subject: z.string(),
  count: z.number(),
  first: z.string(),
  last: z.string(),
  approved: z.number(),
  approvals: z.array(z.string()),
  disposition: Decided.nullable(),
  state: z.enum(["open", "closed"]),
  remedy: z.string(),
});
export type ReviewedException = z.infer<typeof ReviewedException>;

/** What a review needs of a bundle; a pack may be of another version. */
const ReviewedBundle = z.looseObject({
  period: z.looseObject({ from: z.string(), to: z.string(), label: z.string() }),
  cluster: z.looseObject({ name: z.string() }),
  clusters: z.array(z.looseObject({ name: z.string() })).optional(),
  exceptions: z.array(ReviewedException),
  decisions: z.looseObject({
    stale: z.array(z.looseObject({ exception: z.string(), by: z.string(), at: z.string(), problem: z.string() })),
  }),
});
export type ReviewedBundle = z.infer<typeof ReviewedBundle>;

/** Gives what a review shows of evidence that was gathered just now. */
export function reviewedBundle(bundle: EvidenceBundle): ReviewedBundle {
  return ReviewedBundle.parse(bundle);
}

/** Gives the bundle's path if an input is a pack: a folder with a `bundle.json`, or that file; null otherwise. */
export async function packBundle(input: string): Promise<string | null> {
  if (/(^|[\\/])bundle\.json$/.test(input)) return input;
  const inside = join(input, "bundle.json");
  const there = await lstat(inside).catch(() => null);
  return there?.isFile() === true ? inside : null;
}

/**
 * Reads the bundle of a pack. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it cannot be read, is no bundle, or is one of a version that
 * knew no exceptions.
 */
export async function readPackBundle(path: string, context: CommandContext): Promise<ReviewedBundle> {
  const { bytes } = await readGivenFile(path, context);
  const unreadable = (why: string): ReporterError =>
    new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", `${path}: ${why}`, { details: { path } });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw unreadable("is not JSON; name the pack that kaudit report wrote");
  }
  const result = ReviewedBundle.safeParse(value);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw unreadable(
    `holds no exceptions that this version can read (${first?.path.map(String).join(".") ?? "bundle"}); write the pack again with kaudit report`,
  );
}
