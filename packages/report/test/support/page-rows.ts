import { inflateSync } from "node:zlib";

/** What a page holds of a register: what is said about it, and the plain text of each column's rows. */
export interface PageRows {
  readonly about: {
    readonly total: number;
    readonly rowCount: number;
    readonly cells: readonly unknown[];
    readonly details: readonly string[];
  };
  readonly columns: readonly (readonly string[])[];
}

/** The packed bytes of the registers in a page, unpacked. */
export function unpackedPageData(html: string): readonly Buffer[] {
  const scripts = html.matchAll(/<script type="application\/octet-stream" id="rows-[a-z]+">([^<]*)<\/script>/g);
  return [...scripts].map(([, base64]) => inflateSync(Buffer.from(base64 ?? "", "base64")));
}

/** Reads a register from a page, by the layout that `packed-rows.ts` describes. */
export function unpackRows(html: string, register: string): PageRows {
  const script = new RegExp(`<script type="application/octet-stream" id="rows-${register}">([^<]*)</script>`).exec(
    html,
  );
  const bytes = inflateSync(Buffer.from(script?.[1] ?? "", "base64"));
  const headEnd = 4 + bytes.readUInt32LE(0);
  const { texts, ...about } = JSON.parse(bytes.toString("utf8", 4, headEnd));
  const plain = (texts as (string | string[])[]).map((text) =>
    typeof text === "string" ? text : text.filter((_, index) => index % 2 === 1).join(""),
  );
  const columns: string[][] = [];
  let place = 0;
  let coded = 0;
  let scale = 1;
  for (const byte of bytes.subarray(headEnd)) {
    coded += (byte & 127) * scale;
    scale *= 128;
    if (byte > 127) continue;
    const last = columns.at(-1);
    const isNew = last === undefined || last.length === about.rowCount;
    place = (isNew ? 0 : place) + (coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2);
    (isNew ? columns[columns.push([]) - 1] : last)?.push(plain[place] ?? "");
    coded = 0;
    scale = 1;
  }
  return { about, columns };
}
