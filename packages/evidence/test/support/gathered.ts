import { createMemorySpool } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import { buildEvidence } from "../../src/index.js";
import type { Evidence, EvidenceOptions, RegisterName, RegisterRows } from "../../src/index.js";
import { readingOf } from "./event-reading.js";

/** The period of the built events: an hour from `instant(0)`. */
export const builtPeriod = { from: "2026-10-14T09:00:00Z", to: "2026-10-14T10:00:00Z", label: "14 October 2026" };

/** Options for an hour from `instant(0)`, on a spool in memory. */
export function builtOptions(options: Partial<EvidenceOptions> = {}): EvidenceOptions {
  return {
    period: builtPeriod,
    cluster: { name: "prod-eu-1", basis: "option" },
    toolVersion: "0.1.0",
    spool: createMemorySpool(),
    ...options,
  };
}

/** The evidence of some events, read from one file. */
export async function gathered(
  events: readonly AuditEvent[],
  options: Partial<EvidenceOptions> = {},
): Promise<Evidence> {
  return buildEvidence(readingOf(events), builtOptions(options));
}

/** All rows of a register. */
export async function rowsIn<Name extends RegisterName>(evidence: Evidence, name: Name): Promise<RegisterRows[Name][]> {
  const rows: RegisterRows[Name][] = [];
  for await (const row of evidence.rows(name)) rows.push(row);
  return rows;
}

/** The rows of one register of some events. */
export async function register<Name extends RegisterName>(
  name: Name,
  events: readonly AuditEvent[],
  options: Partial<EvidenceOptions> = {},
): Promise<RegisterRows[Name][]> {
  return rowsIn(await gathered(events, options), name);
}
