import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createMemorySpool } from "@kaudit/schema";
import { buildEvidence } from "../../src/index.js";
import type { Evidence, EvidenceOptions } from "../../src/index.js";
import { plainReading } from "./event-reading.js";
import type { GivenFile } from "./event-reading.js";

/** Reads all audit logs of a folder: `.log`, `.log.gz`, `.log.1`, and raw webhook bodies. */
export function logFiles(folder: string): GivenFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.log(?:\.gz|\.1)?$|body-\d+\.json$/.test(file))
    .toSorted()
    .map((file) => {
      const bytes = readFileSync(join(folder, file));
      return { file, bytes: file.endsWith(".gz") ? gunzipSync(bytes) : bytes };
    });
}

/** The evidence of a folder of logs, for tests and for whoever needs a bundle to draw. */
export async function sampleEvidence(folder: string, options: Partial<EvidenceOptions> = {}): Promise<Evidence> {
  return buildEvidence(plainReading(logFiles(folder)), {
    period: { from: "2026-11-22T12:00:00Z", to: "2026-11-22T13:00:00Z", label: "22 November 2026" },
    cluster: { name: "prod-eu-1", basis: "option" },
    toolVersion: "0.1.0",
    spool: createMemorySpool(),
    frameworks: ["soc2"],
    ...options,
  });
}
