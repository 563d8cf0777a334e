import { createHash } from "node:crypto";
import { inertCell, registerColumns, registerCsv, registerNames } from "@kaudit/evidence";
import type { Evidence, RegisterRow } from "@kaudit/evidence";
import { findSecretCanaries, hostileStrings, instant, secretCanaries, seedSecretCanaries } from "@kaudit/testkit";
import readXlsxFile from "read-excel-file/node";
import { describe, expect, test } from "vitest";
import { columnLetters } from "../../src/xlsx/cells.js";
import { maxCellCharacters } from "../../src/xlsx/cell-text.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { hostileRows } from "../fixtures/hostile-rows.js";
import { evidenceFromEvents, exampleEvidence } from "../fixtures/log-evidence.js";
import { rbacRow, secretsRow } from "../fixtures/sample-rows.js";
import { openWorkbook, workbookBytes } from "../support/workbook.js";

async function rowsOf(evidence: Evidence, name: (typeof registerNames)[number]): Promise<readonly RegisterRow[]> {
  const rows: RegisterRow[] = [];
  for await (const row of evidence.rows(name)) rows.push(row);
  return rows;
}

/** A register's file as cells, read the plain way. */
async function csvCells(evidence: Evidence, name: (typeof registerNames)[number]): Promise<readonly string[][]> {
  let text = "";
  for await (const piece of registerCsv(name, evidence.rows(name))) text += piece;
  const records: string[][] = [[]];
  for (const [, cell = "", end] of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    records.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === "\r\n") records.push([]);
  }
  return records.slice(0, -1);
}

