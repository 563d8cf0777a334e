import { compareByCodePoint } from "@kaudit/schema";
import { ReportError } from "../errors.js";
import type { PackManifest } from "../pack/manifest.js";
import { openPack } from "../verify/pack-content.js";
import { readBundle, readManifest } from "../verify/read-documents.js";
import type { VerifiedBundle } from "../verify/verified-bundle.js";
import type { ActorChange, Change, ControlChange, PackDiff, PackIdentity } from "./pack-diff.js";

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
    cluster: manifest.cluster.name,
    finishedAt: manifest.run.finishedAt,
  };
}

function settingsOf({ manifest, bundle }: ComparedPack): ReadonlyMap<string, string> {
  const options = Object.entries(manifest.configuration.options);
  return new Map([
    ["period", `${bundle.period.from} to ${bundle.period.to}`],
    ["cluster", bundle.cluster.name],
    ["tool", `${bundle.tool.name} ${bundle.tool.version}`],
    ...bundle.ruleSets.map(({ id, version }) => [`rule set ${id}`, version] as const),
    ...(bundle.policy === null ? [] : [["policy", `${bundle.policy.file} (SHA-256 ${bundle.policy.sha256})`] as const]),
    ...options.map(
      ([name, value]) => [`option ${name}`, typeof value === "object" ? value.join(",") : String(value)] as const,
    ),
  ]);
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

function inputs(one: VerifiedBundle, other: VerifiedBundle): PackDiff["inputs"] {
  const hashes = (bundle: VerifiedBundle): ReadonlyMap<string, string> =>
    new Map(bundle.inputs.map(({ file, sha256 }) => [file, sha256]));
  const all = changes(hashes(one), hashes(other));
  return {
    added: all.filter(({ before }) => before === null).map(({ name }) => name),
    gone: all.filter(({ after }) => after === null).map(({ name }) => name),
    changed: all.filter(({ before, after }) => before !== null && after !== null).map(({ name }) => name),
  };
}

function actors(one: VerifiedBundle, other: VerifiedBundle): readonly ActorChange[] {
  const names = new Set([...one.registers, ...other.registers].map(({ name }) => name));
  return [...names].flatMap((register): ActorChange[] => {
    const summaries = [one, other].map(({ registers }) => registers.find(({ name }) => name === register)?.summary);
    const [before, after] = summaries.map((summary) => new Set(summary?.actors.map(({ actor }) => actor)));
    const missing = (from: ReadonlySet<string> = new Set(), of: ReadonlySet<string> = new Set()): readonly string[] =>
      [...of].filter((actor) => !from.has(actor)).toSorted(compareByCodePoint);
    const [added, gone] = [missing(before, after), missing(after, before)];
    if (added.length === 0 && gone.length === 0) return [];
    return [{ register, added, gone, capped: summaries.some((summary) => (summary?.capped ?? null) !== null) }];
  });
}

function controls(one: VerifiedBundle, other: VerifiedBundle): readonly ControlChange[] {
  const of = ({ frameworks }: VerifiedBundle) =>
    frameworks.flatMap((framework) =>
      framework.controls.map(({ id, title, status }) => ({ framework: framework.name, control: id, title, status })),
    );
  const keyed = (bundle: VerifiedBundle) =>
    new Map(of(bundle).map((control) => [`${control.framework}\n${control.control}`, control]));
  const [before, after] = [keyed(one), keyed(other)];
  return [...new Map([...before, ...after])].flatMap(([key, { framework, control, title }]): ControlChange[] => {
    const [was = null, is = null] = [before.get(key)?.status, after.get(key)?.status];
    return was === is ? [] : [{ framework, control, title, before: was, after: is }];
  });
}

function exceptions(one: VerifiedBundle, other: VerifiedBundle): PackDiff["exceptions"] {
  if (one.exceptions === undefined || other.exceptions === undefined) return null;
  const [before, after] = [one.exceptions, other.exceptions].map(
    (list) => new Map(list.map((each) => [each.id, each])),
  );
  const told = (list: NonNullable<VerifiedBundle["exceptions"]>) =>
    list.map(({ id, title, severity, count }) => ({ id, title, severity, count }));
  const turned = (from: string, to: string) =>
    other.exceptions!.filter(({ id, state }) => before?.get(id)?.state === from && state === to);
  return {
    added: told(other.exceptions.filter(({ id }) => before?.has(id) !== true)),
    gone: told(one.exceptions.filter(({ id }) => after?.has(id) !== true)),
    closed: told(turned("open", "closed")),
    reopened: told(turned("closed", "open")),
  };
}
