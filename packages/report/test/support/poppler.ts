import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether the tools of poppler-utils are there: tests that read a PDF's pages are skipped without them, and say so. */
export const hasPoppler = spawnSync("pdftotext", ["-v"]).error === undefined;

/** What the names of such tests end with. */
export const needsPoppler = hasPoppler ? "" : " (skipped: poppler-utils is not installed)";

function run(tool: string, bytes: Uint8Array, before: readonly string[], after: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "kaudit-pdf-"));
  try {
    const file = join(folder, "report.pdf");
    writeFileSync(file, bytes);
    const done = spawnSync(tool, [...before, file, ...after], { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (done.status !== 0) throw new Error(`${tool}: ${done.stderr}`);
    // Poppler complains on stderr about what it had to repair.
    if (done.stderr !== "") throw new Error(`${tool}: ${done.stderr}`);
    return done.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Gives the text of each page, in the order in which it was drawn. */
export function pageTexts(bytes: Uint8Array): readonly string[] {
  return run("pdftotext", bytes, ["-raw"], ["-"]).split("\f").slice(0, -1);
}

/** A word with its place, in points from the top left. */
export interface PlacedWord {
  readonly page: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly text: string;
}

/** Gives every word with its place. */
export function placedWords(bytes: Uint8Array): readonly PlacedWord[] {
  const words: PlacedWord[] = [];
  let page = 0;
  for (const line of run("pdftotext", bytes, ["-bbox"], ["-"]).split("\n")) {
    if (line.includes("<page ")) page += 1;
    const match = /<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">(.*)<\/word>/.exec(line);
    if (match === null) continue;
    const [, left, top, right, bottom, text = ""] = match;
    words.push({ page, left: Number(left), top: Number(top), right: Number(right), bottom: Number(bottom), text });
  }
  return words;
}

/** Gives the names of the fonts with whether each is embedded and can be turned back into text. */
export function fonts(
  bytes: Uint8Array,
): readonly { readonly name: string; readonly embedded: boolean; readonly unicode: boolean }[] {
  const lines = run("pdffonts", bytes, [])
    .split("\n")
    .slice(2)
    .filter((line) => line !== "");
  return lines.map((line) => {
    const [, embedded, unicode] = /\s(yes|no)\s+(?:yes|no)\s+(yes|no)\s+\d+\s+\d+$/.exec(line) ?? [];
    return { name: line.split(/\s+/)[0] ?? "", embedded: embedded === "yes", unicode: unicode === "yes" };
  });
}

/** Gives the document's logical structure as poppler prints it. */
export function structure(bytes: Uint8Array): string {
  return run("pdfinfo", bytes, ["-struct"]);
}
