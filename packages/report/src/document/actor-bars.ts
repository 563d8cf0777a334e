import type { Evidence, RegisterEntry, RegisterSummary } from "@kaudit/evidence";
import { actorGroups } from "./actors.js";
import { fineBars } from "./fine-actor-bars.js";
import { actorsOf, rowsBy } from "./register-counts.js";
import type { ActorBarsBlock, HeadingBlock } from "./report-document.js";
import { plain } from "./text.js";
import { agreeing, counted, formatCount } from "./words/count.js";
import { daysOf, hourMs, hoursOf, type Period } from "./words/period.js";

const weeklyAboveDays = 62;
const weekMs = 7 * 24 * hourMs;

/**
 * Gives the bars of a register's rows over time with their heading, or nothing where the period has too few bars to compare. Bars of
 * a period of less than three hours are counted from the rows, which are then read once.
 */
export async function actorBars(
  evidence: Evidence,
  entry: RegisterEntry,
  what: string,
): Promise<readonly [HeadingBlock, ActorBarsBlock] | readonly []> {
  const { period } = evidence.bundle;
  const usual = bucketOf(entry.summary, period);
  const fine = usual === undefined ? await fineBars(evidence, entry, period) : undefined;
  if (usual === undefined && fine === undefined) return [];
  const bucket = usual ?? "hour";
  const rows = actorGroups
    .map((group, index) => {
      const row = barRow(entry.summary, period, bucket, group);
      return fine === undefined ? row : { ...row, buckets: fine.buckets[index] ?? [] };
    })
    .filter((row) => row.total > 0 || row.label === "People");
  const scale = rows.length === 1 ? "" : `One scale for all ${rows.length} rows. `;
  const each = fine?.words ?? bucket;
  const heading: HeadingBlock = {
    kind: "heading",
    text: `${what} each ${each}, by who asked`,
    note: [plain(`${scale}${marks(entry)}`)],
  };
  const parts = rows.map((row) => `${row.label} ${formatCount(row.total)}`).join(", ");
  const description = `${what} each ${each} of the period by kind of actor: ${parts}. ${busiest(rows, bucket)}`;
  const short = fine === undefined ? {} : { bucketMs: fine.bucketMs };
  return [heading, { kind: "actor-bars", from: period.from, to: period.to, bucket, ...short, rows, description }];
}

function marks(entry: RegisterEntry): string {
  const { success } = entry.summary.byOutcome;
  if (success === 0) return "All outlined: none was successful.";
  if (success === entry.rows) return "All filled: every one was successful.";
  return "Filled: success. Outline: refused, failed, or no final answer recorded.";
}

type Bucket = ActorBarsBlock["bucket"];
type BarRow = ActorBarsBlock["rows"][number];

function bucketOf(summary: RegisterSummary, period: Period): Bucket | undefined {
  if (summary.bucket === "hour") return hoursOf(period) < 3 ? undefined : "hour";
  const days = daysOf(period);
  if (days < 3) return undefined;
  return days > weeklyAboveDays ? "week" : "day";
}

function barRow(summary: RegisterSummary, period: Period, bucket: Bucket, group: (typeof actorGroups)[number]): BarRow {
  const buckets = new Map<string, readonly [string, number, number]>();
  for (const [start, kind, success, other] of summary.overTime) {
    if (!group.kinds.includes(kind)) continue;
    const key = bucket === "week" ? weekStart(start, period) : start;
    const sum = buckets.get(key);
    buckets.set(key, [key, (sum?.[1] ?? 0) + success, (sum?.[2] ?? 0) + other]);
  }
  return {
    label: group.label,
    note: identities(summary, group),
    actorKinds: group.kinds,
    total: rowsBy(summary, group.kinds),
    buckets: [...buckets.values()].toSorted((one, other) => (one[0] < other[0] ? -1 : 1)),
  };
}

/** Weeks are counted from the period's start. */
function weekStart(start: string, period: Period): string {
  const from = Date.parse(period.from);
  const weeks = Math.floor((Date.parse(start) - from) / weekMs);
  return new Date(from + Math.max(0, weeks) * weekMs).toISOString();
}

function identities(summary: RegisterSummary, group: (typeof actorGroups)[number]): string {
  if (group.label === "No identity") return "anonymous, 401";
  const count = actorsOf(summary, group.kinds);
  return count === null ? "counting of identities stopped" : counted(count, "identity", "identities");
}

function busiest(rows: readonly BarRow[], bucket: Bucket): string {
  let most: { readonly label: string; readonly start: string; readonly count: number } | undefined;
  for (const row of rows) {
    for (const [start, success, other] of row.buckets) {
      const count = success + other;
      if (most === undefined || count > most.count) most = { label: row.label, start, count };
    }
  }
  if (most === undefined) return "";
  const when = bucket === "hour" ? most.start.slice(0, 16).replace("T", " ") : most.start.slice(0, 10);
  return `The largest bar is ${most.label}, ${when}, with ${formatCount(most.count)} ${agreeing(most.count, "row", "rows")}.`;
}
