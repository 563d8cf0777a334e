import type { RegisterName } from "@kaudit/evidence";
import type { RegisterBlock, ReportDocument } from "../document/report-document.js";
import type { HtmlOptions } from "./html-options.js";
import { pageAssets } from "./page-assets.js";
import { packRegister } from "./packed-rows.js";
import { pageView } from "./page-view.js";
import { readRegister } from "./register-view.js";
import type { RegisterView } from "./register-view.js";
import { shareRows } from "./share-rows.js";
import { fillPage } from "./templates.js";

const defaults = { maxRows: 100_000, maxPlainRows: 500 } as const;

/**
 * Renders a report as one web page: a single file that loads nothing, works without network and without JavaScript, on a
 * phone, in the dark and on paper.
 *
 * Style, script, fonts, charts and rows are inside the file; a Content-Security-Policy lets nothing else in. Up to
 * `maxRows` rows (100,000, shared among the registers) are embedded, compressed; the first `maxPlainRows` (500) of each
 * register are plain HTML. The page says how many of how many it holds and where all are. Log text is escaped by the templates, and the script only ever sets it as text.
 * The same document and rows give the same bytes.
 *
 * Throws `KAUDIT_REPORT_FILE_MISSING` when the package's templates or fonts are not where it was installed, and whatever
 * `rows` throws.
 */
export async function renderHtml(document: ReportDocument, options: HtmlOptions): Promise<string> {
  const maxPlainRows = options.maxPlainRows ?? defaults.maxPlainRows;
  const views = new Map<RegisterBlock, RegisterView>();
  const data = new Map<RegisterName, Uint8Array>();
  const anchors = new Set(tableAnchors(document));
  const registers = registerBlocks(document);
  const shares = shareRows(
    registers.map(({ block }) => block.rows),
    options.maxRows ?? defaults.maxRows,
  );
  for (const [index, { block, heading }] of registers.entries()) {
    const limits = { maxRows: shares[index] ?? 0, maxPlainRows, anchors };
    const read = await readRegister(block, heading, options.rows(block.register), limits);
    views.set(block, read.view);
    if (block.rows > 0) data.set(block.register, packRegister(read.data));
  }
  return `${fillPage(pageView(document, { views, data, anchors }, pageAssets()))}\n`;
}

/** The rows of tables that links can lead to; those of registers are known once they are read. */
function tableAnchors({ sections }: ReportDocument): readonly string[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "table" ? (block.anchors ?? []) : [])),
  );
}

/** The registers of a document with the name that a reader knows them by. */
function registerBlocks(document: ReportDocument): readonly { block: RegisterBlock; heading: string }[] {
  return document.sections.flatMap((section) =>
    section.blocks.flatMap((block, index) => {
      if (block.kind !== "register") return [];
      const before = section.blocks[index - 1];
      const named = before?.kind === "heading" ? `${section.shortTitle}: ${before.text}` : section.shortTitle;
      return [{ block, heading: named }];
    }),
  );
}
