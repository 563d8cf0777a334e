import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { collect } from "./collect.js";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Audit ids by the plainest means there are: decompress, split, JSON.parse. Lines that do not parse are left out. */
function plainEvents(path: string): { readonly id: string; readonly stage: string; readonly time: string }[] {
  const raw = readFileSync(path);
  const text = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString("utf8");
  const values = text.startsWith('{"kind":"EventList"')
    ? (JSON.parse(text) as { items: unknown[] }).items
    : text.split("\n").map(parsed);
  return values
    .filter(
      (value): value is Record<string, string> =>
        typeof value === "object" && value !== null && "auditID" in value && "stage" in value,
    )
    .map((value) => ({
      id: value["auditID"] ?? "",
      stage: value["stage"] ?? "",
      time: value["requestReceivedTimestamp"] ?? "",
    }));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

describe("readEvents on slices of real logs", () => {
  test("reads the torn event and the whole one that a full disk left on one line", async () => {
    const { ids, rejected, events } = await collect(fixture("disk-full/audit.log"));
    const lines = readFileSync(fixture("disk-full/audit.log"), "utf8").split("\n");
    const glued = lines.findIndex((line) => line !== "" && parsed(line) === undefined);
    const before = lines.slice(0, glued).join("\n").length + 1;
    const cut = (lines[glued] ?? "").lastIndexOf('{"kind":"Event"');
    expect(rejected).toEqual([
      {
        file: "audit.log",
        byteOffset: before,
        byteLength: cut,
        reason: "truncated",
        detail: "breaks off where the next record begins",
        excerpt:
          '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"d7bcdbda-fbf0-49b6-9350-5bc64d1bfe7c","stage":"ResponseComplete","requestURI":"…",…',
      },
    ]);
    // Three lines, one of them with a torn and a whole event.
    expect(ids).toHaveLength(3);
    expect(events[glued]?.provenance.byteOffset).toBe(before + cut);
    expect(events[glued]?.event).toEqual(JSON.parse((lines[glued] ?? "").slice(cut)));
  });

  test("rejects the torn last line of a copy that was made while the disk was full", async () => {
    const { ids, rejected } = await collect(fixture("disk-full-torn-tail.log"));
    expect(ids).toEqual(plainEvents(fixture("disk-full-torn-tail.log")).map(({ id }) => id));
    expect(ids).toHaveLength(4);
    expect(rejected).toMatchObject([{ reason: "truncated", detail: "breaks off at the end of the file" }]);
  });

  test.each([
    ["kill-9.log", 8],
    ["copytruncate/audit.log", 6],
    ["copytruncate/audit.log.1", 6],
    ["rotation/audit-2026-11-22T12-23-13.680.log.gz", 12],
    ["rotation/audit.log", 5],
    ["webhook-body.json", 8],
  ])("reads every event of %s", async (name, count) => {
    const { ids, rejected, account } = await collect(fixture(name));
    expect(ids).toEqual(plainEvents(fixture(name)).map(({ id }) => id));
    expect(ids).toHaveLength(count);
    expect(rejected).toEqual([]);
    expect(account.totals.foreign).toBe(0);
  });

  test("reads what copytruncate left in the order of time", async () => {
    const { events } = await collect(fixture("copytruncate"));
    const times = events.map(({ event }) => event.stageTimestamp);
    expect(times).toEqual(times.toSorted());
    expect(events).toHaveLength(12);
  });

  test("names each line of the legacy format instead of dropping it", async () => {
    const { events, rejected } = await collect(fixture("legacy-text.log"));
    expect(events).toEqual([]);
    expect(rejected.map(({ detail }) => detail)).toEqual(
      Array.from({ length: 6 }, () => "legacy text audit line (--audit-log-format=legacy)"),
    );
  });

  test("reads all of them, and skips only the server's flags", async () => {
    const { account } = await collect(fixture("{*.*,!(envelopes)/*}"));
    expect(account.skipped.map(({ file, reason }) => [file, reason])).toEqual([
      ["flags.txt", "no audit records: 3 lines that are not JSON objects"],
    ]);
    expect(account.totals).toMatchObject({
      files: 9,
      events: 3 + 4 + 8 + 6 + 6 + 12 + 5 + 8,
      rejected: 1 + 1 + 6,
      foreign: 0,
    });
  });
});

const realLogs = fileURLToPath(new URL("../../../../shared/data/logs", import.meta.url));

describe.skipIf(!existsSync(realLogs))("readEvents on all real logs", () => {
  const all = existsSync(realLogs) ? readdirSync(realLogs, { recursive: true, withFileTypes: true }) : [];
  const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const logs = files.filter((path) => plainEvents(path).length > 0);

  test("reads exactly the files that hold events, and of each exactly the events that a plain reader finds", async () => {
    const { events, account } = await collect(realLogs);
    const named = (path: string): string => path.slice(realLogs.length + 1).replaceAll("\\", "/");
    const withEvents = account.files.filter((file) => file.events > 0).map(({ file }) => file);
    expect(withEvents.toSorted()).toEqual(logs.map(named).toSorted());
    for (const path of logs) {
      const read = events.filter(({ provenance }) => provenance.file === named(path));
      const plain = plainEvents(path);
      // The plain reader loses the event that is glued to a torn one.
      const glued = path.endsWith(join("disk-full", "audit.log")) ? 1 : 0;
      expect(read.length).toBe(plain.length + glued);
      const ids = new Set(read.map(({ event }) => `${event.auditID} ${event.stage}`));
      expect(plain.filter(({ id, stage }) => !ids.has(`${id} ${stage}`))).toEqual([]);
      const times = plain.map(({ time }) => time).toSorted();
      expect(account.files.find(({ file }) => file === named(path))).toMatchObject({
        firstTimestamp: times[0],
        lastTimestamp: times.at(-1),
      });
    }
    const names = [...account.files, ...account.skipped].map(({ file }) => file);
    expect(names.toSorted()).toEqual(files.map(named).toSorted());
  }, 60_000);

  test("finds the two torn records of the full disk, the legacy lines, and nothing else to reject", async () => {
    const { account, rejected } = await collect(realLogs);
    const torn = rejected.filter(({ reason }) => reason === "truncated").map(({ file }) => file);
    expect(torn).toEqual(["disk-full/audit-at-full.log.txt", "disk-full/audit.log"]);
    const legacyLines = readFileSync(join(realLogs, "legacy-text/audit.log"), "utf8").trimEnd().split("\n").length;
    expect(account.totals.rejected).toBe(2 + legacyLines);
    expect(account.totals.foreign).toBe(0);
  }, 60_000);
});
