import type { KeyObject } from "node:crypto";
import { keyFingerprint } from "../signing/keys.js";
import { checkBundle } from "./check-bundle.js";
import { checkFiles } from "./check-files.js";
import { checkSignature } from "./check-signature.js";
import { checkPrevious, findSuccessors } from "./chain.js";
import { openPack } from "./pack-content.js";
import { readBundle, readManifest } from "./read-documents.js";
import type { PackFailure, PackVerification } from "./verification.js";

/** What a pack is held against. */
export interface VerifyOptions {
  /** The public key of the expected signer, which did not come with the pack. Default: none. */
  readonly key?: KeyObject;
  /** The folder of the pack before this one. Default: its hash is only told. */
  readonly previous?: string;
  /** The version of kaudit that verifies: a bundle of the same version is held to its whole form. Default: none. */
  readonly toolVersion?: string;
  /** For the age of the pack. */
  readonly now: Date;
}

const dayMs = 86_400_000;

/**
 * Checks a pack: that every file is there and unchanged and nothing was added, that its totals tie, that registers, bundle and
 * manifest agree, its signatures, and its place in the chain of packs. All failures are given, not the first.
 *
 * A pack that is not signed and otherwise whole has no failures; its `signature.state` says `unsigned`. A signed pack fails
 * without a key: it does not vouch for its own. Nothing outside the folder is opened, whatever its files say.
 *
 * Throws `KAUDIT_REPORT_PACK_UNREADABLE` when it is not a folder that can be read.
 *
 * @example
 * ```ts
 * const { failures, signature } = await verifyPack("evidence/2026-10", { key, now: new Date() });
 * for (const { file, reason } of failures) console.error(`${file}: ${reason}`);
 * ```
 */
export async function verifyPack(pack: string, options: VerifyOptions): Promise<PackVerification> {
  const content = await openPack(pack);
  const read = await readManifest(content);
  const bytes = [...content.files.values()].reduce((sum, size) => sum + size, 0);
  const basis = { pack: content.folder, packId: read.sha256, files: content.files.size, bytes };
  if (read.content === null) {
    return {
      ...basis,
      manifest: null,
      signature: { state: "invalid", keyFingerprint: options.key === undefined ? null : keyFingerprint(options.key) },
      previous: { state: "none", sha256: null },
      ageDays: null,
      successors: [],
      failures: [...content.failures, ...read.failures],
    };
  }
  const manifest = read.content;
  const { found, failures: ofFiles } = await checkFiles(content, manifest, read.sha256);
  const bundle = await readBundle(content);
  const ofBundle: readonly PackFailure[] =
    bundle.content === null
      ? bundle.failures
      : checkBundle(bundle.content, bundle.text, manifest, found, options.toolVersion);
  const sums = await content.measure("SHA256SUMS");
  const files = [
    ...manifest.outputs,
    { path: "manifest.json", bytes: Buffer.byteLength(read.text), sha256: read.sha256 },
    { path: "SHA256SUMS", bytes: sums?.bytes ?? 0, sha256: sums?.sha256 ?? "" },
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const signed = { content, manifest, manifestBytes: Buffer.from(read.text, "utf8"), files };
  const { signature, failures: ofSignature } = await checkSignature(signed, options.key);
  const { previous, failures: ofChain } = await checkPrevious(manifest, options.previous);
  const age = Math.floor((options.now.getTime() - Date.parse(manifest.run.finishedAt)) / dayMs);
  return {
    ...basis,
    manifest,
    signature,
    previous,
    ageDays: Number.isNaN(age) ? null : age,
    successors: await findSuccessors(content.folder, read.sha256),
    failures: distinct([...content.failures, ...ofFiles, ...ofBundle, ...ofSignature, ...ofChain]),
  };
}

/** Two checks may find the same thing missing; it is told once. */
function distinct(failures: readonly PackFailure[]): readonly PackFailure[] {
  const seen = new Set<string>();
  return failures.filter(({ file, code, reason }) => {
    const key = code === "missing" ? `${code} ${file}` : `${code} ${file} ${reason}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
