import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Evidence } from "@kaudit/evidence";
import { findSecretCanaries, hostileStrings, instant, secretCanaries, seedSecretCanaries } from "@kaudit/testkit";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { packFormats, type PackOptions, type PackResult } from "../../src/pack/pack-input.js";
import { writePack } from "../../src/pack/write-pack.js";
import { evidenceFromEvents, exampleEvidence } from "../fixtures/log-evidence.js";
import { evidenceWithCsvHashes } from "../fixtures/csv-hashes.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { hostileRows } from "../fixtures/hostile-rows.js";
import { testKey } from "../support/keys.js";
import { unpackedPageData } from "../support/page-rows.js";
import { hasPoppler, needsPoppler, pageTexts } from "../support/poppler.js";

let folder = "";
let timeZone: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kaudit-pack-"));
  timeZone = process.env["TZ"];
});
afterEach(() => {
  vi.restoreAllMocks();
  if (timeZone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = timeZone;
  rmSync(folder, { recursive: true, force: true });
});

function write(evidence: Evidence, name: string, options: PackOptions = {}): Promise<PackResult> {
  const run = {
    startedAt: `2026-11-24T03:00:0${name.length % 10}Z`,
    finishedAt: () => "2026-11-24T03:01:00Z",
    host: `host-of-${name}`,
    user: name,
    arguments: [name],
    nodeVersion: process.version,
  };
  return writePack({ evidence, rejected: evidence.bundle.rejected as never, run, out: join(folder, name) }, options);
}

describe("a pack's content", { timeout: 60_000 }, () => {
  test("is the same byte for byte in another folder, time zone and locale, but for the facts of the run", async () => {
    process.env["TZ"] = "Pacific/Kiritimati";
    expect(new Date("2026-01-01").getTimezoneOffset()).toBe(-840);
    const first = await write(await exampleEvidence(), "one");
    process.env["TZ"] = "America/St_Johns";
    expect(new Date("2026-01-01").getTimezoneOffset()).toBe(210);
    // What asks for the locale gets another one: other digits, another order of letters.
    const estonian = new Intl.Collator("et");
    vi.spyOn(String.prototype, "localeCompare").mockImplementation(function (this: string, other: string) {
      return estonian.compare(String(this), other);
    });
    const arabic = new Intl.NumberFormat("ar-EG");
    vi.spyOn(Number.prototype, "toLocaleString").mockImplementation(function (this: number) {
      return arabic.format(Number(this));
    });
    const thai = new Intl.DateTimeFormat("th-TH");
    for (const method of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"] as const) {
      vi.spyOn(Date.prototype, method).mockImplementation(function (this: Date) {
        return thai.format(this);
      });
    }
    expect("z".localeCompare("t")).toBeLessThan(0);
    expect((1_234).toLocaleString()).toBe("١٬٢٣٤");
    const second = await write(await exampleEvidence(), "another folder");
    const ofRun = new Set(["manifest.json", "SHA256SUMS"]);
    const lasting = (pack: PackResult) => pack.files.filter((file) => !ofRun.has(file.path));
    expect(lasting(second)).toEqual(lasting(first));
    expect(lasting(first).length).toBeGreaterThanOrEqual(12);
    const manifests = [first, second].map((pack) => readFileSync(join(pack.out, "manifest.json"), "utf8"));
    expect(manifests[0]).not.toBe(manifests[1]);
  });

  test(
    "abuse case 20: holds no secret that stood in the log, in no file and in no form",
    { timeout: 180_000 },
    async () => {
      const seeded = seedSecretCanaries();
      const period = { from: instant(0), to: instant(seeded.length + 2), label: "the canaries" };
      const evidence = await evidenceFromEvents(
        seeded.map(({ event }) => event),
        period,
      );
      expect(secretCanaries.length).toBeGreaterThanOrEqual(40);
      expect(evidence.bundle.totals.insidePeriod).toBe(seeded.length);
      const pack = await write(evidence, "canaries", {
        signer: testKey().signer,
        formats: packFormats,
        timestampRequest: true,
      });
      expect(pack.files.map(({ path }) => path)).toEqual(
        expect.arrayContaining([
          "evidence.xlsx",
          "soc2.pdf",
          "soc2.html",
          "soc2.md",
          "controls/soc2-CC6.1.pdf",
          "ocsf/compliance-findings.jsonl",
          "oscal/assessment-results.json",
          "manifest.json.sig",
          "manifest.dsse.json",
        ]),
      );
      for (const { path } of pack.files) {
        const bytes = unpacked(join(pack.out, path));
        expect(`${path}: ${findSecretCanaries(bytes).join(", ")}`).toBe(`${path}: `);
      }
    },
  );

  test.skipIf(!hasPoppler)(`holds no secret in the text of the PDF${needsPoppler}`, async () => {
    const seeded = seedSecretCanaries();
    const period = { from: instant(0), to: instant(seeded.length + 2), label: "the canaries" };
    const evidence = await evidenceFromEvents(
      seeded.map(({ event }) => event),
      period,
    );
    const pack = await write(evidence, "canaries", { formats: ["pdf"] });
    const text = pageTexts(readFileSync(join(pack.out, "soc2.pdf"))).join("\n");
    expect(findSecretCanaries(text.replace(/\s+/g, ""))).toEqual([]);
    expect(text).toContain("Access to Secrets");
  });

  test("is inert as CSV, whatever the log says: no cell begins a formula, no line is broken", async () => {
    const values = hostileStrings.map((entry) => entry.value);
    const pack = await write(await evidenceWithCsvHashes(evidenceOf(hostileRows(values))), "hostile", {
      formats: ["csv"],
    });
    for (const { path } of pack.files.filter((file) => file.path.endsWith(".csv"))) {
      const text = readFileSync(join(pack.out, path), "utf8");
      const records = csvRecords(text);
      expect(records).toHaveLength(values.length + 1);
      for (const record of records) expect(record).toHaveLength(records[0]?.length ?? 0);
      for (const cell of records.slice(1).flat()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r|]/);
        expect(cell).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    }
  });
});

