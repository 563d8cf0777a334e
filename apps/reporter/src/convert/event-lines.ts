import type { EvidencePeriod } from "@kaudit/evidence";
import { type BlindSpot, type EventOrigin, type SourcedEvent, stringifyEvent } from "@kaudit/schema";
import { isInsidePeriod } from "../period/inside-period.js";

/** What became of the events that were read. `written + outsidePeriod` are all of them. */
export interface ConversionCounts {
  /** Lines written. */
  written: number;
  /** Events received outside the chosen period, or, where one is chosen, without a time of reception. */
  outsidePeriod: number;
  /** Of those written: cut on their way. */
  truncated: number;
  /** Of those written: some fields were derived, not recorded. */
  reconstructed: number;
  /** Of those written: of another version of `audit.k8s.io`. */
  upgraded: number;
  /** Of those written, by whose account of the request they are. */
  readonly origins: Partial<Record<EventOrigin, number>>;
  /** Of those written, by what the way they came by cannot show: their lines no longer tell. */
  readonly blindSpots: Partial<Record<BlindSpot, number>>;
}

/** Counts nothing yet. */
export function noConversion(): ConversionCounts {
  return { written: 0, outsidePeriod: 0, truncated: 0, reconstructed: 0, upgraded: 0, origins: {}, blindSpots: {} };
}

/** Length of text that is handed on at once: a line at a time would cost more than making it. */
const pieceLength = 64 * 1024;

/**
 * Gives the events of a period as kube-apiserver writes them, a line each, several lines at a time, and counts them in
 * `counts` as it goes. Holds one piece.
 */
export async function* eventLines(
  events: AsyncIterable<SourcedEvent>,
  period: EvidencePeriod,
  counts: ConversionCounts,
): AsyncGenerator<string, void> {
  let piece = "";
  for await (const sourced of events) {
    if (!isInsidePeriod(sourced.event.requestReceivedTimestamp ?? "", period)) {
      counts.outsidePeriod++;
      continue;
    }
    count(sourced, counts);
    piece += `${stringifyEvent(sourced.event)}\n`;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

function count({ provenance }: SourcedEvent, counts: ConversionCounts): void {
  const { origin = "kube-apiserver", truncated, reconstructed = [], upgradedFrom, blindSpots = [] } = provenance;
  counts.written++;
  if (truncated === true) counts.truncated++;
  if (reconstructed.length > 0) counts.reconstructed++;
  if (upgradedFrom !== undefined) counts.upgraded++;
  counts.origins[origin] = (counts.origins[origin] ?? 0) + 1;
  for (const name of blindSpots) counts.blindSpots[name] = (counts.blindSpots[name] ?? 0) + 1;
}
