import { z } from "zod";
import type { RegisterRow } from "../register-row.js";

const count = z.number().int().nonnegative();

/**
 * In how many rows of a register each detail is there that a log has to tell: who, what kind of event, when, with what outcome,
 * from where, and what was affected (PCI DSS v4.0.1 10.2.2; NIST SP 800-53 AU-3 asks the same; 45 CFR 164.312(b) names none).
 */
export const RowDetails = z.strictObject({
  /** The authenticated user; a refused login has none. */
  user: count,
  /** The verb. */
  type: count,
  /** When the request was received. */
  time: count,
  /** The response code; absent where only the beginning of a request was recorded. */
  outcome: count,
  /** The last source address, the only one that a client cannot set. */
  origin: count,
  /** Kind and name of the object; lists and watches reach a whole collection and have no name. */
  object: count,
});
export type RowDetails = z.infer<typeof RowDetails>;

/** Counts the details of rows as they pass. */
export interface RowDetailsBuilder {
  add(row: RegisterRow): void;
  finish(): RowDetails;
}

/** Makes a count of details, of six numbers whatever passes. */
export function createRowDetails(): RowDetailsBuilder {
  const counts = { user: 0, type: 0, time: 0, outcome: 0, origin: 0, object: 0 };
  return {
    add(row) {
      if (row.actor !== "") counts.user++;
      if (row.verb !== "") counts.type++;
      if (row.time !== "") counts.time++;
      if (row.outcome !== "unknown") counts.outcome++;
      if (row.sourceIP !== "") counts.origin++;
      if (row.resource !== "" && row.name !== "") counts.object++;
    },
    finish: () => ({ ...counts }),
  };
}
