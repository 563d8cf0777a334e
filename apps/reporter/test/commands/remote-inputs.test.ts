import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditEvent, jsonLines, secretGet, startS3Server } from "@kaudit/testkit";
import type { S3Server } from "@kaudit/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runProgramHere } from "../run-program.js";
import { spawnKaudit } from "../spawn-kaudit.js";

const log = Buffer.from(jsonLines([auditEvent({ auditID: "one" }), auditEvent({ auditID: "two" })]));
/** A module as an address, so that no file is needed. */
const dataAddress = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

let folder: string;
let server: S3Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-remote-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  server = await startS3Server();
  server.buckets.set("logs", new Map([["prod/cp-1/audit.log", log]]));
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe("s3:// inputs", () => {
  test("are read by kaudit query", async () => {
    const { exitCode, stdout, stderr } = await runProgramHere(["query", "events", "s3://logs/prod/", "-o", "jsonl"]);
    expect({ exitCode, stderr: stderr.replace(/^reading.*$/gm, "") }).toMatchObject({ exitCode: 0 });
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { auditID: string; apiserver: string; source: string });
    expect(rows.map(({ auditID, apiserver, source }) => [auditID, apiserver, source.split(":")[0]])).toEqual([
      ["one", "cp-1", "cp-1/audit.log"],
      ["two", "cp-1", "cp-1/audit.log"],
    ]);
  });

  test("are read by kaudit report, and named in its bundle by the key below the prefix", async () => {
    server.buckets.get("logs")?.set("prod/cp-1/audit.log", Buffer.from(jsonLines([secretGet()])));
    const out = join(folder, "pack");
    const period = ["--from", "2020-01-01", "--to", "2030-01-01"];
    const args = ["report", "s3://logs/prod/**/*.log", ...period, "--format", "json", "--out", out];
    expect(await runProgramHere(args)).toMatchObject({ exitCode: 0 });
    const bundle = await readFile(join(out, "bundle.json"), "utf8");
    expect(bundle).toContain("cp-1/audit.log");
    expect(bundle).not.toMatch(/127\.0\.0\.1|a-secret-key|an-access-key/);
  });

  test.each([
    ["s3://logs/none/", 3, "kaudit: s3://logs/none/: no object below it. Check the prefix.\n"],
    ["s3://absent/", 3, "kaudit: s3://absent/: no such bucket. Check its name and the endpoint.\n"],
    [
      "s3://forbidden/x/",
      3,
      "kaudit: s3://forbidden/x/: access denied. Allow s3:GetObject and s3:ListBucket to who runs this.\n",
    ],
    ["s3:///x", 2, "kaudit: s3:///x: names no bucket. Write s3://bucket/key or s3://bucket/prefix/.\n"],
  ])("%s ends with %i and one line", async (input, exitCode, stderr) => {
    expect(await runProgramHere(["query", "events", input])).toEqual({ exitCode, stdout: "", stderr });
  });

  test("without the package that reads them end with 2 and one line", async () => {
    const hook = `export async function resolve(name, context, next) {
      if (name === "@aws-sdk/client-s3") throw Object.assign(new Error(name), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    }`;
    const setUp = `import { register } from "node:module"; register(${JSON.stringify(dataAddress(hook))});`;
    const environment = { NODE_OPTIONS: `--import ${dataAddress(setUp)}` };
    expect(await spawnKaudit(["query", "events", "s3://logs/prod/"], { environment })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "kaudit: s3://logs: reading from S3 needs the package @aws-sdk/client-s3. Install it: npm install @aws-sdk/client-s3\n",
    });
  });
});

describe("addresses of web servers", () => {
  test("are read with --allow-http, and refused without", async () => {
    const web = createServer((_request, response) => void response.end(log));
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
    const address = `http://bob:hunter2@127.0.0.1:${(web.address() as AddressInfo).port}/audit.log?token=hunter2`;
    try {
      const read = await runProgramHere(["query", "events", address, "--allow-http", "-o", "csv"]);
      expect(read.exitCode).toBe(0);
      expect(read.stdout).toContain("audit.log:0");
      expect(read.stdout + read.stderr).not.toContain("hunter2");
      for (const args of [
        ["query", "events", address],
        ["report", address, "--period", "2026-11"],
      ]) {
        expect(await runProgramHere(args)).toEqual({
          exitCode: 2,
          stdout: "",
          stderr:
            "kaudit: an input is the address of a web server, which is only read when asked for; add --allow-http\n",
        });
      }
    } finally {
      web.close();
    }
  });
});
