import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EvidenceBundle } from "@kaudit/evidence";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleFolder, exampleLogs } from "../raw-example.js";
import { runProgramHere, type RunResult } from "../run-program.js";

let folder: string;
let logs: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-collection-"));
  logs = join(folder, "logs");
  await cp(exampleFolder, logs, { recursive: true, filter: (path) => !path.endsWith(".yaml") });
  const sums = execFileSync("sha256sum", exampleLogs, { cwd: logs });
  await writeFile(join(folder, "collected.sha256"), sums);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function report(...more: readonly string[]): Promise<RunResult & { bundle: () => Promise<EvidenceBundle> }> {
  const out = join(folder, "pack");
  const fixed = ["--period", "2026-11-22", "--format", "json,html", "--framework", "pci-dss", "--force", "--out", out];
  const result = await runProgramHere(["report", logs, ...fixed, ...more]);
  return {
    ...result,
    bundle: async () => JSON.parse(await readFile(join(out, "bundle.json"), "utf8")) as EvidenceBundle,
  };
}

const collection = (): readonly string[] => ["--collection", join(folder, "collected.sha256")];

describe("kaudit report --collection", { timeout: 60_000 }, () => {
  test("what was collected and read unchanged is said to be so", async () => {
    const { exitCode, stderr, bundle } = await report(...collection());
    expect(exitCode).toBe(0);
    expect(stderr).toContain("kaudit: 4 of 4 files of collected.sha256 read with the hash that it names\n");
    const { collection: found, gates } = await bundle();
    expect(found).toMatchObject({
      file: "collected.sha256",
      listed: 4,
      matched: 4,
      changed: 0,
      missing: 0,
      unlisted: 0,
    });
    const g5 = gates.find(({ id }) => id === "G5");
    expect(g5?.registers.flatMap(({ reasons }) => reasons)).toContain(
      "4 files as in the collection manifest collected.sha256.",
    );
    expect(await readFile(join(folder, "pack", "pci-dss.html"), "utf8")).toContain(
      "All 4 files are as they were when they were collected",
    );
  });

  test("changed, missing and unlisted files are named: on standard error, in the pack, and in G5", async () => {
    await appendFile(join(logs, "audit.log"), "\n");
    const [gone = ""] = exampleLogs;
    await rm(join(logs, gone));
    await cp(join(logs, exampleLogs[1] ?? ""), join(logs, "copy.log"));
    await appendFile(join(logs, "copy.log"), "\n");
    const { exitCode, stderr, bundle } = await report(...collection());
    expect(exitCode).toBe(0);
    expect(stderr).toContain("kaudit: 2 of 4 files of collected.sha256 read with the hash that it names\n");
    expect(stderr).toContain("kaudit: audit.log: changed since it was collected\n");
    expect(stderr).toContain(`kaudit: ${gone}: was collected and is missing\n`);
    expect(stderr).toContain("kaudit: copy.log: is not listed in collected.sha256\n");
    const { collection: found, gates, exceptions } = await bundle();
    expect(found).toMatchObject({
      changedFiles: [{ file: "audit.log", readAs: "audit.log" }],
      missingFiles: [gone],
      unlistedFiles: ["copy.log"],
    });
    expect(gates.find(({ id }) => id === "G5")?.result).toBe("fails");
    expect(exceptions.filter(({ rule }) => rule === "KX-030")).toHaveLength(3);
    const page = await readFile(join(folder, "pack", "pci-dss.html"), "utf8");
    expect(page).toContain("2 of 4 collected files are as they were; 1 changed, 1 missing, 1 not listed");
    expect((await report(...collection(), "--strict")).exitCode).toBe(3);
  });

  test("the key of the configuration does the same; its path is relative to the file", async () => {
    await writeFile(join(folder, "kaudit.yaml"), "collection: collected.sha256\n");
    const { stderr } = await report("--config", join(folder, "kaudit.yaml"));
    expect(stderr).toContain("4 of 4 files of collected.sha256");
    const checked = await runProgramHere(["config", "check", join(folder, "kaudit.yaml")]);
    expect(checked).toMatchObject({ exitCode: 0 });
    expect(checked.stdout).toMatch(/collected\.sha256: hashes of 4 files\n$/);
  });

  test("a file that is no hash list ends the run before anything is read, with lines and columns", async () => {
    await writeFile(
      join(folder, "collected.sha256"),
      `not a hash\n${"a".repeat(64)}  ok.log\n${"b".repeat(32)}  md5.log\n`,
    );
    const { exitCode, stderr, stdout } = await report(...collection());
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    const path = join(folder, "collected.sha256");
    expect(stderr).toContain(`${path}:1:1: expected 64 hex digits, two spaces and a file name`);
    expect(stderr).toContain(`${path}:3:33: has 32 hex digits, as MD5`);
    expect((await report("--collection", join(folder, "none"))).stderr).toContain("no such file; check the path");
  });

  test("kaudit verify makes the pack again with the same hashes, and asks where they are now", async () => {
    await report(...collection());
    const pack = join(folder, "pack");
    expect((await runProgramHere(["verify", pack, "--inputs", logs])).exitCode).toBe(0);
    const moved = join(folder, "moved.sha256");
    await cp(join(folder, "collected.sha256"), moved);
    await rm(join(folder, "collected.sha256"));
    expect((await runProgramHere(["verify", pack, "--inputs", logs])).exitCode).not.toBe(0);
  });
});
