import type { EvidenceBundle } from "@kaudit/evidence";
import { serverName } from "./clusters.js";
import type { CoverageRibbonBlock } from "./report-document.js";
import { logText, muted } from "./text.js";
import { agreeing, counted, formatCount } from "./words/count.js";
import { hoursOf } from "./words/period.js";

/** More API servers than this are summed up in a line. */
const mostInstances = 12;

/** In how many of the period's hours each API server recorded something. */
export interface HourCoverage {
  readonly instances: number;
  /** Hours of the period, times API servers. */
  readonly total: number;
  /** Those with at least one event. */
  readonly withEvents: number;
}

/** Counts the hours with events over all API servers. An hour without one is not a proof of a gap: a quiet server records little. */
export function hourCoverage(bundle: EvidenceBundle): HourCoverage {
  const hours = hoursOf(bundle.period);
  return {
    instances: bundle.coverage.length,
    total: hours * bundle.coverage.length,
    withEvents: bundle.coverage.reduce((sum, instance) => sum + instance.hours.length, 0),
  };
}

/** Gives "hours" for one API server and "server hours" for more, in the form for this number. */
export function hourNoun(coverage: HourCoverage): string {
  const noun = agreeing(coverage.total, "hour", "hours");
  return coverage.instances > 1 ? `server ${noun}` : noun;
}

/** Gives the ribbon of when the log was running: the servers with fewest hours first where not all are shown. */
export function coverageRibbon(
  bundle: EvidenceBundle,
  most: number = mostInstances,
  nameOf: (server: EvidenceBundle["coverage"][number]) => string = (server) => serverName(bundle, server),
): CoverageRibbonBlock {
  const hours = hoursOf(bundle.period);
  const instances =
    bundle.coverage.length <= most
      ? byCluster(bundle)
      : bundle.coverage.toSorted((one, other) => one.hours.length - other.hours.length).slice(0, most);
  const rows = instances.map((instance) => ({
    instance: instance.instance === "" ? [muted("unnamed")] : logText(nameOf(instance), 120),
    hours: instance.hours,
    silences: instance.gaps.map(({ from, to }): readonly [string, string] => [from, to]),
    note: `${formatCount(instance.hours.length)} of ${formatCount(hours)}`,
  }));
  const counts = rows.map((row) => row.note).join("; ");
  return {
    kind: "coverage-ribbon",
    from: bundle.period.from,
    to: bundle.period.to,
    rows,
    description: `Events each hour of the period, a row for each API server. Hours with events: ${counts}. White boxes: gaps.`,
  };
}

/** The API servers of one cluster after those of another; the order of names is kept. */
function byCluster({ coverage }: EvidenceBundle): EvidenceBundle["coverage"] {
  return coverage.toSorted((one, other) => (one.cluster === other.cluster ? 0 : one.cluster < other.cluster ? -1 : 1));
}

/** Gives what the ribbon leaves out, or an empty string. */
export function furtherInstances(bundle: EvidenceBundle, most: number = mostInstances): string {
  const rest = bundle.coverage.length - most;
  if (rest <= 0) return "";
  return ` The ${most} API servers with fewest hours are shown; ${counted(rest, "more is", "more are")} in bundle.json.`;
}

/** Gives the hours of all API servers added up, for the picture on the cover. */
export function eventsByHour(bundle: EvidenceBundle): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const instance of bundle.coverage) {
    for (const [hour, events] of instance.hours) sums.set(hour, (sums.get(hour) ?? 0) + events);
  }
  return [...sums].toSorted((one, other) => (one[0] < other[0] ? -1 : 1));
}

/** Says how many API servers wrote the log: "1 API server". */
export function serverCount(bundle: EvidenceBundle): string {
  return counted(bundle.coverage.length, "API server");
}
