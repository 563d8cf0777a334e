import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installErrorMatchers } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diffPacks } from "../../src/diff/diff-packs.js";
import { rbacRow, secretsRow } from "../fixtures/sample-rows.js";
import { finishedAt, smallEvidence, writeSmallPack } from "../support/small-pack.js";

installErrorMatchers();

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kaudit-diff-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("diffPacks", () => {
  test("two runs of the same evidence have no difference", async () => {
    const one = await writeSmallPack(join(folder, "one"), { formats: ["json"] });
    const two = await writeSmallPack(join(folder, "two"), { formats: ["json"], previous: one.out });
    const diff = await diffPacks(one.out, two.out);
    expect(diff).toMatchObject({
      sameEvidence: true,
      chained: true,
      settings: [],
      inputs: { added: [], gone: [], changed: [] },
      totals: [],
      registers: [],
      actors: [],
      controls: [],
      exceptions: { added: [], gone: [], closed: [], reopened: [] },
    });
    expect(diff.before).toEqual({
      packId: one.files.find(({ path }) => path === "manifest.json")?.sha256,
      evidenceId: one.evidenceId,
      period: "October 2026",
      cluster: "prod-eu-1",
      finishedAt,
    });
    expect((await diffPacks(two.out, one.out)).chained).toBe(false);
  });

  test("two periods: settings, inputs, counts, who acted, statuses of controls", async () => {
    const october = await writeSmallPack(join(folder, "october"), { formats: ["json"] });
    const november = await smallEvidence({
      period: { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", label: "November 2026" },
      fileName: "november.log",
      rows: {
        secrets: [secretsRow(), secretsRow({ actor: "mallory\u202e" })],
        rbac: [rbacRow(), rbacRow({ actor: "carol" })],
      },
    });
    const [framework] = november.bundle.frameworks;
    framework!.controls[0]!.status = "evidence-present";
    framework!.controls.pop();
    november.bundle.ruleSets[0]!.version = "2026.12";
    const later = await writeSmallPack(join(folder, "november"), { formats: ["json"] }, november);
    const diff = await diffPacks(october.out, later.out);
    expect(diff.sameEvidence).toBe(false);
    expect(diff.settings).toEqual([
      {
        name: "period",
        before: "2026-10-01T00:00:00Z to 2026-11-01T00:00:00Z",
        after: "2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z",
      },
      { name: "rule set controls", before: "2026.11", after: "2026.12" },
    ]);
    expect(diff.inputs).toEqual({ added: ["november.log"], gone: ["audit.log"], changed: [] });
    expect(diff.totals.find(({ name }) => name === "events")).toEqual({ name: "events", before: 3, after: 4 });
    expect(diff.registers).toEqual([{ name: "rbac", before: 1, after: 2 }]);
    expect(diff.actors).toEqual([
      { register: "secrets", added: ["mallory\u202e"], gone: ["alice"], capped: false },
      { register: "rbac", added: ["carol"], gone: [], capped: false },
    ]);
    expect(diff.controls).toEqual([
      {
        framework: "SOC 2",
        control: "CC6.1",
        title: "Title of CC6.1",
        before: "exceptions",
        after: "evidence-present",
      },
      { framework: "SOC 2", control: "CC8.1", title: "Title of CC8.1", before: "outside-source", after: null },
    ]);
  });

  test("exceptions are compared by their ids", async () => {
    const { createHash } = await import("node:crypto");
    const withExceptions = async (name: string, states: Readonly<Record<string, string>>): Promise<string> => {
      const { out } = await writeSmallPack(join(folder, name), { formats: ["json"] });
      const bundle = JSON.parse(readFileSync(join(out, "bundle.json"), "utf8"));
      const exceptions = Object.entries(states).map(([id, state]) => ({
        id,
        title: `About ${id}`,
        severity: "high",
        state,
        count: 2,
      }));
      const text = JSON.stringify({ ...bundle, exceptions });
      writeFileSync(join(out, "bundle.json"), text);
      const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
      const evidenceId = createHash("sha256").update(text).digest("hex");
      writeFileSync(join(out, "manifest.json"), JSON.stringify({ ...manifest, evidenceId }));
      return out;
    };
    const one = await withExceptions("first", { stays: "open", gone: "open", closed: "open", reopened: "closed" });
    const two = await withExceptions("then", { stays: "open", closed: "closed", reopened: "open", added: "open" });
    const { exceptions } = await diffPacks(one, two);
    expect(Object.entries(exceptions ?? {}).map(([name, list]) => [name, list.map(({ id }) => id)])).toEqual([
      ["added", ["added"]],
      ["gone", ["gone"]],
      ["closed", ["closed"]],
      ["reopened", ["reopened"]],
    ]);
    expect(exceptions?.added[0]).toEqual({ id: "added", title: "About added", severity: "high", count: 2 });
  });

  test("what is no pack, or holds another bundle than its manifest says, is refused", async () => {
    const { out } = await writeSmallPack(join(folder, "other"), { formats: ["json"] });
    await expect(diffPacks(out, folder)).toRejectWithCode("KAUDIT_REPORT_PACK_UNREADABLE");
    await expect(diffPacks(join(folder, "nowhere"), out)).toRejectWithCode("KAUDIT_REPORT_PACK_UNREADABLE");
    const text = readFileSync(join(out, "bundle.json"), "utf8");
    writeFileSync(join(out, "bundle.json"), text.replace('"rows": 2', '"rows": 3'));
    await expect(diffPacks(out, out)).rejects.toThrow(
      /bundle\.json is not the one of manifest\.json; kaudit verify tells more/,
    );
  });
});
