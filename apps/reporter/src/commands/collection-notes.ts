import type { EvidenceBundle } from "@kaudit/evidence";
import { formatCount, formatQuantity } from "../terminal/numbers.js";

/** Files of each kind that the notes name; all of them are in the pack. */
const mostNamed = 10;

/** Says how what was read compares with the hashes of the collection; nothing where none were given. */
export function collectionNotes({ collection }: EvidenceBundle): readonly string[] {
  if (collection === undefined) return [];
  const { file, listed, matched, changedFiles, missingFiles, unlistedFiles } = collection;
  return [
    `${formatCount(matched)} of ${formatQuantity(listed, "file")} of ${file} read with the hash that it names`,
    ...named(
      changedFiles.map(({ readAs }) => readAs),
      collection.changed,
      "changed since it was collected",
    ),
    ...named(missingFiles, collection.missing, "was collected and is missing"),
    ...named(unlistedFiles, collection.unlisted, `is not listed in ${file}`),
  ];
}

function named(files: readonly string[], count: number, what: string): string[] {
  const notes = files.slice(0, mostNamed).map((file) => `${file}: ${what}`);
  if (count > notes.length) notes.push(`${formatCount(count - notes.length)} more: ${what}`);
  return notes;
}
