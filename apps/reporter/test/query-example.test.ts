import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { registerColumns, registerNames } from "@kaudit/evidence";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../src/terminal/display-width.js";
import { runProgramHere } from "./run-program.js";

const folder = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));

/** The fields of a raw event that expectations are made from. */
interface RawEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: { readonly username?: string };
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}

type Row = Readonly<Record<string, unknown>> & { readonly auditIDs: readonly string[] };

/** Every event of the example, read without any of the code under test. */
const raw: readonly RawEvent[] = readdirSync(folder)
  .filter((name) => name.endsWith(".log"))
  .flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").split("\n"))
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as RawEvent);

/** The audit ids of the requests that some event shows to be of a kind; one entry a request, also where a client repeated an id. */
function requestIds(isOfKind: (event: RawEvent) => boolean): readonly string[] {
  const requests = new Map<string, string>();
  for (const event of raw.filter(isOfKind)) {
    const { auditID, requestReceivedTimestamp, verb, requestURI, user } = event;
    requests.set(JSON.stringify([auditID, requestReceivedTimestamp, verb, requestURI, user.username]), auditID);
  }
  return [...requests.values()].toSorted();
}

function isExec({ objectRef }: RawEvent): boolean {
  return objectRef?.subresource === "exec";
}

function isRefused({ responseStatus }: RawEvent): boolean {
  return responseStatus?.code === 401 || responseStatus?.code === 403;
}

async function rowsOf(args: readonly string[]): Promise<readonly Row[]> {
  const { exitCode, stdout } = await runProgramHere(["query", ...args, "-o", "json"]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Row[];
}

function idsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) => row.auditIDs).toSorted();
}

describe("kaudit query events", () => {
  test("gives every event of the log once, by time", async () => {
    const { stdout, exitCode } = await runProgramHere(["query", "events", folder, "-o", "jsonl"]);
    expect(exitCode).toBe(0);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly auditID: string; readonly stage: string; readonly time: string });
    expect(rows.map((row) => `${row.auditID} ${row.stage} ${row.time}`).toSorted()).toEqual(
      raw.map((event) => `${event.auditID} ${event.stage} ${event.requestReceivedTimestamp}`).toSorted(),
    );
    expect(rows.map((row) => row.time)).toEqual(rows.map((row) => row.time).toSorted());
  });

  test.each([
    [["--code", "401"], (event: RawEvent) => event.responseStatus?.code === 401],
    [["--code", "4xx"], (event: RawEvent) => String(event.responseStatus?.code).startsWith("4")],
    [["--code", "none"], (event: RawEvent) => event.responseStatus?.code === undefined],
    [["--verb", "create,delete"], (event: RawEvent) => event.verb === "create" || event.verb === "delete"],
    [["--namespace", "team-a"], (event: RawEvent) => event.objectRef?.namespace === "team-a"],
    [["--resource", "pods/exec"], (event: RawEvent) => event.objectRef?.subresource === "exec"],
  ])("with %j keeps what the raw log has", async (filter, isKept) => {
    const expected = raw.filter(isKept).length;
    expect(expected).toBeGreaterThan(0);
    expect(await rowsOf(["events", folder, ...filter])).toHaveLength(expected);
  });

  test("takes the first instant of a period and leaves the last out", async () => {
    const times = raw.map((event) => event.requestReceivedTimestamp).toSorted();
    const from = times[Math.floor(times.length / 4)] ?? "";
    const to = times[Math.floor(times.length / 2)] ?? "";
    const expected = times.filter((time) => time >= from && time < to);
    expect(expected.length).toBeGreaterThan(100);
    const rows = await rowsOf(["events", folder, "--from", from, "--to", to]);
    expect(rows.map((row) => row["time"])).toEqual(expected);
  });

  test("prints no more rows than --limit and says how many there are", async () => {
    const { stdout, stderr } = await runProgramHere(["query", "events", folder, "--limit", "5", "-o", "jsonl"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(5);
    expect(stderr).toBe(`kaudit: first 5 of ${raw.length.toLocaleString("en")} rows\n`);
  });
});

