import { visibleString } from "@kaudit/schema";
import type { PackManifest } from "../pack/manifest.js";
import { sumsText } from "../pack/manifest.js";
import { signatureFiles } from "../signing/sign-pack.js";
import { timestampFiles, timestampRequest } from "../signing/timestamp-request.js";
import { type FoundFile, isPackPath, type PackContent, sameButForCase } from "./pack-content.js";
import type { PackFailure } from "./verification.js";

/** What the folder holds, and what is wrong with it. */
export interface CheckedFiles {
  /** What each output that is there holds. */
  readonly found: ReadonlyMap<string, FoundFile>;
  readonly failures: readonly PackFailure[];
}

const ownFiles = ["manifest.json", "SHA256SUMS"];

/** Holds the folder against the manifest: every output is there and unchanged, and there is nothing else. */
export async function checkFiles(
  pack: PackContent,
  manifest: PackManifest,
  manifestSha256: string,
): Promise<CheckedFiles> {
  const found = new Map<string, FoundFile>();
  const failures: PackFailure[] = [];
  const listed = manifest.outputs.filter(({ path }) => {
    if (isPackPath(path) && !ownFiles.includes(path)) return true;
    const reason = `names the output ${visibleString(path, { maxCharacters: 100 })}, which a pack never has, so it was not opened`;
    failures.push({ file: "manifest.json", code: "refused", reason });
    return false;
  });
  failures.push(...sameButForCase(listed.map(({ path }) => path)));
  for (const { path, bytes, sha256 } of listed) {
    const file = await pack.measure(path);
    if (file === null) {
      failures.push({
        file: path,
        code: "missing",
        reason: "is listed in manifest.json and is not there, or cannot be read",
      });
      continue;
    }
    found.set(path, file);
    if (file.sha256 !== sha256 || file.bytes !== bytes)
      failures.push({ file: path, code: "changed", reason: changed(file, bytes, sha256) });
  }
  const known = new Set([
    ...listed.map(({ path }) => path),
    ...ownFiles,
    ...Object.values(signatureFiles),
    ...Object.values(timestampFiles),
  ]);
  for (const path of pack.files.keys()) {
    if (known.has(path)) continue;
    failures.push({
      file: path,
      code: "not-listed",
      reason: "is not listed in manifest.json: it was added after the pack was written",
    });
  }
  failures.push(...(await checkSums(pack, manifest, manifestSha256)));
  failures.push(...(await checkTimestampRequest(pack, manifestSha256)));
  return { found, failures };
}

function changed(file: FoundFile, bytes: number, sha256: string): string {
  if (file.bytes !== bytes) return `has ${file.bytes} bytes; ${bytes} were written`;
  return `has the SHA-256 ${file.sha256}; manifest.json says ${sha256}`;
}

/** A time-stamp request, where there is one, must be the one for this manifest. Its answer is checked by whoever has its CA. */
async function checkTimestampRequest(pack: PackContent, manifestSha256: string): Promise<PackFailure[]> {
  const file = timestampFiles.request;
  if (!pack.files.has(file)) return [];
  const bytes = await pack.read(file);
  if (bytes !== null && bytes.equals(timestampRequest(manifestSha256))) return [];
  return [{ file, code: "differs", reason: "is not the time-stamp request for this manifest.json" }];
}

/** `SHA256SUMS` must be, byte for byte, what the manifest and its own hash make it. */
async function checkSums(pack: PackContent, manifest: PackManifest, manifestSha256: string): Promise<PackFailure[]> {
  const file = "SHA256SUMS";
  const bytes = await pack.read(file);
  if (bytes === null) return [{ file, code: "missing", reason: "is not there, or cannot be read" }];
  const files = [...manifest.outputs, { path: "manifest.json", bytes: 0, sha256: manifestSha256 }];
  const expected = sumsText(files.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  const text = bytes.toString("utf8");
  if (text === expected && Buffer.byteLength(expected) === bytes.length) return [];
  const [, ofManifest] = /^([0-9a-f]{64}) {2}manifest\.json$/m.exec(text) ?? [];
  if (ofManifest !== undefined && text.replace(ofManifest, manifestSha256) === expected) {
    const reason = `has the SHA-256 ${manifestSha256}; SHA256SUMS says ${ofManifest}`;
    return [{ file: "manifest.json", code: "changed", reason }];
  }
  const lines = text.split("\n");
  const at = expected.split("\n").findIndex((line, index) => line !== lines[index]);
  return [{ file, code: "differs", reason: `line ${at < 0 ? lines.length : at + 1} is not what manifest.json says` }];
}