const hasQpdf = spawnSync("qpdf", ["--version"]).status === 0;

/** A PDF with its streams as they are before compression, where qpdf is installed, and its text where poppler is. */
function openedPdf(bytes: Buffer, file: string): Buffer {
  const parts: Buffer[] = [bytes];
  if (hasQpdf) {
    const { status, stdout } = spawnSync("qpdf", ["--qdf", "--stream-data=uncompress", file, "-"], {
      maxBuffer: 2 ** 28,
    });
    expect([0, 3]).toContain(status);
    expect(stdout.length).toBeGreaterThan(bytes.length / 2);
    parts.push(stdout);
  }
  if (hasPoppler) parts.push(Buffer.from(pageTexts(bytes).join("\n").replace(/\s+/g, "")));
  return Buffer.concat(parts);
}

/** A ZIP archive with what is in it, decompressed; a PDF with its streams and text; an envelope with its payload; everything else as it is. */
function unpacked(file: string): Buffer {
  const bytes = readFileSync(file);
  if (bytes.subarray(0, 4).toString("latin1") === "PK\u0003\u0004") {
    return Buffer.concat([bytes, ...Object.values(unzipSync(bytes))]);
  }
  if (bytes.subarray(0, 5).toString("latin1") === "%PDF-") return openedPdf(bytes, file);
  if (file.endsWith(".html")) return Buffer.concat([bytes, ...unpackedPageData(bytes.toString("utf8"))]);
  const [, payload] = /"payload": "([A-Za-z0-9+/=]+)"/.exec(bytes.toString("latin1")) ?? [];
  return payload === undefined ? bytes : Buffer.concat([bytes, Buffer.from(payload, "base64")]);
}

/** Reads CSV as RFC 4180 has it. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    const [, cell = "", end] = match;
    record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== "\r\n") continue;
    records.push(record);
    record = [];
  }
  return records;
}
