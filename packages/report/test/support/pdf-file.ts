import { inflateSync } from "node:zlib";

/** What of a PDF can be read without any tool: its objects as they stand in the file, and its streams. */
export interface PdfFile {
  readonly pages: number;
  /** Everything but the streams. */
  readonly objects: string;
  /** The streams, decompressed. */
  readonly streams: readonly string[];
  /** Titles of bookmarks, in order. */
  readonly bookmarks: readonly string[];
}

/** Takes a PDF of ours apart. */
export function readPdf(bytes: Uint8Array): PdfFile {
  const text = Buffer.from(bytes).toString("latin1");
  const streams: string[] = [];
  const objects = text.replace(/stream\r?\n([\s\S]*?)\r?\nendstream/g, (_, body: string) => {
    streams.push(inflated(body));
    return "";
  });
  // Objects are numbered in the order in which they were made; in the file those below a bookmark come before it.
  const bookmarks = [
    ...objects.matchAll(
      /(\d+) 0 obj\s*<<\s*(?:(?!>>)[\s\S])*?\/Parent(?:(?!>>)[\s\S])*?\/Title \(((?:\\.|[^\\)])*)\)/g,
    ),
  ]
    .toSorted(([, one], [, other]) => Number(one) - Number(other))
    .map(([, , title = ""]) => title.replace(/\\([()\\])/g, "$1"));
  return { pages: objects.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0, objects, streams, bookmarks };
}

function inflated(body: string): string {
  try {
    return inflateSync(Buffer.from(body, "latin1")).toString("latin1");
  } catch {
    return body;
  }
}
