import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { frameworks } from "@kaudit/controls";
import type { EvidenceBundle } from "@kaudit/evidence";
import { auditEvent, execOverWebSocket, jsonLines } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

const october = ["--period", "2026-10", "--format", "json"];
let folder: string;
let log: string;
let runs = 0;

/** The framework that the README of @kaudit/controls shows. */
const ours = /```yaml\n([\s\S]*?)```/.exec(
  readFileSync(fileURLToPath(new URL("../../../../packages/controls/README.md", import.meta.url)), "utf8"),
)?.[1];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-frameworks-test-"));
  log = join(folder, "audit.log");
  await writeFile(log, jsonLines([auditEvent({}), ...execOverWebSocket({ n: 2 })]));
  await writeFile(join(folder, "ours.yaml"), ours ?? "");
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function report(...args: string[]) {
  const out = join(folder, `pack-${runs++}`);
  const result = await runProgramHere(["report", log, ...october, "--out", out, ...args]);
  const read = async (): Promise<EvidenceBundle> =>
    JSON.parse(await readFile(join(out, "bundle.json"), "utf8")) as EvidenceBundle;
  return { ...result, out, read };
}

describe("kaudit report --framework", () => {
  test("takes every id that the help names, and the help names every id", async () => {
    const { stdout } = await runProgramHere(["report", "--help"]);
    const help = stdout.replaceAll(/\s+/g, " ");
    for (const { id, categories } of frameworks) {
      expect(help).toContain(id);
      for (const category of categories) expect(help).toContain(category.id);
    }
    const { exitCode, read } = await report("--framework", frameworks.map(({ id }) => id).join(","));
    expect(exitCode).toBe(0);
    expect((await read()).frameworks.map(({ id }) => id)).toEqual(frameworks.map(({ id }) => id));
  });

  test("takes a file beside ids, and names the documents of the pack for it", async () => {
    const { exitCode, out, read, stderr } = await report(
      "--framework",
      `soc2,${join(folder, "ours.yaml")}`,
      "--format",
      "html",
    );
    expect(stderr).not.toMatch(/error/i);
    expect(exitCode).toBe(0);
    expect((await readdir(out)).filter((file) => file.endsWith(".html"))).toEqual(["platform-rules.html", "soc2.html"]);
    const [, framework] = (await read()).frameworks;
    expect(framework).toMatchObject({
      id: "platform-rules",
      keepUntil: "2028-11-01",
      definition: { file: "ours.yaml", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
      controls: [
        { id: "4.1", populations: [{ register: "sessions", rows: 1 }] },
        { id: "4.2", status: "outside-source" },
      ],
    });
  });

  test.each<[string, string, string, RegExp]>([
    [
      "a misspelt field",
      "tested:",
      "testd:",
      /\d+:\d+: controls\[0\]\.testd: is not known here; did you mean "tested"\?/,
    ],
    ["a number for an id", '"4.1"', "4.1", /:\d+:\d+: controls\[0\]\.id: expected a text, got number 4\.1/],
    [
      "an unknown class",
      "[sessions]",
      "[shells]",
      /:\d+:\d+: controls\[0\]\.evidenceClasses\[0\]: expected secrets, rbac/,
    ],
    [
      "the id of a built-in framework",
      "id: platform-rules",
      "id: soc2",
      /soc2 is a built-in framework, which is not replaced/,
    ],
    ["an id that stands twice", '"4.2"', '"4.1"', /:\d+:\d+: controls\[1\]\.id: "4\.1" stands twice/],
    ["what is no YAML", "controls:", "controls: [", /:\d+:\d+: /],
  ])("refuses a file with %s, and says where", async (_name, from, to, message) => {
    const path = join(folder, `wrong-${runs++}.yaml`);
    await writeFile(path, (ours ?? "").replace(from, to));
    const { exitCode, stderr } = await report("--framework", path);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  test("says when a file is not there", async () => {
    const { exitCode, stderr } = await report("--framework", "./nowhere.yaml");
    expect(stderr).toContain("nowhere.yaml");
    expect(exitCode).toBe(3);
  });

  test("--categories brings parts of a framework into scope", async () => {
    const { read } = await report("--categories", "availability,confidentiality");
    expect((await read()).frameworks[0]?.controls).toHaveLength(17);
    const { exitCode, stderr } = await report("--categories", "privacy");
    expect(stderr).toBe(
      'kaudit: --categories: category "privacy" is not one of soc2; use availability, confidentiality\n',
    );
    expect(exitCode).toBe(2);
  });
});
