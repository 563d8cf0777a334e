import type { TimelineBlock, TimelineLane, TimelineMark } from "../../document/report-document.js";
import { percentOf } from "../coordinates.js";
import { textView, type RunView } from "../text-view.js";
import type { AxisTick } from "../time-axis.js";
import { actorTone } from "./actor-bars.js";

/** Points of the document are drawn a little larger on a screen. */
const scale = 1.25;

interface MarkView {
  readonly session: boolean;
  readonly refused: boolean;
  readonly x: string;
  readonly y: number;
  readonly width: string;
  readonly height: number;
  readonly tone: string;
  /** Middle of a cross or ring. */
  readonly middle: number;
}

/** When sessions were and how long; the browser stretches it to the width at hand. */
export interface TimelineView {
  readonly description: string;
  readonly ticks: readonly AxisTick[];
  readonly byDay: boolean;
  readonly legend: readonly { readonly mark: MarkView; readonly words: string }[];
  readonly lanes: readonly {
    readonly label: readonly RunView[];
    readonly note: string;
    readonly height: number;
    readonly levels: readonly { readonly y: number; readonly textY: number; readonly label: string }[];
    readonly tints: readonly {
      readonly x: string;
      readonly width: string;
      readonly y: number;
      readonly height: number;
    }[];
    readonly marks: readonly MarkView[];
  }[];
}

/** Lays out the timeline. */
export function timelineView(block: TimelineBlock): TimelineView {
  return {
    description: block.description,
    ticks: block.ticks.map(({ at, label }) => ({
      x: percentOf(at),
      label,
      anchor: at < 0.02 ? "start" : at > 0.98 ? "end" : "middle",
    })),
    byDay: block.lanes.some(({ levels }) => levels.length > 0),
    legend: block.legend.map(({ mark, actorKind, words }) => ({
      mark: markView({ mark, actorKind: actorKind ?? "human", x: 0, width: 1, y: 2, height: 7 }),
      words,
    })),
    lanes: block.lanes.map(laneView),
  };
}

function laneView(lane: TimelineLane): TimelineView["lanes"][number] {
  return {
    label: textView(lane.label),
    note: lane.note,
    height: scaled(lane.height),
    levels: lane.levels.map(({ y, label }) => ({
      y: scaled(y),
      textY: Math.min(scaled(lane.height) - 3, scaled(y) + 12),
      label,
    })),
    tints: lane.tints.map((tint) => ({
      x: percentOf(tint.x),
      width: percentOf(tint.width),
      y: scaled(tint.y),
      height: scaled(tint.height),
    })),
    marks: lane.marks.map(markView),
  };
}

function markView(mark: TimelineMark): MarkView {
  return {
    session: mark.mark === "session",
    refused: mark.mark === "refused",
    x: percentOf(mark.x),
    y: scaled(mark.y),
    // A mark of no width is narrow: the style gives it its least.
    width: percentOf(mark.width),
    height: scaled(mark.height),
    tone: `tone-${actorTone(mark.actorKind)}`,
    middle: scaled(mark.y + mark.height / 2),
  };
}

function scaled(points: number): number {
  return Math.round(points * scale * 100) / 100;
}
