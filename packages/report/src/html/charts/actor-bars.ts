import type { ActorKind } from "@kaudit/evidence";
import type { ActorBarsBlock } from "../../document/report-document.js";
import { formatCount } from "../../document/words/count.js";
import { percentOf } from "../coordinates.js";
import { timeAxis } from "../time-axis.js";
import type { AxisSpan, AxisTick } from "../time-axis.js";

/** A bar: filled (successful) or outlined (everything else). Heights in pixels, the rest in shares of the width. */
interface BarView {
  readonly x: string;
  readonly width: string;
  readonly y: number;
  readonly height: number;
  readonly open: boolean;
}

interface ActorRowView {
  readonly label: string;
  readonly note: string;
  readonly total: string;
  readonly tone: string;
  readonly bars: readonly BarView[];
  /** The tallest bar's number, if the row has a bar. */
  readonly peak: { readonly x: string; readonly y: number; readonly label: string; readonly anchor: string } | null;
}

/** Small multiples of bars over time, one row per kind of actor, on one scale. */
export interface ActorBarsView {
  /** The period that the width stands for. */
  readonly from: string;
  readonly to: string;
  readonly description: string;
  readonly caption: string;
  readonly ticks: readonly AxisTick[];
  readonly weekends: readonly AxisSpan[];
  readonly rows: readonly ActorRowView[];
}

const base = 44;
const highest = 28;
const bucketLength = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

/** Lays out the bars; the browser stretches them to the width at hand. */
export function actorBarsView(block: ActorBarsBlock): ActorBarsView {
  const axis = timeAxis(block.from, block.to);
  const most = Math.max(1, ...block.rows.flatMap((row) => row.buckets.map(([, success, other]) => success + other)));
  const length = block.bucketMs ?? bucketLength[block.bucket];
  const height = (count: number): number => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * highest)));
  return {
    description: block.description,
    from: block.from,
    to: block.to,
    caption: axis.caption,
    ticks: axis.ticks,
    weekends: axis.weekends,
    rows: block.rows.map((row) => {
      let peak: ActorRowView["peak"] = null;
      let peakCount = 0;
      const bars = row.buckets.flatMap(([start, success, other]): BarView[] => {
        const left = axis.at(Date.parse(start));
        const width = axis.at(Date.parse(start) + length) - left;
        const filled = height(success);
        const open = other === 0 ? 0 : Math.max(2, height(success + other) - filled);
        if (success + other > peakCount) {
          peakCount = success + other;
          const middle = left + width / 2;
          const anchor = middle < 0.02 ? "start" : middle > 0.98 ? "end" : "middle";
          peak = { x: percentOf(middle), y: base - filled - open - 4, label: formatCount(peakCount), anchor };
        }
        const place = { x: percentOf(left + width * 0.12), width: percentOf(width * 0.76) };
        return [
          { ...place, y: base - filled, height: filled, open: false },
          { ...place, y: base - filled - open, height: open, open: true },
        ].filter((bar) => bar.height > 0);
      });
      return {
        label: row.label,
        note: row.note,
        total: formatCount(row.total),
        tone: actorTone(row.actorKinds[0]),
        bars,
        peak,
      };
    }),
  };
}

/** The colour token of a kind of actor: people are dark, machines pale, callers without identity plum. */
export function actorTone(kind: ActorKind | undefined): string {
  if (kind === "human") return "human";
  if (kind === "serviceaccount") return "sa";
  return kind === "anonymous" || kind === "unauthenticated" ? "anon" : "sys";
}
