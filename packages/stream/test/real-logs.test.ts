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
    : text.split("\n").map((line) => parsed(line) ?? legacyFields(line));
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

function legacyFields(line: string): unknown {
  const [, time, auditID, stage] = /^(\S{19}\.\d{6})\d*Z AUDIT: id="([^"]+)" stage="(\w+)"/.exec(line) ?? [];
  return time === undefined ? undefined : { auditID, stage, requestReceivedTimestamp: `${time}Z` };
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
    const { rejected, events, account } = await collect(fixture("disk-full/audit.log"));
    const lines = readFileSync(fixture("disk-full/audit.log"), "utf8").split("\n");
    const glued = lines.findIndex((line) => line !== "" && parsed(line) === undefined);
    const before = lines.slice(0, glued).join("\n").length + 1;
    const cut = (lines[glued] ?? "").lastIndexOf('{"kind":"Event"');
    // Three lines, one of them with a torn and a whole event.
    expect(events).toHaveLength(4);
    expect(rejected).toEqual([]);
    expect(account.files[0]).toMatchObject({ events: 4, truncatedEvents: 1 });
    const torn = (lines[glued] ?? "").slice(0, cut);
    const lastWhole = torn.lastIndexOf(',"');
    expect(events[glued]?.provenance).toMatchObject({ byteOffset: before, truncated: true });
    expect(events[glued]?.event).toEqual({
      ...JSON.parse(`${torn.slice(0, lastWhole)}}`),
      stageTimestamp: null,
    });
    expect(events[glued + 1]?.provenance.byteOffset).toBe(before + cut);
    expect(events[glued + 1]?.event).toEqual(JSON.parse((lines[glued] ?? "").slice(cut)));
  });

  test("keeps what is whole of the torn last line of a copy that was made while the disk was full", async () => {
    const { ids, rejected, events } = await collect(fixture("disk-full-torn-tail.log"));
    const torn = readFileSync(fixture("disk-full-torn-tail.log"), "utf8").split("\n").at(-1) ?? "";
    const whole = plainEvents(fixture("disk-full-torn-tail.log")).map(({ id }) => id);
    expect(whole).toHaveLength(4);
    expect(ids).toEqual([...whole, /"auditID":"([^"]+)"/.exec(torn)?.[1]]);
    expect(events.map(({ provenance }) => provenance.truncated)).toEqual([...whole.map(() => undefined), true]);
    expect(rejected).toEqual([]);
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

  test("reads each line of the legacy format", async () => {
    const { events, rejected } = await collect(fixture("legacy-text.log"));
    const lines = readFileSync(fixture("legacy-text.log"), "utf8").trimEnd().split("\n");
    expect(rejected).toEqual([]);
    expect(events.map(({ event }) => event.auditID)).toEqual(lines.map((line) => /id="([^"]+)"/.exec(line)?.[1]));
    expect(new Set(events.map(({ provenance }) => provenance.envelope))).toEqual(new Set(["legacy-text"]));
  });

  test("reads all of them, and skips only the server's flags", async () => {
    const { account } = await collect(fixture("{*.*,!(envelopes)/*}"));
    expect(account.skipped.map(({ file, reason }) => [file, reason])).toEqual([
      ["flags.txt", "no audit records: 3 lines that are not JSON objects"],
    ]);
    expect(account.totals).toMatchObject({
      files: 9,
      events: 4 + 5 + 8 + 6 + 6 + 12 + 5 + 8 + 6,
      rejected: 0,
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
      // The plain reader loses the torn event of the full disk, and the one that is glued to it.
      const lost = path.endsWith(join("disk-full", "audit.log")) ? 2 : path.includes("audit-at-full") ? 1 : 0;
      expect(read.length).toBe(plain.length + lost);
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

  test("finds the two torn records of the full disk, and nothing to reject", async () => {
    const { account, events } = await collect(realLogs);
    const torn = events.filter(({ provenance }) => provenance.truncated).map(({ provenance }) => provenance.file);
    expect(torn).toEqual(["disk-full/audit-at-full.log.txt", "disk-full/audit.log"]);
    expect(account.totals.rejected).toBe(0);
    expect(account.totals.foreign).toBe(0);
  }, 60_000);
});
