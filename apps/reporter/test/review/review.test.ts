import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dispositions } from "@kaudit/evidence";
import { hostileStrings } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dispositionTemplate } from "../../src/review/disposition-template.js";
import type { ReviewedException } from "../../src/review/review-source.js";
import { runProgramHere } from "../run-program.js";
import { bundleOf, exceptionOf } from "./hand-made-bundle.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder: string;
let packs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-review-test-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function packOf(exceptions: readonly ReviewedException[]): Promise<string> {
  const pack = join(folder, `pack-${packs++}`);
  await mkdir(pack);
  await writeFile(join(pack, "bundle.json"), JSON.stringify(bundleOf(exceptions)));
  return pack;
}

const explained = { decision: "explained", by: "carol", at: "2026-11-02", ticket: "OPS-1", note: "" } as const;
const several = [
  exceptionOf({ id: "KX-013-00000001", rule: "KX-013", severity: "high", sentence: "dave opened a shell." }),
  exceptionOf(),
  exceptionOf({ id: "KX-001-00000002", rule: "KX-001", severity: "high", state: "closed", disposition: explained }),
];

function entry(id: string, by: string): string {
  return `  - { exception: ${id}, decision: explained, by: ${by}, at: 2026-11-02, note: known }\n`;
}

describe("kaudit review", () => {
  test("lists what is open, most severe first, and counts the rest", async () => {
    const { exitCode, stdout } = await runProgramHere(["review", await packOf(several)]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        "2 of 3 exceptions are open: 1 critical, 1 high",
        "October 2026, prod-eu-1",
        "",
        "critical  KX-002-91d4c0de",
        "  bob listed the Secrets of every namespace.",
        "  3 times, 2026-10-14 09:00:00 to 09:05:30 UTC, bob, secrets",
        "  Ask for the reason, and for a narrower right.",
        "",
        "high      KX-013-00000001",
        "  dave opened a shell.",
        "  3 times, 2026-10-14 09:00:00 to 09:05:30 UTC, bob, secrets",
        "  Ask for the reason, and for a narrower right.",
        "",
      ].join("\n"),
    );
  });

  test("says when nothing is open, and when there is nothing", async () => {
    const closed = await packOf([exceptionOf({ state: "closed", disposition: explained })]);
    expect((await runProgramHere(["review", closed])).stdout).toMatch(/^The one exception is decided\n/);
    expect((await runProgramHere(["review", await packOf([])])).stdout).toMatch(/^No rule singled anything out\n/);
  });

  test("-o json gives the open ones whole", async () => {
    const { stdout } = await runProgramHere(["review", await packOf(several), "-o", "json"]);
    const given = JSON.parse(stdout) as { readonly exceptions: readonly ReviewedException[]; readonly total: number };
    expect(given.total).toBe(3);
    expect(given.exceptions.map(({ id }) => id)).toEqual(["KX-002-91d4c0de", "KX-013-00000001"]);
    expect(given.exceptions[0]).toEqual(exceptionOf());
  });

  test("shows what a file of decisions would leave open, and which of them close nothing", async () => {
    const path = join(folder, "decided.yaml");
    await writeFile(
      path,
      `dispositions:\n${entry("KX-002-91d4c0de", "carol")}${entry("KX-013-00000001", "Bob")}${entry("KX-030-0000ffff", "carol")}`,
    );
    const { stdout } = await runProgramHere(["review", await packOf(several), "--dispositions", path]);
    expect(stdout).toMatch(/^2 of 3 exceptions are open: 2 high\n/);
    expect(stdout).toContain("2 dispositions close nothing:\n");
    expect(stdout).toContain("KX-013-00000001  by Bob, 2026-11-02: decided by who made the requests");
    expect(stdout).toContain("KX-030-0000ffff  by carol, 2026-11-02: no exception of this period has this id");
  });

  test.each([
    ["a bundle of another version", JSON.stringify({ schemaVersion: "kaudit.evidence/0" }), /holds no exceptions/],
    ["no JSON", "{", /is not JSON/],
  ])("refuses %s", async (_what, text, message) => {
    const pack = await packOf([]);
    await writeFile(join(pack, "bundle.json"), text);
    const { exitCode, stderr } = await runProgramHere(["review", pack]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test("approvals need the logs", async () => {
    const { exitCode, stderr } = await runProgramHere(["review", await packOf([]), "--approvals", "a.yaml"]);
    expect([exitCode, /needs the logs/.test(stderr)]).toEqual([2, true]);
  });

  test("logs need a period", async () => {
    const { exitCode, stderr } = await runProgramHere(["review", example]);
    expect([exitCode, /needs a period/.test(stderr)]).toEqual([2, true]);
  });
});

describe("kaudit review --out", () => {
  test("writes a file that waits for decisions, and that a report takes as it is", async () => {
    const path = join(folder, "template.yaml");
    const { exitCode, stderr } = await runProgramHere(["review", await packOf(several), "--out", path]);
    expect([exitCode, stderr]).toEqual([0, `kaudit: wrote ${path} with 2 entries to decide\n`]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text).toContain("# yaml-language-server: $schema=https://");
    expect(text).toContain("  # critical: bob listed the Secrets of every namespace.\n");
    const empty = { decision: null, by: null, at: null, ticket: null, note: null };
    expect(parse(text)).toEqual({
      dispositions: [
        { exception: "KX-002-91d4c0de", ...empty },
        { exception: "KX-013-00000001", ...empty },
      ],
    });
    expect(await runProgramHere(["config", "check", path])).toMatchObject({ exitCode: 0 });
    const again = await runProgramHere(["review", await packOf(several), "--dispositions", path]);
    expect(again.stdout).toMatch(/^3 of 3 exceptions are open/);
  });

  test("adds to a file what it lacks, and leaves every byte that is there", async () => {
    const path = join(folder, "kept.yaml");
    const mine = [
      "# ours",
      "dispositions:",
      "    # decided on Monday",
      '    - {exception: "KX-013-00000001",   decision: explained, by: carol, at: 2026-11-02, ticket: OPS-1}',
    ].join("\n");
    await writeFile(path, mine);
    const run = ["review", await packOf(several), "--out", path];
    expect((await runProgramHere(run)).stderr).toContain("1 entry added, 1 there before");
    const text = await readFile(path, "utf8");
    expect(text.startsWith(mine)).toBe(true);
    const ids = Dispositions.parse(parse(text)).dispositions.map(({ exception, decision }) => [exception, decision]);
    expect(ids).toEqual([
      ["KX-013-00000001", "explained"],
      ["KX-002-91d4c0de", null],
    ]);
    expect((await runProgramHere(run)).stderr).toContain("0 entries added, 2 there before");
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("fills the list of a template that had nothing to decide", async () => {
    const path = join(folder, "filled.yaml");
    await runProgramHere(["review", await packOf([]), "--out", path]);
    expect(await readFile(path, "utf8")).toMatch(/^dispositions: \[\]$/m);
    await runProgramHere(["review", await packOf(several), "--out", path]);
    expect(Dispositions.parse(parse(await readFile(path, "utf8"))).dispositions).toHaveLength(2);
  });

  test.each([
    ["a list in brackets", "dispositions: [{exception: KX-013-00000001}]\n"],
    ["JSON", '{"dispositions": []}\n'],
  ])("refuses to add to %s, and leaves it", async (_what, text) => {
    const path = join(folder, `refused-${packs++}.yaml`);
    await writeFile(path, text);
    const { exitCode, stderr } = await runProgramHere(["review", await packOf(several), "--out", path]);
    expect([exitCode, /name another file/.test(stderr)]).toEqual([4, true]);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("refuses a file that is not right before it reads anything else", async () => {
    const path = join(folder, "wrong.yaml");
    await writeFile(path, "dispositions:\n  - exception: KX-013-00000001\n    decison: explained\n");
    const { exitCode, stderr } = await runProgramHere(["review", join(folder, "no-such-pack"), "--out", path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('wrong.yaml:3:5: dispositions[0].decison: is not known here; did you mean "decision"?');
  });
});

/** Characters that act on a terminal, or on the lines of a file. */
const active = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b]/u;

describe("text of the log in a review", () => {
  const hostile = hostileStrings.map(({ value }, index) =>
    exceptionOf({
      id: `KX-001-${index.toString(16).padStart(8, "0")}`,
      sentence: `${value} read a Secret.`,
      actor: value,
      impersonated: value,
      subject: value,
      remedy: value,
    }),
  );

  test("is inert in the YAML that it is a comment of", () => {
    const text = dispositionTemplate(hostile);
    const { dispositions } = Dispositions.parse(parse(text));
    expect(dispositions.map(({ exception }) => exception).toSorted()).toEqual(hostile.map(({ id }) => id).toSorted());
    for (const line of text.split("\n"))
      expect(line).toMatch(/^( *#.*|dispositions:| {2}- exception: KX-001-[0-9a-f]{8}| {4}\w+:|)$/);
    expect(text.replaceAll("\n", "")).not.toMatch(active);
  });

  test("is inert on the terminal", async () => {
    const { stdout } = await runProgramHere(["review", await packOf(hostile)], {
      terminal: 80,
      environment: { NO_COLOR: "1" },
    });
    expect(stdout.replaceAll("\n", "")).not.toMatch(active);
    expect(stdout.match(/^critical {2}KX-001-/gm)).toHaveLength(hostile.length);
  });
});
