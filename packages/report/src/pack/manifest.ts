import type { EvidenceBundle } from "@kaudit/evidence";
import type { PackFile, PackFormat, RunFacts } from "./pack-input.js";

/** What a manifest says beside the run. */
export interface ManifestContent {
  readonly bundle: EvidenceBundle;
  readonly evidenceId: string;
  readonly run: RunFacts;
  /** The pack's folder, absolute. */
  readonly out: string;
  readonly formats: readonly PackFormat[];
  readonly frameworks: readonly string[];
  /** SHA-256 (hex) of the manifest that this pack replaces; null when it replaces none. */
  readonly previousManifest: string | null;
  readonly outputs: readonly PackFile[];
}

/**
 * Gives the text of `manifest.json`: the facts of the run, and every input and output with its size and SHA-256. It is
 * the only file of a pack (with `SHA256SUMS`, which holds its hash) that differs when the same evidence is made again.
 */
export function manifestText(content: ManifestContent): string {
  const { bundle, run } = content;
  const manifest = {
    schemaVersion: "kaudit.manifest/1",
    evidenceId: content.evidenceId,
    tool: bundle.tool,
    run: {
      startedAt: run.startedAt,
      finishedAt: run.finishedAt(),
      host: run.host,
      user: run.user,
      arguments: run.arguments,
      nodeVersion: run.nodeVersion,
      out: content.out,
    },
    period: bundle.period,
    cluster: bundle.cluster,
    frameworks: content.frameworks,
    formats: content.formats,
    previousManifest: content.previousManifest === null ? null : { sha256: content.previousManifest },
    inputs: bundle.inputs.map(({ file, bytes, sha256 }) => ({ file, bytes, sha256 })),
    policies: bundle.policies.map(({ cluster, from, to, file, sha256 }) => ({ cluster, from, to, file, sha256 })),
    outputs: content.outputs,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Gives the text of `SHA256SUMS` as `sha256sum --check` reads it, by path. */
export function sumsText(files: readonly PackFile[]): string {
  return files.map((file) => `${file.sha256}  ${file.path}\n`).join("");
}
