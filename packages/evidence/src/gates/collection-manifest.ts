import { z } from "zod";
import type { EvidenceBundle } from "../bundle.js";

/** What a collector wrote down of the files it collected: each with its hash. */
export const CollectionManifest = z.strictObject({
  /** The manifest's own name, for the report. */
  file: z.string().min(1),
  files: z
    .array(
      z.strictObject({
        /** As the collector names it. */
        file: z.string().min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: "expected a SHA-256 in 64 hex digits" }),
      }),
    )
    .max(1_000_000),
});
export type CollectionManifest = z.infer<typeof CollectionManifest>;

/** What holding the input against a collection manifest gave. */
export interface CollectionCheck {
  readonly file: string;
  /** Files of the manifest that were read with the hash it names. */
  readonly matched: number;
  /** Files of the manifest with whose hash nothing was read: missing or changed. */
  readonly missing: readonly string[];
  /** Files that were read and that the manifest does not name. */
  readonly unlisted: readonly string[];
}

/**
 * Holds the files that were read against a collection manifest. Hashes decide, names do not: files may have been moved.
 * Members of archives are not files of their own here.
 */
export function checkCollection(
  manifest: CollectionManifest,
  inputs: EvidenceBundle["inputs"],
  skipped: EvidenceBundle["skipped"],
): CollectionCheck {
  const read = new Map<string, string>();
  for (const { file, sha256, archive } of inputs) if (archive === undefined) read.set(sha256, file);
  for (const { file, sha256 } of skipped) if (sha256 !== undefined) read.set(sha256, file);
  const named = new Set(manifest.files.map(({ sha256 }) => sha256));
  return {
    file: manifest.file,
    matched: manifest.files.filter(({ sha256 }) => read.has(sha256)).length,
    missing: manifest.files.filter(({ sha256 }) => !read.has(sha256)).map(({ file }) => file),
    unlisted: [...read].filter(([sha256]) => !named.has(sha256)).map(([, file]) => file),
  };
}
