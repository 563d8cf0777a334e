import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Evidence } from "@kaudit/evidence";
import { registerNames } from "@kaudit/evidence";
import type { RejectedRecord } from "@kaudit/schema";
import { installErrorMatchers } from "@kaudit/testkit";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PackInput } from "../../src/pack/pack-input.js";
import { writePack } from "../../src/pack/write-pack.js";
import { exampleEvidence } from "../fixtures/log-evidence.js";

installErrorMatchers();

const rejected: readonly RejectedRecord[] = [
  {
    file: "audit.log",
    byteOffset: 1_042,
    byteLength: 17,
    reason: "not-json",
    detail: 'unexpected end, after "kind"',
    excerpt: '=cmd|"calc"',
  },
];

const run = {
  startedAt: "2026-11-24T03:00:00Z",
  finishedAt: () => "2026-11-24T03:00:07Z",
  host: "auditor-1",
  user: "kaudit",
  arguments: ["report", "--framework", "soc2"],
  options: { strict: false, framework: "soc2" },
  nodeVersion: "v20.20.2",
};

/** Rights as `ls` shows them; the process may run as root, who may read everything. */
function rights(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => lstatSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"))
    .toSorted();
}

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

describe("writePack", { timeout: 60_000 }, () => {
  let evidence: Evidence;
  let folder = "";

  beforeAll(async () => {
    evidence = await exampleEvidence();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kaudit-pack-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function input(given: Partial<PackInput> = {}): PackInput {
    return { evidence, rejected, run, out: join(folder, "2026-11"), ...given };
  }

  test("holds what ARCHITECTURE names, readable by its owner only, and nothing is left beside it", async () => {
    const pack = await writePack(input());
    const expected = [
      "README.txt",
      "SHA256SUMS",
      "bundle.json",
      "evidence.xlsx",
      "manifest.json",
      "oscal/assessment-results.json",
      ...registerNames.map((name) => `registers/${name}.csv`),
      "rejected.csv",
      "soc2.html",
      "soc2.pdf",
    ].toSorted();
    expect(filesUnder(pack.out)).toEqual(expected);
    expect(pack.files.map((file) => file.path)).toEqual(expected);
    for (const file of expected) expect(`${file} ${rights(join(pack.out, file))}`).toBe(`${file} 600`);
    expect([rights(pack.out), rights(join(pack.out, "registers"))]).toEqual(["700", "700"]);
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test("sha256sum finds every file as it was written, and the result says the same", async () => {
    const pack = await writePack(input());
    const checked = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], {
      cwd: pack.out,
      encoding: "utf8",
    });
    expect(checked.trimEnd().split("\n").toSorted()).toEqual(
      filesUnder(pack.out)
        .filter((file) => file !== "SHA256SUMS")
        .map((file) => `${file}: OK`),
    );
    for (const file of pack.files) {
      expect(sha256(join(pack.out, file.path))).toBe(file.sha256);
      expect(lstatSync(join(pack.out, file.path)).size).toBe(file.bytes);
    }
    expect(pack.bytes).toBe(pack.files.reduce((sum, file) => sum + file.bytes, 0));
    expect(pack.evidenceId).toBe(sha256(join(pack.out, "bundle.json")));
  });

  test("the manifest names the run, every input and every other file with its hash", async () => {
    const pack = await writePack(input());
    const manifest = JSON.parse(readFileSync(join(pack.out, "manifest.json"), "utf8"));
    expect(manifest.run).toEqual({
      startedAt: "2026-11-24T03:00:00Z",
      finishedAt: "2026-11-24T03:00:07Z",
      host: "auditor-1",
      user: "kaudit",
      arguments: ["report", "--framework", "soc2"],
      nodeVersion: "v20.20.2",
      out: pack.out,
    });
    expect(manifest.evidenceId).toBe(pack.evidenceId);
    expect(manifest.previousManifest).toBeNull();
    expect(manifest.signing).toBeNull();
    expect(manifest.configuration).toEqual({
      options: { framework: "soc2", strict: false },
      sha256: createHash("sha256").update('{"framework":"soc2","strict":false}').digest("hex"),
    });
    expect(manifest.totals).toEqual(evidence.bundle.totals);
    expect(manifest.ruleSets).toEqual(evidence.bundle.ruleSets);
    expect(manifest.registers).toEqual(
      evidence.bundle.registers.map(({ name, rows, sha256: hash }) => ({ name, rows, sha256: hash })),
    );
    const logs = new URL("../../../../examples/recommended-policy/", import.meta.url);
    const inputs = readdirSync(logs)
      .filter((name) => name.endsWith(".log"))
      .map((file) => ({ file, bytes: readFileSync(new URL(file, logs)).length }));
    expect(manifest.inputs.map(({ file, bytes }: { file: string; bytes: number }) => ({ file, bytes }))).toEqual(
      inputs,
    );
    for (const { file, sha256: hash } of manifest.inputs) {
      expect(
        createHash("sha256")
          .update(readFileSync(new URL(file, logs)))
          .digest("hex"),
      ).toBe(hash);
    }
    const own = new Set(["manifest.json", "SHA256SUMS"]);
    expect(manifest.outputs).toEqual(pack.files.filter((file) => !own.has(file.path)));
  });

  test("each register's file has the hash that the bundle gives it", async () => {
    const pack = await writePack(input(), { formats: ["csv"] });
    const bundle = JSON.parse(readFileSync(join(pack.out, "bundle.json"), "utf8")) as Evidence["bundle"];
    expect(bundle.registers.map((register) => register.name)).toEqual(registerNames);
    for (const register of bundle.registers) {
      expect(sha256(join(pack.out, register.file))).toBe(register.sha256);
      const lines = readFileSync(join(pack.out, register.file), "utf8").split("\r\n");
      expect(lines.length).toBe(register.rows + 2);
    }
  });

  test("rows that do not have the bundle's hash are refused", async () => {
    const changed: Evidence = {
      bundle: evidence.bundle,
      rows: (name) =>
        (async function* () {
          for await (const row of evidence.rows(name)) yield { ...row, actor: "somebody else" };
        })(),
    };
    await expect(writePack(input({ evidence: changed }), { formats: ["csv"] })).toRejectWithCode(
      "KAUDIT_REPORT_ROWS_DIFFER",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("rejected records are listed, and what a spreadsheet would run is not run", async () => {
    const pack = await writePack(input(), { formats: ["json"] });
    expect(readFileSync(join(pack.out, "rejected.csv"), "utf8")).toBe(
      "file,byteOffset,byteLength,reason,detail,excerpt\r\n" +
        `audit.log,1042,17,not-json,"unexpected end, after ""kind""","'=cmd|""calc"""\r\n`,
    );
  });

  test.each([
    [["json"], []],
    [["html"], ["soc2.html"]],
    [["pdf", "json"], ["soc2.pdf"]],
    [["xlsx"], ["evidence.xlsx"]],
    [["oscal"], ["oscal/assessment-results.json"]],
  ] as const)("with the formats %j only %j is written beside what is always there", async (formats, documents) => {
    const pack = await writePack(input(), { formats });
    const always = ["README.txt", "SHA256SUMS", "bundle.json", "manifest.json", "rejected.csv"];
    expect(filesUnder(pack.out)).toEqual([...always, ...documents].toSorted());
    const readme = readFileSync(join(pack.out, "README.txt"), "utf8");
    for (const name of ["soc2.html", "soc2.pdf", "evidence.xlsx"]) {
      expect(readme.includes(`  ${name}`)).toBe((documents as readonly string[]).includes(name));
    }
    expect(readme).not.toContain("registers/");
    expect(Math.max(...readme.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("a framework that the bundle does not hold is refused before anything is written", async () => {
    await expect(writePack(input(), { frameworks: ["soc2", "../../etc"] })).toRejectWithCode(
      "KAUDIT_REPORT_UNKNOWN_FRAMEWORK",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("an existing folder is refused, also an empty one, and stays as it was", async () => {
    const out = join(folder, "2026-11");
    mkdirSync(out);
    await expect(writePack(input(), { formats: ["json"] })).toRejectWithCode("KAUDIT_REPORT_OUT_EXISTS");
    writeFileSync(join(out, "mine.txt"), "mine");
    await expect(writePack(input(), { formats: ["json"] })).rejects.toThrow(/exists already.*--force/);
    expect(filesUnder(out)).toEqual(["mine.txt"]);
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test("with force an earlier pack is replaced and its manifest's hash is kept", async () => {
    const first = await writePack(input(), { formats: ["csv"] });
    const before = sha256(join(first.out, "manifest.json"));
    const second = await writePack(input(), { formats: ["json"], force: true });
    const manifest = JSON.parse(readFileSync(join(second.out, "manifest.json"), "utf8"));
    expect(manifest.previousManifest).toEqual({ sha256: before });
    expect(filesUnder(second.out).filter((file) => file.startsWith("registers/"))).toEqual([]);
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test.each(["a folder of other things", "a file", "a link"])("force does not replace %s", async (kind) => {
    const out = join(folder, "2026-11");
    if (kind === "a file") writeFileSync(out, "mine");
    else if (kind === "a link") symlinkSync(tmpdir(), out);
    else {
      mkdirSync(out);
      writeFileSync(join(out, "mine.txt"), "mine");
    }
    const before = lstatSync(out).ino;
    await expect(writePack(input(), { formats: ["json"], force: true })).rejects.toThrow(/is not an evidence pack/);
    expect(lstatSync(out).ino).toBe(before);
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test("names the pack before it, given by its folder, and the one that it replaced", async () => {
    const october = await writePack(input({ out: join(folder, "2026-10") }), { formats: ["json"] });
    const replaced = await writePack(input(), { formats: ["json"] });
    const hashes = [october, replaced].map((pack) => sha256(join(pack.out, "manifest.json")));
    const pack = await writePack(input(), { formats: ["json"], force: true, previous: october.out });
    const manifest = JSON.parse(readFileSync(join(pack.out, "manifest.json"), "utf8"));
    expect(manifest.previousManifest).toEqual({ sha256: hashes[0] });
    expect(manifest.replacedManifest).toEqual({ sha256: hashes[1] });
    await expect(
      writePack(input({ out: join(folder, "x") }), { formats: ["json"], previous: folder }),
    ).toRejectWithCode("KAUDIT_REPORT_PACK_UNREADABLE");
  });

  test("force replaces an empty folder", async () => {
    mkdirSync(join(folder, "2026-11"));
    const pack = await writePack(input(), { formats: ["json"], force: true });
    expect(JSON.parse(readFileSync(join(pack.out, "manifest.json"), "utf8")).previousManifest).toBeNull();
  });

  test("of two packs written to one place at once, one wins whole and the other says so", async () => {
    const results = await Promise.allSettled([
      writePack(input({ run: { ...run, host: "one" } }), { formats: ["csv"] }),
      writePack(input({ run: { ...run, host: "two" } }), { formats: ["csv"] }),
    ]);
    expect(results.map((result) => result.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const lost = results.find((result) => result.status === "rejected");
    expect(lost?.reason).toHaveProperty("code", "KAUDIT_REPORT_OUT_EXISTS");
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: join(folder, "2026-11") });
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test("of two that replace a pack at once, what stands there in the end is whole and names the one it replaced", async () => {
    await writePack(input(), { formats: ["csv"] });
    const before = sha256(join(folder, "2026-11", "manifest.json"));
    const results = await Promise.allSettled(
      ["one", "two"].map((host) => writePack(input({ run: { ...run, host } }), { formats: ["csv"], force: true })),
    );
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toHaveProperty("code", "KAUDIT_REPORT_OUT_EXISTS");
    }
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    const manifest = JSON.parse(readFileSync(join(folder, "2026-11", "manifest.json"), "utf8"));
    expect(manifest.previousManifest).toEqual({ sha256: before });
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: join(folder, "2026-11") });
    expect(readdirSync(folder)).toEqual(["2026-11"]);
  });

  test("a stop signal ends the writing with its reason and leaves nothing behind", async () => {
    const controller = new AbortController();
    const stopped = new Error("stopped by SIGTERM");
    const slow: Evidence = {
      bundle: evidence.bundle,
      rows: (name) =>
        (async function* () {
          for await (const row of evidence.rows(name)) {
            if (name === "sessions") controller.abort(stopped);
            yield row;
          }
        })(),
    };
    await expect(writePack(input({ evidence: slow }), { signal: controller.signal })).rejects.toBe(stopped);
    expect(readdirSync(folder)).toEqual([]);
    await expect(writePack(input(), { signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped);
  });

  test("an error of the evidence passes through and leaves nothing behind", async () => {
    const broken: Evidence = {
      bundle: evidence.bundle,
      rows: () => {
        throw new Error("the spool is closed");
      },
    };
    await expect(writePack(input({ evidence: broken }))).rejects.toThrow("the spool is closed");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a place under a file cannot be written, and the message says what to do", async () => {
    writeFileSync(join(folder, "file"), "");
    const out = join(folder, "file", "2026-11");
    await expect(writePack(input({ out }))).toRejectWithCode("KAUDIT_REPORT_OUT_UNWRITABLE");
    await expect(writePack(input({ out }))).rejects.toThrow(/is a file, not a folder\. Name another folder\./);
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission cannot be written", async () => {
    chmodSync(folder, 0o500);
    await expect(writePack(input())).toRejectWithCode("KAUDIT_REPORT_OUT_UNWRITABLE");
    chmodSync(folder, 0o700);
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is told as such", async () => {
    const { unwritable } = await import("../../src/pack/unwritable.js");
    const { writeFile } = await import("node:fs/promises");
    const error = await writeFile("/dev/full", "x").catch((caught: unknown) => unwritable("/evidence/2026-10", caught));
    expect(error).toHaveProperty("code", "KAUDIT_REPORT_OUT_UNWRITABLE");
    expect(String(error)).toContain("/evidence/2026-10 cannot be written: no space is left on the disk. Free some");
  });

  test("missing parents are made", async () => {
    const out = join(folder, "evidence", "prod", "2026-11");
    await writePack(input({ out }), { formats: ["json"] });
    expect(existsSync(join(out, "manifest.json"))).toBe(true);
  });
});
