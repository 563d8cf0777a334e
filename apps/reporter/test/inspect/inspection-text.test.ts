import { hostileStrings } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { inspectEvents } from "../../src/inspect/inspect-events.js";
import { inspectionText } from "../../src/inspect/inspection-text.js";
import { inertJson } from "../../src/query/inert-json.js";
import { displayWidth } from "../../src/terminal/display-width.js";
import { createStyle } from "../../src/terminal/style.js";
import { type GivenEvent, givenReading } from "./given-reading.js";

const style = createStyle({ isTerminal: false, columns: 80, environment: { LANG: "C.UTF-8" }, platform: "linux" });
const options = { top: 10, policy: null };

/** What acts on a terminal or on how text looks: controls, bidirectional and invisible characters, tags. */
const acting = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** An instant so many seconds after the log of a test begins. */
function afterStart(seconds: number): string {
  return new Date(Date.parse("2026-10-14T01:41:00Z") + seconds * 1000).toISOString().replace("Z", "000Z");
}

/** An event in which everything that a client, an envelope or a file name can choose is this text. */
function hostileEvent(value: string): GivenEvent {
  return {
    event: {
      level: value,
      stage: value,
      verb: value,
      requestURI: value,
      user: { username: value, groups: [value] },
      userAgent: value,
      objectRef: { resource: value, namespace: value, name: value, apiGroup: value },
    },
    provenance: { file: value, envelope: value, instance: value, cluster: value, reconstructed: [value] },
  };
}

describe("inspectionText", () => {
  test.each(hostileStrings.map(({ name, value }) => [name, value]))(
    "keeps %s inert, also in JSON",
    async (_n, value) => {
      const reading = givenReading([hostileEvent(value)], {
        files: [
          {
            file: value,
            instance: value,
            foreign: 1,
            foreignByKind: { [value]: 1 },
            rejected: 1,
            rejectedByReason: { truncated: 1 },
          },
        ],
        skipped: [{ file: value, bytes: 1, reason: value }],
        rejected: [{ file: value, byteOffset: 0, byteLength: 1, reason: "truncated", detail: value, excerpt: value }],
      });
      const inspection = await inspectEvents(reading, options);
      const text = inspectionText(inspection, 10, style);
      expect(text.replaceAll("\n", "")).not.toMatch(acting);
      // What stands on a line of its own, as a file to be copied, may be long; no table may.
      const tables = text.split("\n").filter((line) => /^\S/.test(line) && / {2}/.test(line));
      for (const line of tables) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
      const json = inertJson(inspection, 2);
      expect(json.replaceAll("\n", "")).not.toMatch(acting);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(inspection)));
    },
  );

  test("says in plain words what the way events came by cannot show", async () => {
    const reading = givenReading([{ provenance: { origin: "aks", blindSpots: ["no-reads"] } }, {}]);
    const text = inspectionText(await inspectEvents(reading, options), 10, style);
    const oneLine = text.replaceAll(/\s+/g, " ");
    expect(oneLine).toContain("origins 1 aks 1 kube-apiserver");
    expect(oneLine).toContain("What the way these events came by cannot show no-reads, 1 of 2 events");
    expect(oneLine).toContain("who read a Secret cannot be seen");
    expect(oneLine).toContain("Limits secrets, sessions, authentication, authorization, impersonation.");
  });

  test("says when counts are lower bounds", async () => {
    const events = Array.from({ length: 6000 }, (_, n) => ({ event: { user: { username: `user-${n}` } } }));
    const text = inspectionText(await inspectEvents(givenReading(events), options), 10, style);
    expect(text).toContain("More of them than are counted: the count of each is a lower bound.");
  });

  test("tells a gap with its API server, times and how long", async () => {
    const events = Array.from({ length: 6000 }, (_, n) => n * 5)
      .filter((second) => second < 1800 || second >= 1800 + 23_640)
      .map((second) => ({ event: { stageTimestamp: afterStart(second) }, provenance: { instance: "cp-2" } }));
    const text = inspectionText(await inspectEvents(givenReading(events), options), 10, style);
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "cp-2, 2026-10-14 02:10:55 to 2026-10-14 08:45:00: recorded nothing for 6 h 34 min (more than 2 min is a gap there)",
    );
  });
});
