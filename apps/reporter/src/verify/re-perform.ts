import { mkdtemp, readFile, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EvidenceBundle } from "@kaudit/evidence";
import { type PackFailure, PackManifest } from "@kaudit/report";
import type { CommandContext } from "../command-context.js";
import { report } from "../commands/report.js";
import { loadConfiguration, noConfiguration } from "../config/load-configuration.js";
import type { ReportOptions } from "../commands/report-options.js";

/** From what a pack is made again. */
export interface ReperformanceInputs {
  readonly inputs: readonly string[];
  /** Files that the run read besides the inputs, by option, where they lie elsewhere now: `policy`, `config`, … */
  readonly files: Readonly<Record<string, string>>;
  readonly allowHttp?: boolean;
  readonly tempDir?: string;
}

/** How a pack made again compares. */
export interface Reperformance {
  /** Files of the pack that were compared. */
  readonly compared: number;
  readonly registers: number;
  /** The version that made the pack again, where it is another: then only registers and counts are compared. */
  readonly otherVersion: string | null;
  readonly failures: readonly PackFailure[];
}

/** Options of a run that have no place in another: what they ask for is not the evidence. */
const leftOut = ["period", "strict", "failOn"] as const;

/**
 * Makes a pack again from its inputs, with the options that its manifest records, and compares what comes out: every file
 * where the same version made it, else the registers and what the manifest counts.
 *
 * Throws what `kaudit report` throws for inputs that cannot be read.
 */
export async function reperform(
  pack: string,
  manifest: PackManifest,
  given: ReperformanceInputs,
  context: CommandContext,
): Promise<Reperformance> {
  const folder = await mkdtemp(join(given.tempDir ?? tmpdir(), "kaudit-verify-"));
  const forget = context.signals.onForcedEnd(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const out = join(folder, "pack");
    const instanceNames = await recordedInstances(pack);
    const options = { ...optionsOf(manifest, given, out), instanceNames };
    const quiet = { ...context, ...silent(context) };
    const { config } = { ...manifest.configuration.options, ...given.files };
    const configuration = typeof config === "string" ? await loadConfiguration(config, quiet) : noConfiguration;
    await report(given.inputs, options, quiet, configuration);
    const again = PackManifest.parse(JSON.parse(await readFile(join(out, "manifest.json"), "utf8")));
    return await compare(pack, manifest, out, again);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}

/**
 * The logs may lie in another folder by now, which is no other evidence: API servers that were named after the folder of
 * their log keep the names that the pack has for them.
 */
async function recordedInstances(pack: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { inputs } = EvidenceBundle.parse(JSON.parse(await readFile(join(pack, "bundle.json"), "utf8")));
    return new Map(
      inputs.flatMap(({ file, instance, instanceBasis }) => (instanceBasis === "directory" ? [[file, instance]] : [])),
    );
  } catch {
    // A bundle that cannot be read is a failure of its own, and named as one.
    return new Map();
  }
}

function optionsOf(manifest: PackManifest, given: ReperformanceInputs, out: string): ReportOptions {
  const recorded: Record<string, unknown> = { ...manifest.configuration.options, ...given.files };
  for (const name of leftOut) delete recorded[name];
  return {
    ...recorded,
    framework: manifest.frameworks.join(","),
    format: manifest.formats.join(","),
    from: manifest.period.from,
    to: manifest.period.to,
    ...(manifest.cluster.name === "" ? {} : { cluster: manifest.cluster.name }),
    ...(given.allowHttp === true ? { allowHttp: true } : {}),
    ...(given.tempDir === undefined ? {} : { tempDir: given.tempDir }),
    out,
    quiet: true,
    color: false,
  };
}

/** The run that is made again says nothing of its own: what came of it is told once. */
function silent(context: CommandContext): Pick<CommandContext, "output" | "notes"> {
  return {
    output: { write: async () => undefined, flush: async () => undefined, isClosed: false, isTerminal: false },
    notes: { ...context.notes, isTerminal: false, write: () => undefined },
  };
}

