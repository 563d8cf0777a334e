import { describe, expect, test } from "vitest";
import { sessionTimeline } from "../../src/document/session-timeline.js";
import type { TimelineBlock } from "../../src/document/report-document.js";
import { textOf } from "../../src/document/text.js";
import { clockTicks, dayTicks } from "../../src/document/time-ticks.js";
import { evidenceOf } from "../fixtures/evidence-of.js";
import { sessionsRow } from "../fixtures/sample-rows.js";

const month = { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z", label: "October 2026" };
const minutes = { from: "2026-10-01T12:00:00Z", to: "2026-10-01T12:02:00Z", label: "two minutes" };

type Row = Parameters<typeof sessionsRow>[0];

async function timeline(rows: readonly Row[], period: typeof month): Promise<TimelineBlock> {
  const evidence = evidenceOf({ rows: { sessions: rows.map((row) => sessionsRow(row)) }, period });
  const [, block] = await sessionTimeline(evidence, period);
  if (block === undefined) throw new Error("no timeline");
  return block;
}

function at(second: number): string {
  return `2026-10-01T12:00:${String(second).padStart(2, "0")}.000000Z`;
}

describe("sessionTimeline", () => {
  test("a month has days across and hours down, and a session over midnight goes on at the top of the next day", async () => {
    const start = "2026-10-02T23:00:00.000000Z";
    const block = await timeline(
      [{ time: start, start, durationSeconds: 7200, open: false, established: true }],
      month,
    );
    const [lane] = block.lanes;
    expect(lane?.levels.map(({ label }) => label)).toEqual(["00", "06", "12", "18", "24"]);
    expect(lane?.marks.map(({ x, y, height }) => [Math.floor(x * 31) + 1, y / 7, height / 7])).toEqual([
      [2, 23, 1],
      [3, 0, 1],
    ]);
  });

  test("up to three days have a lane for each actor; refused and failed attempts have marks of their own", async () => {
    const block = await timeline(
      [
        { time: at(30), start: at(30), actor: "bob", durationSeconds: 60, open: false, established: true },
        { time: at(10), start: at(10), actor: "bob", established: false, outcome: "denied" },
        { time: at(20), start: at(20), actor: "carol", established: false, outcome: "failed" },
      ],
      minutes,
    );
    expect(block.lanes.map(({ label, note }) => [textOf(label), note])).toEqual([
      ["bob", "2 attempts"],
      ["carol", "1 attempt"],
    ]);
    const [refused, session] = block.lanes[0]?.marks ?? [];
    expect([refused?.mark, session?.mark, block.lanes[1]?.marks[0]?.mark]).toEqual(["refused", "session", "failed"]);
    expect([session?.x, session?.width]).toEqual([0.25, 0.5]);
    expect(block.legend.map(({ words }) => words)).toEqual(["people", "refused (401, 403)", "failed before it began"]);
  });

  test("ten thousand attempts are drawn as 600 marks, sessions before others", async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      rowId: `sessions-${index}`,
      time: new Date(Date.UTC(2026, 9, 1 + (index % 31), index % 24)).toISOString(),
      established: index % 50 === 0,
      open: false,
      durationSeconds: 60,
      outcome: index % 50 === 0 ? ("success" as const) : ("denied" as const),
    }));
    const block = await timeline(rows, month);
    expect(block.lanes[0]?.marks).toHaveLength(600);
    expect(block.lanes[0]?.marks.filter(({ mark }) => mark === "session")).toHaveLength(200);
  });
});

test("ticks fall on whole seconds, minutes or hours, and there are at most eight", () => {
  expect(clockTicks(minutes.from, minutes.to).map(({ label }) => label)).toEqual([
    "12:00:00",
    "12:00:30",
    "12:01:00",
    "12:01:30",
  ]);
  for (const hours of [0.01, 0.3, 1, 5, 23, 48, 72]) {
    const to = new Date(Date.parse(minutes.from) + hours * 3_600_000).toISOString();
    expect(clockTicks(minutes.from, to).length).toBeLessThanOrEqual(9);
  }
  expect(dayTicks(month.from, month.to).map(({ label }) => label)).toEqual(["1", "5", "10", "15", "20", "25", "31"]);
});
