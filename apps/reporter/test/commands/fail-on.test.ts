import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { severities } from "@kaudit/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgramHere, type RunResult } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder = "";
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kaudit-fail-on-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function report(...args: readonly string[]): Promise<RunResult & { readonly out: string }> {
  const out = join(folder, String(runs++));
  return {
    out,
    ...(await runProgramHere(["report", example, "--period", "2026-11", "--format", "json", "--out", out, ...args])),
  };
}

test(
  "kaudit report --fail-on ends with 1 exactly when an open exception is at or above the severity, with its pack",
  { timeout: 300_000 },
  async () => {
    const { out, exitCode } = await report();
    expect(exitCode).toBe(0);
    const { exceptions } = JSON.parse(readFileSync(join(out, "bundle.json"), "utf8"));
    const open = exceptions.filter(({ state }: { state: string }) => state === "open");
    expect(open.length).toBeGreaterThan(0);
    for (const [place, severity] of severities.entries()) {
      const asSevere = open.filter(
        (each: { severity: (typeof severities)[number] }) => severities.indexOf(each.severity) <= place,
      );
      const result = await report("--fail-on", severity);
      expect([severity, result.exitCode]).toEqual([severity, asSevere.length > 0 ? 1 : 0]);
      expect(result.stderr.includes(`kaudit: --fail-on ${severity}: `)).toBe(asSevere.length > 0);
      expect(JSON.parse(readFileSync(join(result.out, "manifest.json"), "utf8")).formats).toEqual(["json"]);
    }
  },
);

test("kaudit report --fail-on takes severities only", async () => {
  const { exitCode, stderr } = await report("--fail-on", "severe");
  expect(exitCode).toBe(2);
  expect(stderr).toBe("kaudit: --fail-on severe: not known; use critical, high, medium, low\n");
});
