import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EvidenceBundle } from "@kaudit/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "./run-program.js";

const page = fileURLToPath(new URL("../../../docs/decisions.md", import.meta.url));
const example = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));
const home = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-decisions-page-"));
  for (const name of ["audit.log", "policy.yaml"]) await copyFile(join(example, name), join(folder, name));
  process.chdir(folder);
});

afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true, force: true });
});

async function bundleOf(pack: string): Promise<EvidenceBundle> {
  return JSON.parse(await readFile(join(folder, pack, "bundle.json"), "utf8")) as EvidenceBundle;
}

/** Decides every entry of the template that is not decided yet. */
async function decide(by: string, note: string): Promise<void> {
  const path = join(folder, "dispositions.yaml");
  const text = await readFile(path, "utf8");
  const fields = `    decision: explained\n    by: ${by}\n    at: 2026-12-01\n    ticket:\n    note: ${note}\n`;
  await writeFile(path, text.replaceAll(/ {4}decision:\n {4}by:\n {4}at:\n {4}ticket:\n {4}note:\n/g, fields));
}

function reportTo(out: string) {
  const files = ["--config", "kaudit.yaml", "--dispositions", "dispositions.yaml"];
  return runProgramHere(["report", ...files, "--format", "json", "--out", out]);
}

function idOf(stdout: string): string | undefined {
  return /evidence id (\w+)/.exec(stdout)?.[1];
}

/** What makes an exception the same in a run with other settings. */
function idsOf({ exceptions }: EvidenceBundle): ReadonlySet<string> {
  return new Set(exceptions.map(({ rule, actor, subject, first }) => [rule, actor, subject, first].join()));
}

describe("docs/decisions.md", { timeout: 120_000 }, () => {
  test("every file on it is right, and every command runs, in its order", async () => {
    const text = await readFile(page, "utf8");
    const outputs = new Map<string, string>();
    for (const [, language, name = "", body = ""] of text.matchAll(/^```(yaml|sh) ?(\S*)\n([^]*?)^```$/gm)) {
      if (language === "yaml") await writeFile(join(folder, name), body);
      if (language !== "sh") continue;
      for (const line of body.trimEnd().split("\n")) {
        if (!line.startsWith("kaudit ")) continue;
        const { exitCode, stdout, stderr } = await runProgramHere(line.split(" ").slice(1));
        expect({ line, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ line, exitCode: 0, stderr: "" });
        outputs.set(line, stdout);
        if (line.includes("--out dispositions.yaml")) await decide("carol", "Known.");
      }
    }
    expect(outputs.size).toBe(6);
    expect(outputs.get("kaudit review november")).toMatch(
      /^(All \d+ exceptions are decided|[\d,]+ of [\d,]+ exceptions (is|are) open)/,
    );
    const { approvals, exceptions, decisions, signOff } = await bundleOf("november");
    expect(approvals).toMatchObject([{ id: "AP-01", state: "in-force", problems: [] }]);
    expect(approvals[0]?.uses).toBeGreaterThan(0);
    expect(exceptions.some((one) => one.approvals.includes("AP-01"))).toBe(true);
    expect(exceptions.filter((one) => one.state === "closed").length).toBeGreaterThan(10);
    expect(decisions.dispositions?.undecided).toBe(0);
    expect(signOff.state).toBe("draft");
    expect((await bundleOf("november-signed")).signOff).toMatchObject({ state: "final", problems: [] });
  });

  test("its shell lines draw the sample of the pack", async () => {
    const run = ["report", "--config", "kaudit.yaml", "--format", "csv,json", "--out", "november-csv"];
    expect((await runProgramHere(run)).exitCode).toBe(0);
    const lines = (await readFile(page, "utf8")).split("\n").filter((line) => /^(population=|cut )/.test(line));
    expect(lines).toHaveLength(2);
    const printed = execFileSync("sh", ["-c", lines.join("\n")], { cwd: folder, encoding: "utf8" });
    const drawn = printed
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[1]);
    const { sample } = await bundleOf("november-csv");
    expect(drawn).toEqual(sample.populations.find(({ register }) => register === "secrets")?.selected);
  });

  test("a decision that is changed later shows: its file's hash and the evidence id are others (abuse case 18)", async () => {
    const before = await reportTo("before");
    const file = await readFile(join(folder, "dispositions.yaml"));
    await writeFile(join(folder, "dispositions.yaml"), file.toString().replace("note: Known.", "note: Known!"));
    const after = await reportTo("after");
    const again = await reportTo("again");
    expect(idOf(after.stdout)).not.toBe(idOf(before.stdout));
    expect(idOf(again.stdout)).toBe(idOf(after.stdout));
    const [one, other] = [await bundleOf("before"), await bundleOf("after")];
    expect(one.decisions.dispositions?.sha256).toBe(createHash("sha256").update(file).digest("hex"));
    expect(other.decisions.dispositions?.sha256).not.toBe(one.decisions.dispositions?.sha256);
    const changed = other.exceptions.filter(
      (exception, index) => exception.disposition?.note !== one.exceptions[index]?.disposition?.note,
    );
    expect(changed).toHaveLength(1);
    expect(changed[0]?.disposition).toMatchObject({ by: "carol", at: "2026-12-01", note: "Known!" });
  });

  test("what is decided or approved stays in the registers and among the exceptions (abuse case 17)", async () => {
    await runProgramHere(["report", "audit.log", "--period", "2026-11-22", "--format", "json", "--out", "bare"]);
    const [bare, decided] = [await bundleOf("bare"), await bundleOf("before")];
    expect(decided.registers.map(({ name, rows }) => [name, rows])).toEqual(
      bare.registers.map(({ name, rows }) => [name, rows]),
    );
    const kept = idsOf(decided);
    const secretReads = bare.exceptions.filter(({ rule }) => rule === "KX-002" || rule === "KX-013");
    expect(secretReads.length).toBeGreaterThan(0);
    for (const { rule, actor, subject, first } of secretReads)
      expect(kept).toContain([rule, actor, subject, first].join());
  });
});