async function compare(pack: string, manifest: PackManifest, out: string, again: PackManifest): Promise<Reperformance> {
  const sameVersion = manifest.tool.version === again.tool.version;
  const failures: PackFailure[] = inputFailures(manifest, again);
  const hashes = new Map(again.outputs.map(({ path, sha256 }) => [path, sha256]));
  const compared = manifest.outputs.filter(
    ({ path }) => sameVersion || path === "rejected.csv" || path.startsWith("registers/"),
  );
  for (const { path, sha256 } of compared) {
    const other = hashes.get(path);
    if (other === sha256) continue;
    const what = path === "bundle.json" ? await bundleDifference(pack, out) : "";
    const reason =
      other === undefined
        ? "does not come out of the inputs again"
        : `comes out of the inputs otherwise: SHA-256 ${other}, the pack has ${sha256}${what}`;
    failures.push({ file: path, code: "not-reproduced", reason });
  }
  for (const path of hashes.keys()) {
    if (!sameVersion || manifest.outputs.some((output) => output.path === path)) continue;
    failures.push({ file: path, code: "not-reproduced", reason: "comes out of the inputs and is not in the pack" });
  }
  failures.push(...countFailures(manifest, again));
  return {
    compared: compared.length,
    registers: manifest.registers.length,
    otherVersion: sameVersion ? null : again.tool.version,
    failures,
  };
}

/** Which logs are not those that the pack was made from: the usual reason for everything else. */
function inputFailures(manifest: PackManifest, again: PackManifest): PackFailure[] {
  const found = new Map(again.inputs.map(({ file, sha256 }) => [file, sha256]));
  const named = new Set(manifest.inputs.map(({ file }) => file));
  return [
    ...manifest.inputs.flatMap(({ file, sha256 }) => {
      const other = found.get(file);
      if (other === sha256) return [];
      return [
        otherInput(
          `the input ${JSON.stringify(file)} ${other === undefined ? "is not among those given" : `has the SHA-256 ${other}, was ${sha256}`}`,
        ),
      ];
    }),
    ...again.inputs.flatMap(({ file }) =>
      named.has(file) ? [] : [otherInput(`the input ${JSON.stringify(file)} is given and was not read then`)],
    ),
  ];
}

function otherInput(reason: string): PackFailure {
  return { file: "manifest.json", code: "not-reproduced", reason };
}

/** Registers and totals are compared by the manifests too: a pack need not hold the registers as files. */
function countFailures(manifest: PackManifest, again: PackManifest): PackFailure[] {
  const failures: PackFailure[] = [];
  for (const { name, rows, sha256 } of manifest.registers) {
    const other = again.registers.find((register) => register.name === name);
    if (other?.sha256 === sha256) continue;
    const reason = `the register ${name} has ${other?.rows ?? "no"} rows when made again, the pack has ${rows}; they are not the same population`;
    failures.push({ file: "bundle.json", code: "not-reproduced", reason });
  }
  for (const [name, count] of Object.entries(manifest.totals)) {
    const other = again.totals[name];
    if (typeof count !== "number" || other === count) continue;
    const reason = `the total ${name} is ${JSON.stringify(other ?? null)} when made again, the pack has ${count}`;
    failures.push({ file: "bundle.json", code: "not-reproduced", reason });
  }
  return failures;
}

/** Names the parts of the bundle that are not the same. */
async function bundleDifference(pack: string, out: string): Promise<string> {
  try {
    const [one, other] = await Promise.all(
      [pack, out].map(
        async (folder) => JSON.parse(await readFile(join(folder, "bundle.json"), "utf8")) as Record<string, unknown>,
      ),
    );
    const parts = Object.keys({ ...one, ...other }).filter(
      (part) => JSON.stringify(one?.[part]) !== JSON.stringify(other?.[part]),
    );
    return parts.length === 0 ? "" : ` (other: ${parts.join(", ")})`;
  } catch {
    return "";
  }
}
