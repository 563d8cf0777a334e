import { compareByCodePoint } from "@kaudit/schema";
import { ReportError } from "../errors.js";
import type { PackManifest } from "../pack/manifest.js";
import { openPack } from "../verify/pack-content.js";
import { readBundle, readManifest } from "../verify/read-documents.js";
import type { VerifiedBundle } from "../verify/verified-bundle.js";
import type { ActorChange, Change, ComparedException, ControlChange, PackDiff, PackIdentity } from "./pack-diff.js";

/** A pack as far as it is compared. */
interface ComparedPack {
  readonly packId: string;
  readonly manifest: PackManifest;
  readonly bundle: VerifiedBundle;
}

/**
 * Compares two packs: settings, inputs, totals, registers, who acted, controls and exceptions. Equal things are left out.
 *
 * The packs are read, not verified; only that each bundle is the one of its manifest is checked. Throws
 * `KAUDIT_REPORT_PACK_UNREADABLE` for a folder that is not a pack, or whose bundle is another one.
 */
export async function diffPacks(before: string, after: string): Promise<PackDiff> {
  const one = await readPack(before);
  const other = await readPack(after);
  return {
    before: identity(one),
    after: identity(other),
    sameEvidence: one.manifest.evidenceId === other.manifest.evidenceId,
    chained: other.manifest.previousManifest?.sha256 === one.packId,
    settings: changes(settingsOf(one), settingsOf(other)),
    inputs: inputs(one.bundle, other.bundle),
    totals: changes(totalsOf(one.bundle), totalsOf(other.bundle)),
    registers: changes(rowsOf(one.bundle), rowsOf(other.bundle)),
    actors: actors(one.bundle, other.bundle),
    controls: controls(one.bundle, other.bundle),
    exceptions: exceptions(one.bundle, other.bundle),
  };
}

async function readPack(folder: string): Promise<ComparedPack> {
  const content = await openPack(folder);
  const manifest = await readManifest(content);
  const bundle = await readBundle(content);
  const [failure] = [...manifest.failures, ...bundle.failures];
  if (failure !== undefined) throw unreadable(folder, `${failure.file} ${failure.reason}`);
  if (manifest.content === null || bundle.content === null) throw unreadable(folder, "it cannot be read");
  if (bundle.sha256 !== manifest.content.evidenceId) {
    throw unreadable(folder, "bundle.json is not the one of manifest.json; kaudit verify tells more");
  }
  return { packId: manifest.sha256, manifest: manifest.content, bundle: bundle.content };
}

function unreadable(folder: string, what: string): ReportError {
  return new ReportError("KAUDIT_REPORT_PACK_UNREADABLE", `${folder}: not a pack that can be compared: ${what}`, {
    details: { path: folder },
  });
}

function identity({ packId, manifest }: ComparedPack): PackIdentity {
  return {
    packId,
    evidenceId: manifest.evidenceId,
    period: manifest.period.label,
    cluster: clusterNames(manifest),
    finishedAt: manifest.run.finishedAt,
  };
}

/** The cluster's name, or those of several. */
function clusterNames({ cluster, clusters }: ComparedPack["manifest"]): string {
  return clusters?.join(", ") ?? cluster.name;
}

function settingsOf({ manifest, bundle }: ComparedPack): ReadonlyMap<string, string> {
  const options = Object.entries(manifest.configuration.options);
  return new Map([
    ["period", `${bundle.period.from} to ${bundle.period.to}`],
    ["cluster", clusterNames(manifest)],
    ["tool", `${bundle.tool.name} ${bundle.tool.version}`],
    ...bundle.ruleSets.map(({ id, version }) => [`rule set ${id}`, version] as const),
    ...(bundle.policies.length === 0 ? [] : [["audit policy", policyWords(bundle)] as const]),
    ...options.map(
      ([name, value]) => [`option ${name}`, typeof value === "object" ? value.join(",") : String(value)] as const,
    ),
  ]);
}

/** The audit policies in order; one that was in force all the time is the same in another period. */
function policyWords({ policies, period }: VerifiedBundle): string {
  return policies
    .map(({ file, sha256, cluster, from, to }) => {
      const when = from === period.from && to === period.to ? "" : `, ${from} to ${to}`;
      return `${file} (SHA-256 ${sha256}${cluster === null ? "" : `, ${cluster}`}${when})`;
    })
    .join("; ");
}

