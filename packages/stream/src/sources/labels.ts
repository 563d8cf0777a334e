import { sep } from "node:path";

/**
 * Gives each folder, or address of one, a short name: its last part, or as many last parts as it takes to tell it from the others.
 * Never an absolute path, so that a report does not depend on where the inputs lay. A file system's root is `root`.
 */
export function distinguishingLabels(folders: readonly string[]): ReadonlyMap<string, string> {
  const distinct = [...new Set(folders)];
  const parts = new Map(distinct.map((folder) => [folder, partsOf(folder)]));
  const labels = new Map<string, string>();
  for (const folder of distinct) {
    const own = parts.get(folder) ?? [];
    let count = 1;
    while (
      count < own.length &&
      distinct.some((other) => other !== folder && lastParts(parts.get(other) ?? [], count) === lastParts(own, count))
    ) {
      count++;
    }
    labels.set(folder, lastParts(own, count) || "root");
  }
  return labels;
}

function partsOf(folder: string): readonly string[] {
  const separator = /^[a-z][a-z\d+.-]+:\/\//.test(folder) ? "/" : sep;
  return folder.split(separator).filter((part) => part !== "");
}

function lastParts(parts: readonly string[], count: number): string {
  return parts.slice(-count).join("/");
}
