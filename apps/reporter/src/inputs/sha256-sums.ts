/** A file and its hash, as a line of a hash list names them. */
export interface SummedFile {
  readonly file: string;
  readonly sha256: string;
}

/** What is wrong with a line; lines and columns begin at 1. */
export interface SumsProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A hash list that was read, and all that is wrong with it. */
export interface Sha256Sums {
  readonly files: readonly SummedFile[];
  readonly problems: readonly SumsProblem[];
}

/** More than any log has files, and what evidence takes. */
const mostFiles = 1_000_000;
const longestName = 4096;
const form = "expected 64 hex digits, two spaces and a file name, as sha256sum writes them";

/**
 * Reads a hash list as `sha256sum`, `sha256sum --tag` and `shasum -a 256` write it and `sha256sum --check` reads it: a line
 * a file, names with line breaks or backslashes escaped after a leading `\`, empty lines and lines from `#` left out (GNU
 * coreutils, `digest.c`). Never throws: what is not of that form is a problem with its line.
 */
export function readSha256Sums(bytes: Uint8Array): Sha256Sums {
  const files: SummedFile[] = [];
  const problems: SumsProblem[] = [];
  const seen = new Map<string, { readonly sha256: string; readonly line: number }>();
  const text = decoded(bytes);
  if (text === null) return refused("is not UTF-8 text; expected a hash list as sha256sum writes it");
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const line = index + 1;
    const content = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (content === "" || content.startsWith("#")) continue;
    const entry = entryOf(content);
    if ("message" in entry) {
      problems.push({ line, ...entry });
      continue;
    }
    const known = seen.get(entry.file);
    if (known !== undefined && known.sha256 !== entry.sha256)
      problems.push({ line, column: 1, message: `names a file that line ${known.line} gives another hash` });
    if (known !== undefined) continue;
    seen.set(entry.file, { sha256: entry.sha256, line });
    files.push(entry);
    if (files.length > mostFiles) return refused("names more than a million files; give the part that matters");
  }
  if (files.length === 0 && problems.length === 0) return refused(`names no file; ${form}`);
  return { files, problems };
}

function refused(message: string): Sha256Sums {
  return { files: [], problems: [{ line: 1, column: 1, message }] };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function entryOf(content: string): SummedFile | Omit<SumsProblem, "line"> {
  const isEscaped = content.startsWith("\\");
  const line = isEscaped ? content.slice(1) : content;
  const plain = /^([0-9a-f]{64}) [ *](.+)$/iu.exec(line) ?? /^([0-9a-f]{64})  ?(.+)$/iu.exec(line);
  const tagged = plain === null ? /^SHA256 \((.+)\) = ([0-9a-f]{64})$/iu.exec(line) : null;
  const sha256 = plain?.[1] ?? tagged?.[2];
  const name = plain?.[2] ?? tagged?.[1];
  if (sha256 === undefined || name === undefined) return { column: columnOf(line), message: wrong(line) };
  const file = isEscaped ? unescaped(name) : name;
  if (file === null) return { column: 1, message: "has an escape in its name that sha256sum does not write" };
  if (file.includes("\0")) return { column: 1, message: "has a NUL in its name; no file is named so" };
  if (file.length > longestName) return { column: 67, message: `has a name of more than ${longestName} characters` };
  return { file, sha256: sha256.toLowerCase() };
}

/** Where a line stops being what it should: after its hex digits, where it has some. */
function columnOf(line: string): number {
  return (/^[0-9a-f]{1,64}/i.exec(line)?.[0].length ?? 0) + 1;
}

/** What is wrong, without what the line says: it may be a line of anything. */
function wrong(line: string): string {
  const digits = /^[0-9a-f]*/i.exec(line)?.[0].length ?? 0;
  if (digits === 64) return line.length === 64 ? `has a hash and no file name; ${form}` : form;
  const other = { 32: "MD5", 40: "SHA-1", 96: "SHA-384", 128: "SHA-512" }[digits];
  return other === undefined ? form : `has ${digits} hex digits, as ${other}; ${form}`;
}

function unescaped(name: string): string | null {
  if (/\\(?![\\nr])/.test(name.replaceAll("\\\\", ""))) return null;
  return name.replace(/\\([\\nr])/g, (_all, letter: string) => (letter === "n" ? "\n" : letter === "r" ? "\r" : "\\"));
}