describe("renderXlsx", () => {
  test("gives every register whole: the cells of its CSV file, and each moment as a date beside its text", async () => {
    const evidence = await exampleEvidence();
    const book = openWorkbook(await workbookBytes(evidence));
    expect(book.sheetNames).toEqual([
      "about",
      "totals",
      "inputs",
      "controls",
      "exceptions",
      "sample",
      "findings",
      ...registerNames,
    ]);
    let compared = 0;
    for (const name of registerNames) {
      const [, ...expected] = await csvCells(evidence, name);
      const records = book.records(name);
      expect(records).toHaveLength(expected.length);
      for (const [at, cells] of expected.entries()) {
        for (const [index, column] of registerColumns(name).entries()) {
          const shown = records[at]?.[column] ?? "";
          const plain =
            shown === "0" || shown === "1" ? [shown, shown === "1" ? "true" : "false"] : [shown, inertCell(shown)];
          // A cell of the CSV file may have a quote in front, against formulas; that is the only difference.
          expect([...plain, `'${shown}`]).toContain(cells[index]);
          compared += 1;
        }
        const { time = "" } = (await rowsOf(evidence, name))[at] ?? {};
        const serial = Number(records[at]?.["time (date, UTC)"]);
        expect(new Date(Math.round((serial - 25_569) * 86_400_000)).toISOString()).toBe(`${time.slice(0, 23)}Z`);
      }
    }
    expect(compared).toBeGreaterThan(2_000);
  });

  test("is read by an independent reader: names, numbers, true and false, dates", async () => {
    const evidence = await exampleEvidence();
    const bytes = await workbookBytes(evidence);
    const sheets = await readXlsxFile(bytes);
    expect(sheets.map(({ sheet }) => sheet)).toEqual(openWorkbook(bytes).sheetNames);
    const rows = await rowsOf(evidence, "secrets");
    const [head = [], ...body] = sheets.find(({ sheet }) => sheet === "secrets")?.data ?? [];
    const at = (name: string): number => head.indexOf(name);
    expect(body).toHaveLength(rows.length);
    for (const [index, row] of (rows as ReturnType<typeof secretsRow>[]).entries()) {
      const cells = body[index] ?? [];
      expect(cells[at("code")]).toBe(row.code);
      expect(cells[at("bulk")]).toBe(row.bulk);
      expect(cells[at("actor")]).toBe(row.actor === "" ? null : row.actor);
      expect(cells[at("time")]).toBe(row.time);
      expect((cells[at("time (date, UTC)")] as unknown as Date).toISOString()).toBe(`${row.time.slice(0, 23)}Z`);
    }
  });

  test("totals, inputs and controls are those of the bundle", async () => {
    const { bundle, rows } = await exampleEvidence();
    const book = openWorkbook(await workbookBytes({ bundle, rows }));
    expect(
      book.records("totals").every((record) => record["Result, or SHA-256 of the population"] !== "does not tie"),
    ).toBe(true);
    expect(book.records("totals")[0]).toMatchObject({ Total: "Records read", Count: String(bundle.totals.records) });
    const populations = book.records("totals").filter((record) => record["Total"] === "Rows of the register");
    expect(
      populations.map((record) => [
        record["Of these"],
        record["Count"],
        record["Result, or SHA-256 of the population"],
      ]),
    ).toEqual(bundle.registers.map(({ name, rows: count, sha256 }) => [name, String(count), sha256]));
    expect(book.records("inputs").map((record) => record["SHA-256"])).toEqual(
      bundle.inputs.map(({ sha256 }) => sha256),
    );
    const controls = bundle.frameworks.flatMap((framework) => framework.controls);
    expect(book.records("controls").map((record) => [record["Control"], record["Status"]])).toEqual(
      controls.map(({ id, status }) => [id, status]),
    );
  });

  test("exceptions and the sample have a sheet when the bundle has them", async () => {
    const { bundle, rows } = evidenceOf({ rows: { secrets: [secretsRow()] } });
    const exception = {
      id: "KX-001-0a1b2c3d",
      rule: "KX-001",
      severity: "high",
      state: "open",
      sentence: "=alice read\u0007 3 Secrets",
      register: "secrets",
      actor: "alice",
      count: 3,
      first: "2026-10-05T09:00:00.123456Z",
      last: "2026-10-05T09:00:03.000000Z",
      disposition: null,
      rowIds: ["secrets-1", "secrets-2"],
    };
    const sample = {
      size: 1,
      populations: [
        {
          register: "secrets",
          populationSha256: "ab".repeat(32),
          rows: 9,
          selected: ["secrets-7"],
          replacements: ["secrets-2"],
        },
      ],
    };
    const book = openWorkbook(
      await workbookBytes(
        { bundle: { ...bundle, exceptions: [exception], sample } as never, rows },
        { evidenceId: "0".repeat(64) },
      ),
    );
    expect(book.records("exceptions")).toEqual([
      {
        Id: "KX-001-0a1b2c3d",
        Rule: "KX-001",
        Severity: "high",
        State: "open",
        "What happened": "=alice read\\x07 3 Secrets",
        Register: "secrets",
        Actor: "alice",
        Requests: "3",
        "First (UTC)": "2026-10-05T09:00:00.123456Z",
        "First (date, UTC)": expect.stringMatching(/^46300\.3750014/),
        "Last (UTC)": "2026-10-05T09:00:03.000000Z",
        "Last (date, UTC)": expect.stringMatching(/^46300\.3750347/),
        "First rows": "secrets-1; secrets-2",
      },
    ]);
    expect(
      book.records("sample").map((record) => [record["Row"], record["Use"], record["SHA-256 of the population"]]),
    ).toEqual([
      ["secrets-7", "selected", "ab".repeat(32)],
      ["secrets-2", "replacement", "ab".repeat(32)],
    ]);
  });

  test("has a head that stays, a filter over all columns and rows, and the head on every printed page", async () => {
    const book = openWorkbook(await workbookBytes(evidenceOf({ rows: { secrets: [secretsRow(), secretsRow()] } })));
    const heads = book.rows("secrets")[0]?.size ?? 0;
    const last = columnLetters(heads - 1);
    const sheet = [...book.parts.values()].find((text) => text.includes(`<autoFilter ref="A1:${last}3"/>`)) ?? "";
    expect(heads).toBe(registerColumns("secrets").length + 1);
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect([...sheet.matchAll(/<col /g)]).toHaveLength(heads);
    const workbook = book.parts.get("xl/workbook.xml");
    expect(workbook).toContain(`'secrets'!$A$1:$${last}$3</definedName>`);
    expect(workbook).toContain("'secrets'!$1:$1</definedName>");
  });

  test("abuse case 32: whatever the log says, a cell is text, never a formula, and every part is XML", async () => {
    const values = [
      ...hostileStrings.map(({ value }) => value),
      "_x003D_1+1",
      "_x0041_",
      "a_x000D_b",
      "\u{1F512} \ud800 \uffff",
    ];
    const evidence = evidenceOf(hostileRows(values));
    const book = openWorkbook(await workbookBytes(evidence));
    const styles = book.parts.get("xl/styles.xml") ?? "";
    const quoted = [...(/<cellXfs.*<\/cellXfs>/s.exec(styles)?.[0] ?? "").matchAll(/<xf [^>]*>/g)].map(([xf]) =>
      xf.includes('quotePrefix="1"'),
    );
    for (const [path, text] of book.parts)
      expect(`${path}: ${/<f[ >]|<hyperlink|externalLink/.exec(text)?.[0] ?? ""}`).toBe(`${path}: `);
    let texts = 0;
    for (const name of registerNames) {
      const rows = book.rows(name);
      expect(rows).toHaveLength(values.length + 1);
      for (const cell of rows.flatMap((row) => [...row.values()])) {
        if (cell.type !== "text") continue;
        texts += 1;
        expect(quoted[cell.style]).toBe(true);
        expect(cell.value).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u);
      }
      const actors = book.records(name).map((record) => record["userAgent"]);
      const [, ...csv] = await csvCells(evidence, name);
      const column = registerColumns(name).indexOf("userAgent");
      expect(actors.filter((actor) => actor?.includes("… [cut"))).toEqual([]);
      for (const [at, actor = ""] of actors.entries()) expect([actor, `'${actor}`]).toContain(csv[at]?.[column]);
    }
    expect(texts).toBeGreaterThan(10_000);
  });

  test("abuse case 20: holds no secret that stood in the log, unpacked", async () => {
    const seeded = seedSecretCanaries();
    const period = { from: instant(0), to: instant(seeded.length + 2), label: "the canaries" };
    const evidence = await evidenceFromEvents(
      seeded.map(({ event }) => event),
      period,
    );
    const book = openWorkbook(await workbookBytes(evidence));
    expect(book.records("secrets").length + book.records("sessions").length).toBeGreaterThan(secretCanaries.length);
    const found = [...book.parts].map(([path, text]) => [path, findSecretCanaries(text)] as const);
    expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
  });

  test("more rows than a sheet holds go on in the next, and the first sheet says so", async () => {
    const rows = Array.from({ length: 25 }, (_, n) => secretsRow({ rowId: `secrets-${n}` }));
    const bytes = await workbookBytes(evidenceOf({ rows: { secrets: rows } }), { limits: { rows: 11 } });
    const book = openWorkbook(bytes);
    const parts = ["secrets", "secrets (2)", "secrets (3)"];
    expect(parts.map((name) => book.records(name).length)).toEqual([10, 10, 5]);
    expect(parts.flatMap((name) => book.records(name).map((record) => record["rowId"]))).toEqual(
      rows.map(({ rowId }) => rowId),
    );
    expect(book.rows("secrets (3)")[0]).toEqual(book.rows("secrets")[0]);
    const about = book.records("about").filter((record) => record["Sheet"]?.startsWith("secrets"));
    expect(about.map((record) => record["Content"])).toEqual(
      [1, 2, 3].map(
        (n) =>
          `Sheet ${n} of 3: its 25 rows are more than one sheet holds. Filters and sums see one sheet only. The same in registers/secrets.csv.`,
      ),
    );
  });

  test("rows for which the file has no room are left out, counted and said", async () => {
    const rows = Array.from({ length: 6_000 }, (_, n) =>
      secretsRow({ rowId: createHash("sha256").update(String(n)).digest("hex") }),
    );
    const book = openWorkbook(
      await workbookBytes(evidenceOf({ rows: { secrets: rows } }), { limits: { fileBytes: 150_000 } }),
    );
    const kept = book.records("secrets").length;
    expect(kept).toBeGreaterThan(1_000);
    expect(kept).toBeLessThan(6_000);
    const about = book.records("about").find((record) => record["Sheet"] === "secrets");
    expect(about?.["Content"]).toContain(
      `${(6_000 - kept).toLocaleString("en")} rows more did not fit into this file.`,
    );
    expect(about?.["Content"]).toContain("registers/secrets.csv");
  });

  test("text that is longer than a cell can be is cut, says so, and is counted", async () => {
    const after = `"${"\u{1F512}".repeat(20_000)}"`;
    const book = openWorkbook(await workbookBytes(evidenceOf({ rows: { rbac: [rbacRow({ after }), rbacRow()] } })));
    const [cut] = book.records("rbac").map((record) => record["after"] ?? "");
    expect(cut?.length).toBeLessThanOrEqual(maxCellCharacters);
    const [, kept = "", more] = /^(.*) … \[cut: (\d+) more characters\]$/u.exec(cut ?? "") ?? [];
    expect(kept.length + Number(more)).toBe(after.length);
    expect(kept).not.toMatch(/\p{Cs}/u);
    expect(book.records("about").find((record) => record["Sheet"] === "rbac")?.["Content"]).toContain(
      "1 cell cut at 32,767 characters",
    );
  });

  test("is the same byte for byte in another time zone and at another time, with the times of the period's end", async () => {
    const zone = process.env["TZ"];
    try {
      process.env["TZ"] = "Pacific/Kiritimati";
      const first = await workbookBytes(await exampleEvidence());
      process.env["TZ"] = "America/St_Johns";
      const second = await workbookBytes(await exampleEvidence());
      expect(second.equals(first)).toBe(true);
      // 2026-11-22 13:00:00 as MS-DOS has it: time 0x6800, date 0x5d76.
      expect(first.readUInt32LE(10)).toBe(0x5d76_6800);
      expect(openWorkbook(first).parts.get("docProps/core.xml")).toContain(">2026-11-22T13:00:00Z</dcterms:modified>");
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  test("memory does not grow with the number of rows", async () => {
    const { bundle } = evidenceOf({ rows: {} });
    let made = 0;
    const evidence: Evidence = {
      bundle,
      rows: ((name: string) =>
        (async function* () {
          if (name !== "secrets") return;
          for (; made < 12_000; made++) yield secretsRow({ rowId: `secrets-${made}`, auditID: `id-${made}` });
        })()) as Evidence["rows"],
    };
    let bytes = 0;
    let largest = 0;
    const { renderXlsx } = await import("../../src/xlsx/render-xlsx.js");
    for await (const piece of renderXlsx(evidence, { evidenceId: "0" })) {
      bytes += piece.length;
      largest = Math.max(largest, piece.length);
      // Pieces come while rows are still being made, not at the end.
      if (made === 6_000) expect(bytes).toBeGreaterThan(40_000);
    }
    expect(made).toBe(12_000);
    expect(largest).toBeLessThan(1_000_000);
  });
});
