import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { stringifyEvent } from "@kaudit/schema";
import { auditEvent, eventList, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { readEvents } from "../src/index.js";
import { collectBytes } from "./collect.js";

/** What was read, compared with the bytes of the files themselves. */
interface RoundTrip {
  readonly events: number;
  /** Events whose `raw` is not what stands in the file at their place. */
  readonly otherBytes: number;
  /** Events that `stringifyEvent` does not write as they were read. */
  readonly otherText: readonly string[];
}

async function roundTrip(folder: string): Promise<RoundTrip> {
  const result = { events: 0, otherBytes: 0, otherText: [] as string[] };
  const files = new Map<string, Buffer>();
  for await (const { event, provenance, raw } of readEvents(folder, { raw: true })) {
    const { file, byteOffset, envelope, truncated } = provenance;
    // Of what was put together or cut there are no bytes to give back.
    if (truncated === true || provenance.reconstructed !== undefined) continue;
    let content = files.get(file);
    if (content === undefined) {
      const bytes = readFileSync(join(folder.split("{")[0] ?? folder, file));
      content = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
      files.clear();
      files.set(file, content);
    }
    result.events++;
    const read = Buffer.from(raw ?? []);
    const there = content.subarray(byteOffset, byteOffset + read.length);
    if (read.length === 0 || !there.equals(read)) result.otherBytes++;
    const written = stringifyEvent(event, { asListItem: envelope === "event-list" });
    if (written !== read.toString("utf8")) result.otherText.push(`${file}:${byteOffset}`);
  }
  return result;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const realLogs = path("../../../../shared/data/logs");

describe("readEvents with raw, and stringifyEvent", () => {
  test.each([
    ["../../../examples/recommended-policy", 1214],
    ["fixtures/{*.*,!(envelopes)/*}", 52],
  ])("give every event of %s back byte for byte", async (folder, events) => {
    expect(await roundTrip(path(folder))).toEqual({ events, otherBytes: 0, otherText: [] });
  });

  test.skipIf(!existsSync(realLogs))("give every event of all real logs back byte for byte", async () => {
    const { events, otherBytes, otherText } = await roundTrip(realLogs);
    expect({ events, otherBytes, otherText }).toEqual({ events: expect.any(Number), otherBytes: 0, otherText: [] });
    expect(events).toBeGreaterThan(17_000);
  });

  test("raw keeps what JavaScript's numbers cannot", async () => {
    const line = jsonLines([auditEvent({ requestObject: { n: 1 } })]).replace('"n":1', '"n":12345678901234567890');
    const [event] = await raws(collectBytes(`  ${line}`, { raw: true }));
    expect(event).toBe(line.trimEnd());
  });

  test("raw is the item of a list, and a copy that stays as it is", async () => {
    const list = eventList([auditEvent(), auditEvent({ verb: "list" })]);
    const indented = JSON.stringify(list, undefined, 1);
    const items = await raws(collectBytes(indented, { raw: true }, [1000]));
    expect(items.map((text) => JSON.parse(text) as unknown)).toEqual(list.items);
    expect(items.every((text) => indented.includes(text))).toBe(true);
  });

  test("without the option there is none", async () => {
    const { events } = await collectBytes(jsonLines([auditEvent()]));
    expect(events.map((event) => Object.keys(event))).toEqual([["event", "provenance"]]);
  });
});

async function raws(collected: ReturnType<typeof collectBytes>): Promise<readonly string[]> {
  const { events } = await collected;
  return events.map(({ raw }) => Buffer.from(raw ?? []).toString("utf8"));
}
