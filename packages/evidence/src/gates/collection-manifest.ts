import { z } from "zod";
import type { EvidenceBundle } from "../bundle.js";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "expected a SHA-256 in 64 hex digits" });

/** What a collector wrote down of the files it collected: each with its hash. */
export const CollectionManifest = z.strictObject({
  /** The manifest's own name, for the report. */
  file: z.string().min(1),
  /** SHA-256 of the manifest itself. */
  sha256: Sha256.optional(),
  files: z
    .array(
      z.strictObject({
        /** As the collector names it. */
        file: z.string().min(1),
        sha256: Sha256,
      }),
    )
    .max(1_000_000),
});
export type CollectionManifest = z.infer<typeof CollectionManifest>;

/** A file that was read with another hash than its collector wrote down. */
export interface ChangedFile {
  /** As the manifest names it. */
  readonly file: string;
  /** As it was read. */
  readonly readAs: string;
  readonly expected: string;
  readonly sha256: string;
}

/** What holding the input against a collection manifest gave. */
export interface CollectionCheck {
  readonly file: string;
  /** Of the manifest; null where it was not given. */
  readonly sha256: string | null;
  /** How many files the manifest names. */
  readonly listed: number;
  /** Files of the manifest that were read with the hash it names. */
  readonly matched: number;
  /** Files of the manifest that were read under their name with another hash. */
  readonly changed: readonly ChangedFile[];
  /** Files of the manifest of which neither hash nor name was read. */
  readonly missing: readonly string[];
  /** Files that events were read from and that the manifest names neither by hash nor by name. */
  readonly unlisted: readonly string[];
}

interface ReadFile {
  readonly file: string;
  readonly sha256: string;
  readonly isSkipped: boolean;
}

/**
 * Holds the files that were read against a collection manifest.
 *
 * Hashes decide: a file that was moved or renamed is still the same. Only where a hash was not read, the name tells a file
 * that was changed from one that is missing: names agree where one ends, at a `/`, with the whole of the other. Members of
 * archives are not files of their own here. A file without audit records need not be listed: nothing rests on it.
 */
export function checkCollection(
  manifest: CollectionManifest,
  inputs: EvidenceBundle["inputs"],
  skipped: EvidenceBundle["skipped"],
): CollectionCheck {
  const read: ReadFile[] = [];
  for (const { file, sha256, archive } of inputs)
    if (archive === undefined) read.push({ file, sha256, isSkipped: false });
  for (const { file, sha256 } of skipped) if (sha256 !== undefined) read.push({ file, sha256, isSkipped: true });
  const hashes = new Set(read.map(({ sha256 }) => sha256));
  const named = new Set(manifest.files.map(({ sha256 }) => sha256));
  const unread = manifest.files.filter(({ sha256 }) => !hashes.has(sha256));
  const others = createNames(read.filter(({ sha256 }) => !named.has(sha256)));
  const changed: ChangedFile[] = [];
  const missing: string[] = [];
  for (const { file, sha256 } of unread) {
    const other = others.take(file);
    if (other === null) missing.push(file);
    else changed.push({ file, readAs: other.file, expected: sha256, sha256: other.sha256 });
  }
  return {
    file: manifest.file,
    sha256: manifest.sha256 ?? null,
    listed: manifest.files.length,
    matched: manifest.files.length - unread.length,
    changed,
    missing,
    unlisted: others.left(),
  };
}

/** Finds files by names that agree, each once, and only where a single one does. */
function createNames(files: readonly ReadFile[]) {
  const byLastPart = new Map<string, ReadFile[]>();
  const left = new Set(files);
  for (const file of files) {
    const part = lastPart(file.file);
    const alike = byLastPart.get(part);
    if (alike === undefined) byLastPart.set(part, [file]);
    else alike.push(file);
  }
  return {
    take(name: string): ReadFile | null {
      const alike = (byLastPart.get(lastPart(name)) ?? []).filter((file) => left.has(file));
      const same = alike.filter(({ file }) => plainName(file) === plainName(name));
      const fitting = same.length > 0 ? same : alike.filter(({ file }) => namesAgree(plainName(file), plainName(name)));
      const [only] = fitting;
      if (only === undefined || fitting.length > 1) return null;
      left.delete(only);
      return only;
    },
    left: (): string[] => [...left].flatMap(({ file, isSkipped }) => (isSkipped ? [] : [file])),
  };
}

function plainName(name: string): string {
  return name.replace(/^(?:\.?\/)+/, "");
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function namesAgree(one: string, other: string): boolean {
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}

/** Files that a bundle names of each kind; the counts are of all. */
const mostNamed = 1000;

const count = z.number().int().nonnegative();

/** How the files that were read compare with the hashes of their collector: counts, and the first thousand of each kind. */
export const CollectionInBundle = z.strictObject({
  /** The manifest's name and hash. */
  file: z.string(),
  sha256: Sha256.nullable(),
  /** listed = matched + changed + missing */
  listed: count,
  matched: count,
  changed: count,
  missing: count,
  /** Files that events were read from and that the manifest does not name. */
  unlisted: count,
  changedFiles: z.array(z.strictObject({ file: z.string(), readAs: z.string(), expected: Sha256, sha256: Sha256 })),
  missingFiles: z.array(z.string()),
  unlistedFiles: z.array(z.string()),
});

/** Gives the part of the bundle that tells how the input compares with its collection; nothing where no manifest was given. */
export function collectionInBundle(check: CollectionCheck | null): Pick<EvidenceBundle, "collection"> {
  if (check === null) return {};
  const { file, sha256, listed, matched, changed, missing, unlisted } = check;
  return {
    collection: {
      file,
      sha256,
      listed,
      matched,
      changed: changed.length,
      missing: missing.length,
      unlisted: unlisted.length,
      changedFiles: changed.slice(0, mostNamed).map((one) => ({ ...one })),
      missingFiles: missing.slice(0, mostNamed),
      unlistedFiles: unlisted.slice(0, mostNamed),
    },
  };
}
