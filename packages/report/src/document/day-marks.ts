import type { EventClassInBundle } from "@kaudit/evidence";
import type { CellPicture } from "./report-document.js";
import { counted, formatCount } from "./words/count.js";
import { daysOf } from "./words/period.js";
import type { Period } from "./words/period.js";

const dayMs = 86_400_000;
/** More days than this are shown by weeks, and more weeks than that not at all. */
const mostMarks = 62;

type Days = NonNullable<EventClassInBundle["days"]>;

/** Gives a mark a day, or a week where there are many; nothing for years. */
export function dayMarks(period: Period, days: Days | null): CellPicture | undefined {
  const count = daysOf(period);
  const step = count <= mostMarks ? 1 : 7;
  if (Math.ceil(count / step) > mostMarks) return undefined;
  const missing = new Set(days?.notInFull);
  const first = Math.floor(Date.parse(period.from) / dayMs);
  const marks = Array.from({ length: Math.ceil(count / step) }, (_, mark) => {
    if (days === null) return "none";
    const own = Array.from({ length: Math.min(step, count - mark * step) }, (__, day) => first + mark * step + day);
    return own.some((day) => missing.has(new Date(day * dayMs).toISOString().slice(0, 10))) ? "short" : "full";
  });
  return { kind: "marks", marks };
}

/** Says how many days are covered, and by what that is judged. */
export function daysWords({ by, inFull, inPeriod }: Days): string {
  return by === "covered-time"
    ? `${formatCount(inFull)} of ${counted(inPeriod, "day")} in full`
    : `events on ${formatCount(inFull)} of ${counted(inPeriod, "day")}`;
}
