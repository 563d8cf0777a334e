import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { visibleString } from "@kaudit/schema";
import { manifestHash } from "../pack/pack-folder.js";
import type { PackManifest } from "../pack/manifest.js";
import { openPack } from "./pack-content.js";
import { readManifest } from "./read-documents.js";
import type { PackFailure, PackVerification, Successor } from "./verification.js";

/** Holds a manifest's word on the pack before it against that pack. */
export async function checkPrevious(
  manifest: PackManifest,
  previous: string | undefined,
): Promise<{ readonly previous: PackVerification["previous"]; readonly failures: readonly PackFailure[] }> {
  const named = manifest.previousManifest?.sha256 ?? null;
  if (previous === undefined)
    return { previous: { state: named === null ? "none" : "not-given", sha256: named }, failures: [] };
  const hash = await manifestHash(previous);
  if (hash !== null && hash === named) return { previous: { state: "verified", sha256: named }, failures: [] };
  const given =
    hash === null ? "the given folder holds no manifest.json" : `the manifest of the given pack has ${hash}`;
  const says = named === null ? "names no previous pack" : `names ${named} as the previous manifest`;
  return {
    previous: { state: "broken", sha256: named },
    failures: [{ file: "manifest.json", code: "chain-broken", reason: `${says}; ${given}` }],
  };
}

/** More folders than this are not looked into. */
const maxSiblings = 1_000;

/**
 * Finds the packs beside this one that name it as the pack before them: then it is not the latest. Their word is not
 * checked, and packs kept elsewhere are not seen. Never throws.
 */
export async function findSuccessors(folder: string, packId: string): Promise<readonly Successor[]> {
  const parent = dirname(folder);
  const names = await readdir(parent).catch(() => []);
  const found: Successor[] = [];
  for (const name of names.toSorted().slice(0, maxSiblings)) {
    if (name === basename(folder)) continue;
    const beside = join(parent, name);
    const status = await lstat(join(beside, "manifest.json")).catch(() => null);
    if (status?.isFile() !== true) continue;
    const read = await openPack(beside).then(readManifest, () => null);
    if (read?.content?.previousManifest?.sha256 !== packId || read.sha256 === null) continue;
    found.push({
      name: visibleString(name),
      packId: read.sha256,
      finishedAt: visibleString(read.content.run.finishedAt),
    });
  }
  return found;
}
