import type { EvidenceBundle } from "@kaudit/evidence";
import type { Block } from "../report-document.js";
import { column, logCell, wordCell } from "../row-cells.js";
import { code, outsideText, plain } from "../text.js";
import { counted, formatCount } from "../words/count.js";
import { formatHash } from "../words/hash.js";

/** Files of each kind in the table; all of them are in the bundle. */
const mostFiles = 10;

/** How the files that were read compare with the hashes of their collector; nothing where none were handed in. */
export function collectionBlocks({ collection }: EvidenceBundle): readonly Block[] {
  if (collection === undefined) return [];
  const { file, sha256, listed, matched, changed, missing, unlisted } = collection;
  const others = changed + missing + unlisted;
  const text =
    others === 0
      ? `All ${counted(listed, "file")} are as they were when they were collected`
      : `${formatCount(matched)} of ${counted(listed, "collected file")} are as they were; ${formatCount(changed)} changed, ${formatCount(missing)} missing, ${formatCount(unlisted)} not listed`;
  const rows = [
    ...collection.changedFiles.slice(0, mostFiles).map(({ readAs, expected, sha256: now }) => ({
      file: readAs,
      what: `changed: SHA-256 ${formatHash(now)}, was ${formatHash(expected)}`,
    })),
    ...collection.missingFiles.slice(0, mostFiles).map((name) => ({ file: name, what: "missing: listed, not read" })),
    ...collection.unlistedFiles.slice(0, mostFiles).map((name) => ({ file: name, what: "not listed, but read" })),
  ];
  return [
    {
      kind: "heading",
      text,
      note: [
        plain("Compared with the hashes in "),
        ...outsideText(file),
        ...(sha256 === null ? [] : [plain(", SHA-256 "), code(formatHash(sha256))]),
        plain(rows.length < others ? "; all names are in " : "."),
        ...(rows.length < others ? [code("bundle.json"), plain(".")] : []),
      ],
    },
    ...(rows.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            description: "Files that are not as they were when they were collected, and in what way.",
            dense: true,
            columns: [column("file", "File", 0.5), column("what", "Compared with the collection", 0.5)],
            rows: rows.map((row) => [logCell(row.file), wordCell(row.what)]),
          },
        ]),
  ];
}
