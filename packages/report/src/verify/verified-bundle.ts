import { z } from "zod";

const count = z.number().int().nonnegative();
const sha256 = z.string();

/** An exception as far as packs are compared by it. */
const RaisedException = z.looseObject({
  id: z.string(),
  title: z.string(),
  severity: z.string(),
  state: z.string(),
  count,
});

/**
 * What verification and comparison need of a `bundle.json`. It is looser than the schema by which bundles are written, so that
 * packs of earlier and later versions can be checked as well.
 */
export const VerifiedBundle = z.looseObject({
  schemaVersion: z.literal("kaudit.evidence/1"),
  tool: z.looseObject({ name: z.string(), version: z.string() }),
  ruleSets: z.array(z.looseObject({ id: z.string(), version: z.string() })),
  period: z.looseObject({ from: z.string(), to: z.string(), label: z.string() }),
  cluster: z.looseObject({ name: z.string(), basis: z.string() }),
  clusters: z.array(z.looseObject({ name: z.string() })).optional(),
  inputs: z.array(
    z.looseObject({
      file: z.string(),
      bytes: count,
      sha256,
      records: count,
      events: count,
      rejected: count,
      foreign: count,
      archive: z.string().optional(),
    }),
  ),
  totals: z.looseObject({
    files: count,
    bytes: count,
    records: count,
    events: count,
    rejected: count,
    foreign: count,
    unique: count,
    duplicates: count,
    insidePeriod: count,
    outsidePeriod: count,
    eventsByStage: z.record(z.string(), count),
    rejectedByReason: z.record(z.string(), count),
  }),
  policies: z.array(
    z.looseObject({ cluster: z.string().nullable(), from: z.string(), to: z.string(), file: z.string(), sha256 }),
  ),
  registers: z.array(
    z.looseObject({
      name: z.string(),
      file: z.string(),
      rows: count,
      sha256,
      summary: z.looseObject({
        byOutcome: z.record(z.string(), count),
        actors: z.array(z.looseObject({ actor: z.string() })),
        capped: count.nullable(),
      }),
    }),
  ),
  exceptions: z.array(RaisedException).optional(),
  frameworks: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      controls: z.array(z.looseObject({ id: z.string(), title: z.string(), status: z.string() })),
    }),
  ),
});
export type VerifiedBundle = z.infer<typeof VerifiedBundle>;
