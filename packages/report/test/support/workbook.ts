import { strFromU8, unzipSync } from "fflate";
import { expect } from "vitest";
import { evidenceId, serializeBundle } from "@kaudit/evidence";
import type { Evidence } from "@kaudit/evidence";
import { renderXlsx, type XlsxOptions } from "../../src/xlsx/render-xlsx.js";

/** A cell as the file has it. */
export interface RawCell {
  readonly reference: string;
  readonly type: "text" | "number" | "boolean";
  /** The number of its format. */
  readonly style: number;
  readonly value: string;
}

/** A workbook taken apart by means of its own: unzip, and a parser that refuses what is not well-formed. */
export interface Workbook {
  readonly parts: ReadonlyMap<string, string>;
  readonly sheetNames: readonly string[];
  /** The rows of a sheet, head first, as maps by the column's letters. */
  rows(sheet: string): readonly ReadonlyMap<string, RawCell>[];
  /** A sheet as records by its heads; cells that are not there are absent. */
  records(sheet: string): readonly Readonly<Record<string, string>>[];
}

/** Renders evidence as a workbook. */
export async function workbookBytes(evidence: Evidence, options: Partial<XlsxOptions> = {}): Promise<Buffer> {
  const id = options.evidenceId ?? evidenceId(serializeBundle(evidence.bundle));
  const pieces: Uint8Array[] = [];
  for await (const piece of renderXlsx(evidence, { ...options, evidenceId: id })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Takes a workbook apart. Fails the test where a part is not well-formed XML. */
export function openWorkbook(bytes: Uint8Array): Workbook {
  const parts = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, strFromU8(content)]));
  for (const [path, text] of parts) expectWellFormed(path, text);
  const workbook = parts.get("xl/workbook.xml") ?? "";
  const sheets = [...workbook.matchAll(/<sheet name="([^"]*)" sheetId="(\d+)"/g)].map(
    ([, name = "", id = ""]) => [decoded(name), `xl/worksheets/sheet${id}.xml`] as const,
  );
  const shared = [...(parts.get("xl/sharedStrings.xml") ?? "").matchAll(/<si><t[^>]*>([^<]*)<\/t><\/si>/g)].map(
    ([, text = ""]) => decoded(text),
  );
  const rows = (sheet: string): readonly ReadonlyMap<string, RawCell>[] => {
    const path = sheets.find(([name]) => name === sheet)?.[1];
    const text = parts.get(path ?? "") ?? "";
    return [...text.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, cells = ""]) => {
      const found = [...cells.matchAll(/<c ([^>]*)>(.*?)<\/c>/gs)].map(([, attributes = "", content = ""]) =>
        cellOf(attributes, content, shared),
      );
      return new Map(found.map((cell) => [cell.reference.replace(/\d+$/, ""), cell]));
    });
  };
  return {
    parts,
    sheetNames: sheets.map(([name]) => name),
    rows,
    records(sheet) {
      const [head, ...body] = rows(sheet);
      return body.map((row) =>
        Object.fromEntries([...row].map(([letters, { value }]) => [head?.get(letters)?.value ?? "", value])),
      );
    },
  };
}

function cellOf(attributes: string, content: string, shared: readonly string[]): RawCell {
  const attribute = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  const reference = attribute("r");
  const style = Number(attribute("s"));
  const type = attribute("t");
  const [, value = ""] = /<v>([^<]*)<\/v>/.exec(content) ?? [];
  const [, inline = ""] = /^<is><t[^>]*>([^<]*)<\/t><\/is>$/s.exec(content) ?? [];
  if (type === "s") return { reference, style, type: "text", value: shared[Number(value)] ?? "?" };
  if (type === "inlineStr") return { reference, style, type: "text", value: decoded(inline) };
  return { reference, style, type: type === "b" ? "boolean" : "number", value };
}

/** What a spreadsheet program makes of a text: entities, then `_xHHHH_`. */
function decoded(xml: string): string {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return xml
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
      code === undefined ? (entities[name] ?? "?") : String.fromCharCode(Number(code)),
    )
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Every character is allowed, every tag is closed by its own name, every `&` begins an entity, attributes are quoted. */
function expectWellFormed(path: string, text: string): void {
  // eslint-disable-next-line no-control-regex -- XML 1.0, 2.2: these are not characters of a document.
  expect(`${path}: ${/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/u.exec(text)?.index ?? "ok"}`).toBe(`${path}: ok`);
  const open: string[] = [];
  let rest = 0;
  for (const match of text.matchAll(/<(?:\?[^>]*\?|(\/?)([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?))>/g)) {
    const between = text.slice(rest, match.index);
    if (/<|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(between)) throw new Error(`${path}: not XML near ${match.index}`);
    rest = match.index + match[0].length;
    const [, closes, name, attributes = "", empty] = match;
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(attributes)) throw new Error(`${path}: attribute near ${match.index}`);
    if (name === undefined || empty === "/") continue;
    if (closes !== "/") open.push(name);
    else expect(`${path}: ${name}`).toBe(`${path}: ${open.pop()}`);
  }
  expect(`${path}: ${text.slice(rest).trim()}${open.join(" ")}`).toBe(`${path}: `);
}
