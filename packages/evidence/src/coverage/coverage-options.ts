import { z } from "zod";

const instant = z.iso.datetime({ offset: true, error: "expected an RFC 3339 instant, as 2026-10-14T02:11:00Z" });

/** A gap that somebody has explained: it stays visible and no longer stands against the evidence. */
export const ExplainedGap = z
  .strictObject({
    from: instant.describe("The explanation holds from here: 2026-10-14T02:11:00Z."),
    to: instant.describe("First instant at which it no longer holds."),
    apiServers: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("The API servers that it is about. Left out: all of them."),
    cluster: z.string().min(1).optional().describe("The cluster that it is about. Left out: all of them."),
    reason: z.string().trim().min(1).max(500).describe("Why nothing was recorded, in a sentence."),
    ticket: z.string().trim().min(1).max(100).describe("Where that is written down: a ticket, a change, an incident."),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    error: "expected an instant after `from`",
  });
export type ExplainedGap = z.infer<typeof ExplainedGap>;

/** A week. */
const mostMinutes = 7 * 24 * 60;
const minutesWanted = `expected more than 0 and at most ${mostMinutes} minutes (a week); leave the key out for what fits each API server's traffic`;

/** How gaps in the log are judged: section `coverage` of the configuration. */
export const CoverageOptions = z.strictObject({
  thresholdMinutes: z
    .number()
    .gt(0, { error: minutesWanted })
    .max(mostMinutes, { error: minutesWanted })
    .optional()
    .describe("Minutes of silence that make a gap. Left out: adapts to each API server's traffic, from 2 to 60."),
  explainedGaps: z
    .array(ExplainedGap)
    .max(1000)
    .optional()
    .describe("Gaps that somebody has explained: they stay visible and stand no longer against the evidence."),
  expectedApiServers: z
    .array(z.string().min(1))
    .max(1000)
    .optional()
    .describe("API servers whose logs are expected, as the input names them. One without an event is one whole gap."),
});
export type CoverageOptions = z.infer<typeof CoverageOptions>;