describe("kaudit query <register>", () => {
  test("authentication holds every request answered with 401", async () => {
    const expected = requestIds((event) => event.responseStatus?.code === 401);
    expect(expected.length).toBeGreaterThan(0);
    const rows = await rowsOf(["authentication", folder]);
    expect(idsOf(rows)).toEqual(expected);
    expect(new Set(rows.map((row) => row["actor"]))).toEqual(new Set([""]));
  });

  test("authorization holds every request answered with 403", async () => {
    const expected = requestIds((event) => event.responseStatus?.code === 403);
    expect(expected.length).toBeGreaterThan(0);
    expect(idsOf(await rowsOf(["authorization", folder]))).toEqual(expected);
  });

  test("deletions holds every delete and deletecollection", async () => {
    const expected = requestIds(({ verb }) => verb === "delete" || verb === "deletecollection");
    expect(expected.length).toBeGreaterThan(0);
    expect(idsOf(await rowsOf(["deletions", folder]))).toEqual(expected);
  });

  test("sessions holds every exec, over WebSocket and over SPDY, established and denied", async () => {
    const rows = await rowsOf(["sessions", folder, "--resource", "pods/exec"]);
    expect(idsOf(rows)).toEqual(requestIds(isExec));
    const seen = new Set(rows.map((row) => `${String(row["verb"])} ${String(row["code"])}`));
    for (const kind of ["get 101", "create 101"]) expect(seen).toContain(kind);
    expect(rows.filter((row) => row["outcome"] === "denied").length).toBeGreaterThan(0);
    expect(requestIds((event) => isExec(event) && isRefused(event))).toEqual(
      idsOf(rows.filter((row) => row["outcome"] === "denied")),
    );
  });

  test.each(registerNames)("%s has the same rows in every form", async (register) => {
    const rows = await rowsOf([register, folder]);
    expect(rows.length).toBeGreaterThan(0);
    const lines = await runProgramHere(["query", register, folder, "-o", "jsonl"]);
    expect(
      lines.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Row),
    ).toEqual(rows);
    expect(Object.keys(rows[0] ?? {})).toEqual(registerColumns(register));

    const csv = await runProgramHere(["query", register, folder, "-o", "csv"]);
    const records = csv.stdout.trimEnd().split("\r\n");
    expect(records[0]).toBe(registerColumns(register).join(","));
    expect(records).toHaveLength(rows.length + 1);

    const table = await runProgramHere(["query", register, folder], { terminal: 80, environment: { NO_COLOR: "1" } });
    const printed = table.stdout.trimEnd().split("\n");
    expect(printed).toHaveLength(rows.length + 2);
    expect(printed[1]).toMatch(/^─+$/);
    for (const line of printed) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(table.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("no row is a note, not a failure", async () => {
    const nobody = await runProgramHere(["query", "secrets", folder, "--user", "nobody-of-that-name"]);
    expect(nobody).toEqual({ exitCode: 0, stdout: "", stderr: "kaudit: no rows in secrets (all time)\n" });
    const json = await runProgramHere(["query", "secrets", folder, "--period", "2020", "-o", "json"]);
    expect(json).toEqual({ exitCode: 0, stdout: "[]\n", stderr: "kaudit: no rows in secrets (2020)\n" });
  });

  test("--quiet leaves the notes out", async () => {
    const result = await runProgramHere(["query", "secrets", folder, "--limit", "1", "-o", "jsonl", "--quiet"]);
    expect(result.stderr).toBe("");
    expect(result.stdout.split("\n")).toHaveLength(2);
  });

  test("takes several inputs, and standard input", async () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".log"));
    const one = await rowsOf(["authentication", ...names.map((name) => `${folder}/${name}`)]);
    expect(idsOf(one)).toEqual(requestIds((event) => event.responseStatus?.code === 401));
    const standardInput = readFileSync(`${folder}/audit.log`, "utf8");
    const events = standardInput
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RawEvent);
    const { stdout } = await runProgramHere(["query", "events", "-", "-o", "jsonl"], { standardInput });
    expect(stdout.trimEnd().split("\n")).toHaveLength(events.length);
  });
});
