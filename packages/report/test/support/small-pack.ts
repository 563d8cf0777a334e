import type { Evidence } from "@kaudit/evidence";
import type { PackOptions, PackResult } from "../../src/pack/pack-input.js";
import { writePack } from "../../src/pack/write-pack.js";
import { evidenceWithCsvHashes } from "../fixtures/csv-hashes.js";
import { evidenceOf, type Sample } from "../fixtures/evidence-of.js";
import { rbacRow, secretsRow } from "../fixtures/sample-rows.js";

/** When the packs of {@link writeSmallPack} were finished. */
export const finishedAt = "2026-11-03T06:15:07.000Z";

/** Evidence of three rows, written by hand. */
export function smallEvidence(given: Partial<Sample> = {}): Promise<Evidence> {
  const rows = { secrets: [secretsRow(), secretsRow({ rowId: "secrets-2", actor: "alice" })], rbac: [rbacRow()] };
  return evidenceWithCsvHashes(evidenceOf({ rows, ...given }));
}

/** Writes a pack of little evidence, so that a test can afford many of them. */
export async function writeSmallPack(out: string, options: PackOptions = {}, evidence?: Evidence): Promise<PackResult> {
  const run = {
    startedAt: "2026-11-03T06:15:00.000Z",
    finishedAt: () => finishedAt,
    host: "auditor-1",
    user: "kaudit",
    arguments: ["report", "audit.log", "--period", "2026-10"],
    options: { period: "2026-10", strict: false },
    nodeVersion: "v20.20.2",
  };
  return writePack({ evidence: evidence ?? (await smallEvidence()), rejected: [], run, out }, options);
}
