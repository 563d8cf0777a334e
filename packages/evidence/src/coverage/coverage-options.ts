import { z } from "zod";

const instant = z.iso.datetime({ offset: true, error: "expected an RFC 3339 instant, as 2026-10-14T02:11:00Z" });

/** A gap that somebody has explained: it stays visible and no longer stands against the evidence. */
export const ExplainedGap = z
  .strictObject({
    /** The explanation holds from here … */
    from: instant,
    /** … until just before here. */
    to: instant,
    /** Of these API servers only; default all. */
    apiServers: z.array(z.string().min(1)).min(1).optional(),
    /** Of this cluster only; default all. */
    cluster: z.string().min(1).optional(),
    /** Why nothing was recorded, in a sentence. */
    reason: z.string().trim().min(1).max(500),
    /** Where that is written down: a ticket, a change, an incident. */
    ticket: z.string().trim().min(1).max(100),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    error: "expected an instant after `from`",
  });
export type ExplainedGap = z.infer<typeof ExplainedGap>;

/** How gaps in the log are judged: section `coverage` of the configuration. */
export const CoverageOptions = z.strictObject({
  /** Minutes of silence that make a gap. Default: adapts to each API server's traffic, from 2 to 60 minutes. */
  thresholdMinutes: z
    .number()
    .positive()
    .max(7 * 24 * 60)
    .optional(),
  explainedGaps: z.array(ExplainedGap).max(1000).optional(),
  /** The API servers whose logs are expected, by the names that the input gives them. One without an event is one gap. */
  expectedApiServers: z.array(z.string().min(1)).max(1000).optional(),
});
export type CoverageOptions = z.infer<typeof CoverageOptions>;
