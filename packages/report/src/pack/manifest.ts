import { createHash } from "node:crypto";
import type { EvidenceBundle } from "@kaudit/evidence";
import { compareByCodePoint } from "@kaudit/schema";
import { z } from "zod";
import type { PackFile, PackFormat, PackOptionValue, RunFacts } from "./pack-input.js";
import { packFormats } from "./pack-input.js";

const count = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const manifestHash = z.strictObject({ sha256 });

/**
 * What `manifest.json` holds: the facts of the run, and every input and output with its size and SHA-256. The SHA-256 of the
 * file is the pack's id: it stands for this pack and no other, also among packs of the same evidence.
 */
export const PackManifest = z.strictObject({
  schemaVersion: z.literal("kaudit.manifest/1"),
  /** SHA-256 of `bundle.json`. */
  evidenceId: sha256,
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  ruleSets: z.array(z.strictObject({ id: z.string(), version: z.string() })),
  run: z.strictObject({
    startedAt: z.string(),
    finishedAt: z.string(),
    host: z.string(),
    user: z.string(),
    /** The command line, with what looks like a credential masked. */
    arguments: z.array(z.string()),
    nodeVersion: z.string(),
    out: z.string(),
  }),
  /** The options that were in effect, wherever they came from, and the SHA-256 of their canonical JSON. */
  configuration: z.strictObject({
    sha256,
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  }),
  period: z.strictObject({ from: z.string(), to: z.string(), label: z.string() }),
  cluster: z.strictObject({ name: z.string(), basis: z.string() }),
  /** The names of the clusters, where several were read; `cluster` has none then. */
  clusters: z.array(z.string()).optional(),
  frameworks: z.array(z.string()),
  formats: z.array(z.enum(packFormats)),
  /** Of the records that were read; the same as in `bundle.json`. */
  totals: z.record(z.string(), z.union([count, z.record(z.string(), count)])),
  /** How many rows each register has, and the SHA-256 of its CSV text, also where the pack does not hold it. */
  registers: z.array(z.strictObject({ name: z.string(), rows: count, sha256 })),
  /** The pack that comes before this one in its chain: the one that was named, else the one that it replaced. */
  previousManifest: manifestHash.nullable(),
  /** The pack that stood in this one's place. */
  replacedManifest: manifestHash.nullable(),
  /** Whose signature belongs beside the manifest: the SHA-256 of the public key (SubjectPublicKeyInfo). Null: not signed. */
  signing: z.strictObject({ algorithm: z.literal("ed25519"), keyFingerprint: sha256 }).nullable(),
  inputs: z.array(z.strictObject({ file: z.string(), bytes: count, sha256 })),
  /** The audit policies that were handed in, with when and where they were in force. */
  policies: z.array(
    z.strictObject({ cluster: z.string().nullable(), from: z.string(), to: z.string(), file: z.string(), sha256 }),
  ),
  /** Every file of the pack but `manifest.json`, `SHA256SUMS` and signatures. */
  outputs: z.array(z.strictObject({ path: z.string(), bytes: count, sha256 })),
});
export type PackManifest = z.infer<typeof PackManifest>;

/** Gives the audit policies of a bundle as the manifest names them. */
export function policiesInManifest({
  policies,
}: {
  readonly policies: readonly PackManifest["policies"][number][];
}): PackManifest["policies"] {
  return policies.map(({ cluster, from, to, file, sha256: hash }) => ({ cluster, from, to, file, sha256: hash }));
}

/** What a manifest says beside the run. */
export interface ManifestContent {
  readonly bundle: EvidenceBundle;
  readonly evidenceId: string;
  readonly run: RunFacts;
  /** The pack's folder, absolute. */
  readonly out: string;
  readonly formats: readonly PackFormat[];
  readonly frameworks: readonly string[];
  /** SHA-256 (hex) of the manifest of the pack that was named as the one before; null when none was. */
  readonly previousManifest: string | null;
  /** SHA-256 (hex) of the manifest that this pack replaces; null when it replaces none. */
  readonly replacedManifest: string | null;
  /** Fingerprint of the key that signs; null when none does. */
  readonly keyFingerprint: string | null;
  readonly outputs: readonly PackFile[];
}

/**
 * Gives the text of `manifest.json`. It is the only file of a pack (with `SHA256SUMS`, which holds its hash, and the
 * signatures) that differs when the same evidence is made again.
 */
export function manifestText(content: ManifestContent): string {
  const { bundle, run, keyFingerprint } = content;
  const options = sortedOptions(run.options ?? {});
  const manifest: PackManifest = {
    schemaVersion: "kaudit.manifest/1",
    evidenceId: content.evidenceId,
    tool: bundle.tool,
    ruleSets: bundle.ruleSets,
    run: {
      startedAt: run.startedAt,
      finishedAt: run.finishedAt(),
      host: run.host,
      user: run.user,
      arguments: [...run.arguments],
      nodeVersion: run.nodeVersion,
      out: content.out,
    },
    configuration: { sha256: optionsSha256(options), options },
    period: bundle.period,
    cluster: bundle.cluster,
    ...(bundle.clusters.length > 1 ? { clusters: bundle.clusters.map(({ name }) => name) } : {}),
    frameworks: [...content.frameworks],
    formats: [...content.formats],
    totals: { ...bundle.totals },
    registers: bundle.registers.map(({ name, rows, sha256: hash }) => ({ name, rows, sha256: hash })),
    previousManifest: hashOf(content.previousManifest ?? content.replacedManifest),
    replacedManifest: hashOf(content.replacedManifest),
    signing: keyFingerprint === null ? null : { algorithm: "ed25519", keyFingerprint },
    inputs: bundle.inputs.map(({ file, bytes, sha256: hash }) => ({ file, bytes, sha256: hash })),
    policies: policiesInManifest(bundle),
    outputs: content.outputs.map(({ path, bytes, sha256: hash }) => ({ path, bytes, sha256: hash })),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function hashOf(hash: string | null): { sha256: string } | null {
  return hash === null ? null : { sha256: hash };
}

type Options = PackManifest["configuration"]["options"];

/** Options in one order, whatever the order in which they were given. */
function sortedOptions(options: Readonly<Record<string, PackOptionValue>>): Options {
  const entries = Object.entries(options).toSorted(([a], [b]) => compareByCodePoint(a, b));
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "object" ? [...value] : value]));
}

/** Gives the hash of the configuration: of the options as JSON without blanks, names in order of their code points. */
export function optionsSha256(options: Options): string {
  return createHash("sha256")
    .update(JSON.stringify(sortedOptions(options)))
    .digest("hex");
}

/** Gives the text of `SHA256SUMS` as `sha256sum --check` reads it, by path. */
export function sumsText(files: readonly PackFile[]): string {
  return files.map((file) => `${file.sha256}  ${file.path}\n`).join("");
}
