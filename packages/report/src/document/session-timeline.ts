import type { ActorKind, Evidence, SessionsRow } from "@kaudit/evidence";
import { actorText } from "./actors.js";
import type { HeadingBlock, TimelineBlock, TimelineLane, TimelineMark } from "./report-document.js";
import { absent, plain } from "./text.js";
import { clockTicks, dayTicks } from "./time-ticks.js";
import { counted, formatCount } from "./words/count.js";
import type { Period } from "./words/period.js";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Up to this, each actor has a lane of its own; above, days lie across and hours down. */
const longestLanes = 3 * dayMs;
/** More marks than this are no picture. */
const mostMarks = 600;
const mostLanes = 8;
/** Height of an hour where hours run down. */
const hourHeight = 7;
/** A mark of no length is as high as this. */
const shortest = 2.6;
const laneHeight = 17;
/** Working time stays white. */
const workday = { from: 7, to: 18 } as const;

/**
 * Gives when sessions were and for how long, with its heading: days across and hours down, or for up to three days a lane for each
 * actor. Reads the register once and keeps at most 600 marks, established sessions before others.
 */
export async function sessionTimeline(
  { rows }: Evidence,
  period: Period,
): Promise<readonly [HeadingBlock, TimelineBlock] | readonly []> {
  const all: SessionsRow[] = [];
  let total = 0;
  for await (const row of rows("sessions")) {
    total += 1;
    if (all.length < mostMarks) all.push(row);
    else if (row.established) {
      const place = all.findLastIndex((one) => !one.established);
      if (place >= 0) all.splice(place, 1, row);
    }
  }
  const shown = all.toSorted((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
  if (shown.length === 0) return [];
  const lanes = Date.parse(period.to) - Date.parse(period.from) <= longestLanes;
  const block = lanes ? byActor(shown, period) : byDay(shown, period);
  const some =
    total > shown.length ? ` The first ${formatCount(shown.length)} of ${formatCount(total)} are drawn.` : "";
  const how = lanes
    ? "A lane for each actor; length: duration."
    : `Days across, time of day (UTC) down; length: duration. Tinted: outside 07 to 18 UTC, or weekend.`;
  const heading: HeadingBlock = { kind: "heading", text: "When, and for how long", note: [plain(`${how}${some}`)] };
  return [heading, block];
}

function startOf(row: SessionsRow): string {
  return row.start === "" ? row.time : row.start;
}

function markOf(row: SessionsRow): TimelineMark["mark"] {
  if (row.established) return "session";
  return row.outcome === "denied" ? "refused" : "failed";
}

/** From when to when, within the period; a session that was still open lasts to the period's end. */
function extent(row: SessionsRow, period: Period): readonly [number, number] {
  const first = Date.parse(period.from);
  const last = Date.parse(period.to);
  const start = Math.min(last, Math.max(first, Date.parse(startOf(row))));
  const length = row.open && row.established ? last - start : (row.durationSeconds ?? 0) * 1000;
  return [start, Math.min(last, start + length)];
}

function byActor(rows: readonly SessionsRow[], period: Period): TimelineBlock {
  const first = Date.parse(period.from);
  const length = Math.max(1, Date.parse(period.to) - first);
  const byName = new Map<string, SessionsRow[]>();
  for (const row of rows) byName.set(row.actor, [...(byName.get(row.actor) ?? []), row]);
  const sorted = [...byName].toSorted((one, other) => other[1].length - one[1].length || (one[0] < other[0] ? -1 : 1));
  const named = sorted.length <= mostLanes ? sorted : sorted.slice(0, mostLanes - 1);
  const rest = sorted.slice(named.length).flatMap(([, own]) => own);
  const lane = (label: TimelineLane["label"], own: readonly SessionsRow[]): TimelineLane => ({
    label,
    note: counted(own.length, "attempt"),
    height: laneHeight,
    levels: [],
    tints: [],
    marks: own.map((row): TimelineMark => {
      const [start, end] = extent(row, period);
      const x = (start - first) / length;
      return {
        mark: markOf(row),
        actorKind: row.actorKind,
        x,
        width: (end - start) / length,
        y: laneHeight / 2 - 3.5,
        height: 7,
      };
    }),
  });
  return {
    kind: "timeline",
    ticks: clockTicks(period.from, period.to),
    lanes: [
      ...named.map(([actor, own]) => lane(actorText(actor), own)),
      ...(rest.length === 0 ? [] : [lane([absent(`${formatCount(sorted.length - named.length)} others`)], rest)]),
    ],
    legend: legendOf(rows),
    description: description(rows),
  };
}

function byDay(rows: readonly SessionsRow[], period: Period): TimelineBlock {
  const first = Math.floor(Date.parse(period.from) / dayMs) * dayMs;
  const days = Math.max(1, Math.ceil((Date.parse(period.to) - first) / dayMs));
  const marks = rows.flatMap((row): TimelineMark[] => {
    const [start, end] = extent(row, period);
    const pieces: TimelineMark[] = [];
    for (let from = start; pieces.length === 0 || from < end; from = (Math.floor(from / dayMs) + 1) * dayMs) {
      const midnight = (Math.floor(from / dayMs) + 1) * dayMs;
      const height = Math.max(shortest, ((Math.min(end, midnight) - from) / hourMs) * hourHeight);
      const y = Math.min(24 * hourHeight - height, ((from % dayMs) / hourMs) * hourHeight);
      const x = (Math.floor((from - first) / dayMs) + 0.5) / days;
      pieces.push({ mark: markOf(row), actorKind: row.actorKind, x, width: 0, y, height });
    }
    return pieces;
  });
  return {
    kind: "timeline",
    ticks: dayTicks(period.from, period.to),
    lanes: [
      {
        label: [],
        note: "",
        height: 24 * hourHeight,
        levels: [0, 6, 12, 18, 24].map((hour) => ({
          y: hour * hourHeight,
          label: String(hour).padStart(2, "0"),
        })),
        tints: tints(first, days),
        marks: marks.slice(0, 2 * mostMarks),
      },
    ],
    legend: legendOf(rows),
    description: description(rows),
  };
}

/** Off hours of all days, and whole weekends. */
function tints(first: number, days: number): TimelineLane["tints"] {
  const all = 24 * hourHeight;
  const weekends = Array.from({ length: days }, (_, index) => index)
    .filter((index) => [0, 6].includes(new Date(first + index * dayMs).getUTCDay()))
    .map((index) => ({
      x: index / days,
      width: 1 / days,
      y: workday.from * hourHeight,
      height: (workday.to - workday.from) * hourHeight,
    }));
  return [
    { x: 0, width: 1, y: 0, height: workday.from * hourHeight },
    { x: 0, width: 1, y: workday.to * hourHeight, height: all - workday.to * hourHeight },
    ...weekends,
  ];
}

const groups: readonly { readonly kinds: readonly ActorKind[]; readonly words: string }[] = [
  { kinds: ["human"], words: "people" },
  { kinds: ["serviceaccount"], words: "service accounts" },
  { kinds: ["node", "system"], words: "nodes and system" },
  { kinds: ["anonymous", "unauthenticated"], words: "no identity" },
];

function legendOf(rows: readonly SessionsRow[]): TimelineBlock["legend"] {
  const seen = new Set(rows.filter((row) => row.established).map((row) => row.actorKind));
  const marks = new Set(rows.map(markOf));
  return [
    ...groups.flatMap(({ kinds, words }) => {
      const kind = kinds.find((one) => seen.has(one));
      return kind === undefined ? [] : [{ mark: "session" as const, actorKind: kind, words }];
    }),
    ...(marks.has("refused") ? [{ mark: "refused" as const, actorKind: null, words: "refused (401, 403)" }] : []),
    ...(marks.has("failed") ? [{ mark: "failed" as const, actorKind: null, words: "failed before it began" }] : []),
  ];
}

function description(rows: readonly SessionsRow[]): string {
  const of = (mark: TimelineMark["mark"]) => formatCount(rows.filter((row) => markOf(row) === mark).length);
  const longest = Math.max(0, ...rows.map((row) => row.durationSeconds ?? 0));
  return (
    `${of("session")} sessions, ${of("refused")} refused and ${of("failed")} failed attempts over time; ` +
    `the longest lasted ${formatCount(Math.round(longest))} seconds.`
  );
}
