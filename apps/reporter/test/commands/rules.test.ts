import { exceptionRules } from "@kaudit/controls";
import { describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

describe("kaudit rules list", () => {
  test("names every rule with its severity, title and needs", async () => {
    const { exitCode, stdout } = await runProgramHere(["rules", "list"]);
    expect(exitCode).toBe(0);
    for (const { id, severity, title } of exceptionRules)
      expect(stdout.replace(/\n {18}/g, " ")).toContain(`${id}  ${severity.padEnd(8)}  ${title} needs `);
    expect(stdout).toContain("needs rbac, list changeWindows or approvals");
    expect(stdout).toContain("needs rbac at Request");
    expect(stdout).toContain("\n40 rules; kaudit rules explain <rule>");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("only some severities, as JSON", async () => {
    const { stdout } = await runProgramHere(["rules", "list", "--severity", "critical,low", "-o", "json"]);
    expect(JSON.parse(stdout)).toEqual(
      exceptionRules.filter(({ severity }) => severity === "critical" || severity === "low"),
    );
  });

  test("refuses a severity that there is not", async () => {
    const { exitCode, stderr } = await runProgramHere(["rules", "list", "--severity", "urgent"]);
    expect([exitCode, stderr]).toEqual([2, "kaudit: --severity urgent: not known; use critical, high, medium, low\n"]);
  });
});

describe("kaudit rules explain", () => {
  test.each(exceptionRules.map((rule) => [rule.id, rule] as const))("%s", async (id, rule) => {
    const { exitCode, stdout } = await runProgramHere(["rules", "explain", id]);
    expect(exitCode).toBe(0);
    const plain = stdout.replace(/\s+/g, " ");
    const { title, description = "", remedy = "", falsePositives = [], sentence, groupBy } = rule;
    for (const text of [`${id} ${title}`, description, remedy, ...falsePositives, sentence, groupBy.join(", ")])
      expect(plain).toContain(text);
    for (const controls of Object.values(rule.controls ?? {})) expect(plain).toContain(controls.join(", "));
    expect(stdout).not.toMatch(/undefined|\[object/);
  });

  test("tells lists with their defaults, numbers, and when it is more severe", async () => {
    const { stdout } = await runProgramHere(["rules", "explain", "kx-025"]);
    const plain = stdout.replace(/\s+/g, " ");
    expect(plain).toContain(
      "at least failureThreshold requests within failureWindowMinutes minutes with the same actor, sourceIP, code",
    );
    expect(plain).toContain("failureThreshold: refused requests that make a burst (default: 20)");
    expect(plain).toContain("high when followed (code is 401)");
    expect((await runProgramHere(["rules", "explain", "KX-010"])).stdout).toMatch(
      /changeWindows \(needed, or approvals\)/,
    );
  });

  test("gives the rule as JSON", async () => {
    const { stdout } = await runProgramHere(["rules", "explain", "KX-005", "-o", "json"]);
    expect(JSON.parse(stdout)).toEqual(exceptionRules[4]);
  });

  test("refuses a rule that there is not, and a command that there is not", async () => {
    const missing = await runProgramHere(["rules", "explain", "KX-041"]);
    expect([missing.exitCode, missing.stderr]).toEqual([
      2,
      "kaudit: KX-041: no such rule; KX-001 to KX-040 are there (kaudit rules list)\n",
    ]);
    const none = await runProgramHere(["rules", "lst"]);
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      "kaudit: kaudit rules lst: not a command; use one of list, explain (kaudit rules --help)\n",
    ]);
  });
});

test.each([["rules"], ["rules", "list"], ["rules", "explain"]])(
  "every line of help fits 80 columns (%s %s)",
  async (...command) => {
    const { stdout } = await runProgramHere([...command, "--help"]);
    expect(stdout).toMatch(/^Examples:\n {2}kaudit rules /m);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  },
);