function totalsOf({ totals }: VerifiedBundle): ReadonlyMap<string, number> {
  return new Map(Object.entries(totals).flatMap(([name, value]) => (typeof value === "number" ? [[name, value]] : [])));
}

function rowsOf({ registers }: VerifiedBundle): ReadonlyMap<string, number> {
  return new Map(registers.map(({ name, rows }) => [name, rows]));
}

/** What is not the same, in the order of the earlier pack, then what only the later one has. */
function changes<Value>(one: ReadonlyMap<string, Value>, other: ReadonlyMap<string, Value>): readonly Change<Value>[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name): Change<Value>[] => {
    const [before = null, after = null] = [one.get(name), other.get(name)];
    return before === after ? [] : [{ name, before, after }];
  });
}

function hashesOf(bundle: VerifiedBundle): ReadonlyMap<string, string> {
  return new Map(bundle.inputs.map(({ file, sha256 }) => [file, sha256]));
}

function inputs(one: VerifiedBundle, other: VerifiedBundle): PackDiff["inputs"] {
  const all = changes(hashesOf(one), hashesOf(other));
  return {
    added: all.filter(({ before }) => before === null).map(({ name }) => name),
    gone: all.filter(({ after }) => after === null).map(({ name }) => name),
    changed: all.filter(({ before, after }) => before !== null && after !== null).map(({ name }) => name),
  };
}

type Summary = VerifiedBundle["registers"][number]["summary"] | undefined;

/** Who is in `of` and not in `from`. */
function onlyIn(of: Summary, from: Summary): readonly string[] {
  const known = new Set(from?.actors.map(({ actor }) => actor));
  const names = new Set(of?.actors.map(({ actor }) => actor));
  return [...names].filter((actor) => !known.has(actor)).toSorted(compareByCodePoint);
}

function actors(one: VerifiedBundle, other: VerifiedBundle): readonly ActorChange[] {
  const names = new Set([...one.registers, ...other.registers].map(({ name }) => name));
  return [...names].flatMap((register): ActorChange[] => {
    const [before, after] = [one, other].map(
      ({ registers }) => registers.find(({ name }) => name === register)?.summary,
    );
    const [added, gone] = [onlyIn(after, before), onlyIn(before, after)];
    if (added.length === 0 && gone.length === 0) return [];
    const capped = [before, after].some((summary) => (summary?.capped ?? null) !== null);
    return [{ register, added, gone, capped }];
  });
}

/** All controls of all frameworks by a key of their own. */
function controlsOf({
  frameworks,
}: VerifiedBundle): ReadonlyMap<string, Omit<ControlChange, "before" | "after"> & { readonly status: string }> {
  return new Map(
    frameworks.flatMap((framework) =>
      framework.controls.map(({ id, title, status }) => [
        `${framework.id}\n${id}`,
        { framework: framework.name, control: id, title, status },
      ]),
    ),
  );
}

function controls(one: VerifiedBundle, other: VerifiedBundle): readonly ControlChange[] {
  const [before, after] = [controlsOf(one), controlsOf(other)];
  return [...new Map([...before, ...after])].flatMap(([key, { framework, control, title }]): ControlChange[] => {
    const [was = null, is = null] = [before.get(key)?.status, after.get(key)?.status];
    return was === is ? [] : [{ framework, control, title, before: was, after: is }];
  });
}

type Exceptions = NonNullable<VerifiedBundle["exceptions"]>;

function told(list: Exceptions): readonly ComparedException[] {
  return list.map(({ id, title, severity, count }) => ({ id, title, severity, count }));
}

function exceptions(
  { exceptions: one }: VerifiedBundle,
  { exceptions: other }: VerifiedBundle,
): PackDiff["exceptions"] {
  if (one === undefined || other === undefined) return null;
  const before = new Map(one.map((each) => [each.id, each]));
  const after = new Set(other.map(({ id }) => id));
  const turned = (from: string, to: string): Exceptions =>
    other.filter(({ id, state }) => before.get(id)?.state === from && state === to);
  return {
    added: told(other.filter(({ id }) => !before.has(id))),
    gone: told(one.filter(({ id }) => !after.has(id))),
    closed: told(turned("open", "closed")),
    reopened: told(turned("closed", "open")),
  };
}
