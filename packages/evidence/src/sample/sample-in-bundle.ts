import { z } from "zod";
import { registerNames } from "../register-row.js";

const count = z.number().int().nonnegative();

/**
 * The rows that were drawn from each register for somebody to test, by a rule that anybody can repeat: ascending SHA-256 of
 * `seed|populationSha256|rowId`.
 */
export const SampleInBundle = z.strictObject({
  /** As it was asked for: `25`, `10%`. */
  size: z.string(),
  seed: z.string(),
  seedBasis: z.enum(["given", "period and cluster"]),
  populations: z.array(
    z.strictObject({
      register: z.enum(registerNames),
      populationSha256: z.string().regex(/^[0-9a-f]{64}$/),
      rows: count,
      /** Row ids by rank. */
      selected: z.array(z.string()),
      /** For drawn rows that turn out to be unfit, in the order of use. */
      replacements: z.array(z.string()),
    }),
  ),
});
export type SampleInBundle = z.infer<typeof SampleInBundle>;
