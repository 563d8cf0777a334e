import type { RegisterEntry } from "../bundle.js";
import type { RegisterName, RegisterRow } from "../register-row.js";
import { drawSample } from "./draw-sample.js";
import type { SampleInBundle } from "./sample-in-bundle.js";
import { sampleSeed } from "./sample-seed.js";
import { defaultSampleSize, type SampleSize, sampleSizeText } from "./sample-size.js";

/** How samples are drawn. */
export interface SampleOptions {
  /** How many rows of each register; default 25. */
  readonly size?: SampleSize;
  /** Best given by the auditor; default fixed by period and cluster. */
  readonly seed?: string;
}

/** Draws a sample from every register. Reads each one's rows once more. */
export async function drawSamples(
  registers: readonly RegisterEntry[],
  rowsOf: (name: RegisterName) => AsyncIterable<RegisterRow>,
  options: SampleOptions,
  period: { readonly from: string; readonly to: string },
  cluster: string,
): Promise<SampleInBundle> {
  const size = options.size ?? defaultSampleSize;
  const { seed, basis } = sampleSeed(options.seed, period, cluster);
  const populations: SampleInBundle["populations"] = [];
  for (const { name, sha256, rows } of registers) {
    const drawn = await drawSample(idsOf(rowsOf(name)), { sha256, rows }, { seed, size });
    populations.push({ register: name, populationSha256: sha256, rows, ...drawn });
  }
  return { size: sampleSizeText(size), seed, seedBasis: basis, populations };
}

async function* idsOf(rows: AsyncIterable<RegisterRow>): AsyncGenerator<string> {
  for await (const { rowId } of rows) yield rowId;
}
