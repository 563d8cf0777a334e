import type { EvidenceBundle } from "../bundle.js";
import { counted, mostPlaces } from "../internal/findings.js";
import type { Finding } from "../internal/findings.js";

/** Upper bounds of the histogram's buckets, in seconds from the event's own time to its receive time; the last has none. */
const bucketBounds = [-300, -60, -1, 1, 10, 60, 300, 3600, 86_400] as const;
/** An event that is dated so much after it was received was not dated by a right clock. */
const dateAheadMs = 300_000;
/** An event that is received so much after it happened waited, or is dated wrongly. */
const receivedLateMs = 3_600_000;
/** The median is known to within this factor. */
const medianStep = 1.05;

type ReceiveTimeInBundle = NonNullable<EvidenceBundle["coverage"][number]["receiveTime"]>;

interface Skew {
  events: number;
  least: number;
  most: number;
  readonly buckets: number[];
  /** Events by sign and logarithm of the difference. */
  readonly bySize: Map<number, number>;
  ahead: number;
  late: number;
  outside: number;
  readonly aheadPlaces: string[];
  readonly latePlaces: string[];
}

/** Measures how far events are dated from the time at which they were logged or received, by API server. */
export interface ReceiveTimes {
  /** Notes an event: when it was recorded and when its envelope says that it was logged or received, in milliseconds. */
  add(server: number, recorded: number, receivedAt: number, place: () => string): void;
  /** What was measured of a server; null where no envelope told a time. */
  of(server: number): ReceiveTimeInBundle | null;
  /** Says which events are dated far from their receive time, of these servers. */
  findings(servers: readonly number[]): Finding[];
}

/** Makes an empty measurement; events count whose own time or receive time lies in the period (milliseconds, half-open). */
export function createReceiveTimes(from: number, to: number): ReceiveTimes {
  const servers = new Map<number, Skew>();
  const inside = (time: number): boolean => time >= from && time < to;

  function skewOf(server: number): Skew {
    const known = servers.get(server);
    if (known !== undefined) return known;
    const made: Skew = {
      events: 0,
      least: Number.POSITIVE_INFINITY,
      most: Number.NEGATIVE_INFINITY,
      buckets: Array.from({ length: bucketBounds.length + 1 }, () => 0),
      bySize: new Map(),
      ahead: 0,
      late: 0,
      outside: 0,
      aheadPlaces: [],
      latePlaces: [],
    };
    servers.set(server, made);
    return made;
  }

  return {
    add(server, recorded, receivedAt, place) {
      if (!inside(recorded) && !inside(receivedAt)) return;
      const skew = skewOf(server);
      const difference = receivedAt - recorded;
      skew.events++;
      skew.least = Math.min(skew.least, difference);
      skew.most = Math.max(skew.most, difference);
      const bucket = bucketBounds.findIndex((bound) => difference < bound * 1000);
      const at = bucket === -1 ? bucketBounds.length : bucket;
      skew.buckets[at] = (skew.buckets[at] ?? 0) + 1;
      const size = sizeOf(difference);
      skew.bySize.set(size, (skew.bySize.get(size) ?? 0) + 1);
      const isAhead = difference < -dateAheadMs;
      if (!isAhead && difference <= receivedLateMs) return;
      if (!inside(recorded)) skew.outside++;
      if (isAhead) skew.ahead++;
      else skew.late++;
      const places = isAhead ? skew.aheadPlaces : skew.latePlaces;
      if (places.length < mostPlaces) places.push(place());
    },
    of(server) {
      const skew = servers.get(server);
      if (skew === undefined) return null;
      return {
        events: skew.events,
        medianSeconds: medianOf(skew),
        leastSeconds: skew.least / 1000,
        mostSeconds: skew.most / 1000,
        histogram: skew.buckets.map((count, at): [number | null, number] => [bucketBounds[at] ?? null, count]),
        datedAhead: skew.ahead,
        receivedLate: skew.late,
        farAndOutside: skew.outside,
      };
    },
    findings(numbers) {
      const skews = numbers.flatMap((number) => servers.get(number) ?? []);
      const sum = (of: (skew: Skew) => number): number => skews.reduce((total, skew) => total + of(skew), 0);
      const outside = sum((skew) => skew.outside);
      const outsideText =
        outside === 0
          ? ""
          : ` ${counted(outside, "event")} so far from the receive time ${outside === 1 ? "is" : "are"} dated outside of the period and in no register.`;
      return [
        ...finding(
          "dated-after-receipt",
          sum((skew) => skew.ahead),
          skews.flatMap((skew) => skew.aheadPlaces),
          (count, are) =>
            `${counted(count, "event")} ${are} dated more than 5 minutes after the log or service around ${count === 1 ? "it" : "them"} received ${count === 1 ? "it" : "them"}: a clock was wrong, or a time was changed.${outsideText}`,
        ),
        ...finding(
          "received-late",
          sum((skew) => skew.late),
          skews.flatMap((skew) => skew.latePlaces),
          (count, are) =>
            `${counted(count, "event")} ${are} dated more than an hour before the log or service around ${count === 1 ? "it" : "them"} received ${count === 1 ? "it" : "them"}: delivered late, or dated by a clock that was set back.${outsideText}`,
        ),
      ];
    },
  };
}

function finding(
  code: Finding["code"],
  count: number,
  places: readonly string[],
  message: (count: number, are: string) => string,
): Finding[] {
  if (count === 0) return [];
  return [{ code, message: message(count, count === 1 ? "is" : "are"), count, places: places.slice(0, mostPlaces) }];
}

/** 0 for less than a millisecond, else the logarithm with the sign of the difference. */
function sizeOf(milliseconds: number): number {
  const size = Math.abs(milliseconds) < 1 ? 0 : 1 + Math.round(Math.log(Math.abs(milliseconds)) / Math.log(medianStep));
  return milliseconds < 0 ? -size : size;
}

function medianOf({ bySize, events, least, most }: Skew): number {
  let left = Math.ceil(events / 2);
  for (const [size, count] of [...bySize].toSorted(([a], [b]) => a - b)) {
    left -= count;
    if (left > 0) continue;
    const milliseconds = size === 0 ? 0 : Math.sign(size) * medianStep ** (Math.abs(size) - 1);
    return Math.round(Math.min(most, Math.max(least, milliseconds))) / 1000;
  }
  return 0;
}
