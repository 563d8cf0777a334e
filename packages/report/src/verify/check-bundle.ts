import type { EvidenceBundle } from "@kaudit/evidence";
import { controlPagePaths } from "../control-pages/control-page-paths.js";
import { evidenceId as evidenceIdOf, serializeBundle } from "@kaudit/evidence";
import type { PackManifest } from "../pack/manifest.js";
import { optionsSha256, policiesInManifest } from "../pack/manifest.js";
import type { FoundFile } from "./pack-content.js";
import type { PackFailure } from "./verification.js";
import type { VerifiedBundle } from "./verified-bundle.js";

const file = "bundle.json";

/** Holds the bundle against the manifest, its totals against each other, and the registers against both. */
export function checkBundle(
  bundle: VerifiedBundle,
  text: string,
  manifest: PackManifest,
  found: ReadonlyMap<string, FoundFile>,
  version: string | undefined,
): readonly PackFailure[] {
  return [
    ...checkShape(text, bundle, version),
    ...checkAgreement(bundle, text, manifest),
    ...checkTotals(bundle),
    ...checkRegisters(bundle, manifest, found),
    ...checkFormats(bundle, manifest),
  ];
}

/**
 * A bundle that this version wrote has the one form that it writes. `version` is the one that verifies; bundles of other
 * versions are held only to what every version writes.
 */
function checkShape(text: string, { tool }: VerifiedBundle, version: string | undefined): PackFailure[] {
  if (tool.version !== version) return [];
  try {
    if (serializeBundle(JSON.parse(text) as EvidenceBundle) === text) return [];
    return [{ file, code: "malformed", reason: "is not written as this version writes a bundle" }];
  } catch {
    return [{ file, code: "malformed", reason: "does not have the form that this version gives a bundle" }];
  }
}

function checkAgreement(bundle: VerifiedBundle, text: string, manifest: PackManifest): PackFailure[] {
  const failures: PackFailure[] = [];
  const same = (what: string, ofManifest: unknown, ofBundle: unknown): void => {
    if (canonical(ofManifest) === canonical(ofBundle)) return;
    failures.push({ file: "manifest.json", code: "differs", reason: `${what} is not the one of ${file}` });
  };
  const id = evidenceIdOf(text);
  if (id !== manifest.evidenceId) {
    const reason = `has the evidence id ${id}; manifest.json says ${manifest.evidenceId}`;
    failures.push({ file, code: "differs", reason });
  }
  same("its period", manifest.period, bundle.period);
  same("its cluster", manifest.cluster, bundle.cluster);
  // Packs of earlier versions do not name them here.
  if (manifest.clusters !== undefined)
    same("its clusters", manifest.clusters, bundle.clusters?.map(({ name }) => name) ?? []);
  same("its tool", manifest.tool, bundle.tool);
  same("its list of rule sets", manifest.ruleSets, bundle.ruleSets);
  same("its totals", manifest.totals, bundle.totals);
  same(
    "its list of inputs",
    manifest.inputs,
    bundle.inputs.map(({ file: name, bytes, sha256 }) => ({ file: name, bytes, sha256 })),
  );
  same(
    "its list of registers",
    manifest.registers,
    bundle.registers.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
  );
  same("its audit policies", manifest.policies, policiesInManifest(bundle));
  if (optionsSha256(manifest.configuration.options) !== manifest.configuration.sha256) {
    const reason = "the hash of its configuration is not that of its options";
    failures.push({ file: "manifest.json", code: "differs", reason });
  }
  return failures;
}

