import type { Evidence } from "@kaudit/evidence";

/** What the web page needs beside the document. */
export interface HtmlOptions {
  /** The registers' rows: `evidence.rows`. */
  readonly rows: Evidence["rows"];
  /**
   * Rows embedded in the page, shared among its registers; the rest is in the pack's CSV files and the page says so.
   * Default: 100,000, which is about 6 MB.
   */
  readonly maxRows?: number;
  /** Rows per register that are plain HTML, for readers without JavaScript. Default: 500. */
  readonly maxPlainRows?: number;
}
