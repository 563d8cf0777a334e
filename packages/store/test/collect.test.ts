import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { auditEvent, auditID, installErrorMatchers, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { collect, readStore, storePlace, verifyStore } from "../src/index.js";
import type { CollectOptions, CollectResult, StorePlace } from "../src/index.js";
import { all, temporaryFolder } from "./temporary-folder.js";

installErrorMatchers();

const example = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));
const webhookBody = fileURLToPath(new URL("../../stream/test/fixtures/webhook-body.json", import.meta.url));

function folders(): { logs: string; place: StorePlace } {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "logs"));
  return { logs: join(folder, "logs"), place: storePlace(join(folder, "store")) };
}

const run = (
  place: StorePlace,
  inputs: readonly string[],
  options: Partial<CollectOptions> = {},
): Promise<CollectResult> =>
  collect(place, [{ cluster: "prod", inputs }], { tool: "test", now: () => new Date(), ...options });

const lines = (first: number, count: number): string =>
  jsonLines(Array.from({ length: count }, (_, at) => auditEvent({ auditID: auditID(first + at) })));

describe("collect", () => {
  test("reads archives whole, wherever they lie, and once", async () => {
    const { logs, place } = folders();
    // Without a name of its own an API server is called after the archive.
    const ofOne = (inputs: readonly string[]): Promise<CollectResult> =>
      collect(place, [{ cluster: "prod", inputs, instance: "m1" }], { tool: "test", now: () => new Date() });
    execFileSync("tar", ["-czf", join(logs, "old.tar.gz"), "-C", example, "audit.log"]);
    const inFolder = await ofOne([logs]);
    const count = readFileSync(join(example, "audit.log"), "utf8").trimEnd().split("\n").length;
    expect(inFolder.counts).toMatchObject({ events: count, duplicates: 0 });
    expect((await ofOne([logs])).commits).toBe(0);
    const [first] = await all(readStore(place.objects));
    expect(first?.provenance.file).toBe("old.tar.gz!/audit.log");
    // The same archive under another name, and named itself: known by its events.
    cpSync(join(logs, "old.tar.gz"), join(logs, "copy.tar.gz"));
    expect((await ofOne([join(logs, "copy.tar.gz")])).counts).toMatchObject({ events: 0, duplicates: count });
    expect((await verifyStore(place.objects)).problems).toEqual([]);
  });

  test("stores the same events once though they come by webhook and by file", async () => {
    const { logs, place } = folders();
    const body = JSON.parse(readFileSync(webhookBody, "utf8")) as { items: object[] };
    cpSync(webhookBody, join(logs, "body.json"));
    const asLines = body.items.map((item) => JSON.stringify({ kind: "Event", apiVersion: "audit.k8s.io/v1", ...item }));
    writeFileSync(join(logs, "audit.log"), `${asLines.join("\n")}\n`);
    const { counts } = await run(place, [logs], { settleMilliseconds: 0 });
    expect(counts).toMatchObject({ events: body.items.length, duplicates: body.items.length, conflicts: 0 });
  });

  test("retries a compressed file that is still being written", async () => {
    const { logs, place } = folders();
    const whole = gzipSync(lines(1, 50));
    const path = join(logs, "audit-2026-11-22T12-00-00.000.log.gz");
    writeFileSync(path, whole.subarray(0, 100));
    const first = await run(place, [logs]);
    expect(first.counts.rejected).toBe(0);
    writeFileSync(path, whole);
    expect((await run(place, [logs])).totals).toMatchObject({ events: 50, rejected: 0 });
  });

  test("keeps each rejected record once, with its place and reason", async () => {
    const { logs, place } = folders();
    writeFileSync(join(logs, "audit.log"), `${lines(1, 2)}{"kind":"Event","auditID":\n${lines(3, 1)}`);
    await run(place, [logs]);
    await run(place, [logs]);
    const reading = readStore(place.objects);
    expect(await all(reading)).toHaveLength(3);
    const { rejected, totals } = await reading.account;
    expect(rejected).toMatchObject([{ file: "audit.log", byteOffset: lines(1, 2).length, reason: "truncated" }]);
    expect(totals).toMatchObject({ records: 4, events: 3, rejected: 1 });
  });

  test("goes on until the signal, commits while it waits, and ends with everything committed", async () => {
    const { logs, place } = folders();
    writeFileSync(join(logs, "audit.log"), lines(1, 3));
    const ending = new AbortController();
    const seen: number[] = [];
    const running = run(place, [logs], {
      follow: true,
      commitMilliseconds: 20,
      signal: ending.signal,
      onCommit: async ({ totals }) => void seen.push(totals.events),
    });
    const until = async (events: number): Promise<void> => {
      while ((seen.at(-1) ?? 0) < events) await wait(10);
    };
    await until(3);
    appendFileSync(join(logs, "audit.log"), lines(4, 2));
    await until(5);
    appendFileSync(join(logs, "audit.log"), lines(6, 1));
    await wait(300);
    ending.abort();
    expect(await running).toMatchObject({ wasEnded: true, totals: { events: 6 } });
    expect(await all(readStore(place.objects))).toHaveLength(6);
  });

  test("tells what vanished before it was read, in the commit and in its result", async () => {
    const { logs, place } = folders();
    writeFileSync(join(logs, "audit.log"), lines(1, 3));
    await run(place, [logs]);
    writeFileSync(join(logs, "audit.log"), lines(10, 1));
    const { notices } = await run(place, [logs]);
    expect(notices).toMatchObject([{ kind: "loss", reason: "vanished", file: "audit.log", cluster: "prod" }]);
  });

  test("refuses to run without an input, and beside another run", async () => {
    const { logs, place } = folders();
    await expect(run(place, [])).toRejectWithCode("KAUDIT_STORE_OPTION_INVALID");
    await expect(run(place, [join(logs, "missing", "x")])).toRejectWithCode("KAUDIT_STREAM_INPUT_MISSING");
    const ending = new AbortController();
    const seen: number[] = [];
    writeFileSync(join(logs, "audit.log"), lines(1, 1));
    const options = {
      follow: true,
      commitMilliseconds: 10,
      signal: ending.signal,
      onCommit: async ({ seq }: { seq: number }) => void seen.push(seq),
    };
    const running = run(place, [logs], options);
    while (seen.length === 0) await wait(10);
    await expect(run(place, [logs])).toRejectWithCode("KAUDIT_STORE_BUSY");
    ending.abort();
    await running;
  });
});