/** The control totals, added up again. */
function checkTotals({ totals, inputs, registers }: VerifiedBundle): PackFailure[] {
  // The members of an archive have files of their own; their bytes are within the archive's.
  const whole = inputs.filter(({ archive }) => archive === undefined);
  const sums: readonly (readonly [what: string, total: number, parts: readonly number[]])[] = [
    ["records = events + rejected + foreign", totals.records, [totals.events, totals.rejected, totals.foreign]],
    ["events = unique + duplicates", totals.events, [totals.unique, totals.duplicates]],
    ["unique = inside + outside the period", totals.unique, [totals.insidePeriod, totals.outsidePeriod]],
    ["events = sum of their stages", totals.events, Object.values(totals.eventsByStage)],
    ["rejected = sum of their reasons", totals.rejected, Object.values(totals.rejectedByReason)],
    ["bytes = sum over the inputs", totals.bytes, whole.map(({ bytes }) => bytes)],
    ["records = sum over the inputs", totals.records, inputs.map(({ records }) => records)],
    ["events = sum over the inputs", totals.events, inputs.map(({ events }) => events)],
    ["rejected = sum over the inputs", totals.rejected, inputs.map(({ rejected }) => rejected)],
    ["foreign = sum over the inputs", totals.foreign, inputs.map(({ foreign }) => foreign)],
    ...registers.map(
      ({ name, rows, summary }) =>
        [`rows of ${name} = sum of their outcomes`, rows, Object.values(summary.byOutcome)] as const,
    ),
  ];
  return sums.flatMap(([what, total, parts]): PackFailure[] => {
    const sum = parts.reduce((all, part) => all + part, 0);
    if (sum === total) return [];
    return [{ file, code: "does-not-tie", reason: `${what} does not tie: ${total} against ${sum}` }];
  });
}

function checkRegisters(
  { registers }: VerifiedBundle,
  manifest: PackManifest,
  found: ReadonlyMap<string, FoundFile>,
): PackFailure[] {
  const failures: PackFailure[] = [];
  for (const { name, file: path, rows, sha256 } of registers) {
    if (path !== `registers/${name}.csv`) {
      failures.push({
        file,
        code: "differs",
        reason: `the register ${name} has another file than registers/${name}.csv`,
      });
    }
    const csv = found.get(`registers/${name}.csv`);
    if (csv === undefined) continue;
    const at = `registers/${name}.csv`;
    if (csv.sha256 !== sha256) {
      const reason = `its rows are not the population of ${file}: SHA-256 ${csv.sha256}, expected ${sha256}`;
      failures.push({ file: at, code: "differs", reason });
    }
    if (csv.lines !== rows + 1) {
      failures.push({ file: at, code: "differs", reason: `has ${csv.lines - 1} rows; ${file} counts ${rows}` });
    }
  }
  const names = new Set(registers.map(({ name }) => `registers/${name}.csv`));
  for (const { path } of manifest.outputs) {
    if (!path.startsWith("registers/") || names.has(path)) continue;
    failures.push({ file: path, code: "differs", reason: `is no register of ${file}` });
  }
  return failures;
}

/** Every form of evidence that the manifest says was asked for is among its outputs. */
function checkFormats(
  { registers, frameworks: ofBundle }: VerifiedBundle,
  { formats, frameworks, outputs }: PackManifest,
): PackFailure[] {
  const listed = new Set(outputs.map(({ path }) => path));
  const expected: Readonly<Record<(typeof formats)[number], readonly string[]>> = {
    pdf: frameworks.map((id) => `${id}.pdf`),
    html: frameworks.map((id) => `${id}.html`),
    xlsx: ["evidence.xlsx"],
    csv: registers.map(({ name }) => `registers/${name}.csv`),
    json: ["README.txt", "bundle.json", "rejected.csv"],
    oscal: ["oscal/assessment-results.json"],
    ocsf: ["ocsf/compliance-findings.jsonl"],
    md: frameworks.map((id) => `${id}.md`),
    "control-pages": [...controlPagePaths(ofBundle.filter(({ id }) => frameworks.includes(id))).values()].flatMap(
      (paths) => [...paths.values()],
    ),
  };
  const always = expected.json;
  return [...always, ...formats.filter((format) => format !== "json").flatMap((format) => expected[format])].flatMap(
    (path): PackFailure[] =>
      listed.has(path)
        ? []
        : [{ file: path, code: "missing", reason: "was asked for (formats) and manifest.json does not list it" }],
  );
}

/** One text for equal values, whatever the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
