import { compareByCodePoint } from "@kaudit/schema";
import type { BlindSpot, EventOrigin, SourcedEvent } from "@kaudit/schema";
import { blindSpotNames } from "../blind-spots.js";
import type { EvidenceBundle } from "../bundle.js";
import { isApiServerWriter, writerName } from "./api-server-writer.js";
import { mostPlaces, notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { rowText } from "./row-text.js";

const mostClusters = 1000;
const reads: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/** Counts how the events of the period came by, and what that way cannot show. */
export interface SourceTally {
  add(sourced: SourcedEvent): void;
  /** Takes an event without a readable time, of which nobody can say whether it belongs to the period. */
  addUndated(sourced: SourcedEvent): void;
  finish(): EvidenceBundle["source"];
  /** Events that a container printed which is no API server's, with the containers' names. */
  readonly otherWriters: { readonly count: number; readonly names: readonly string[] };
  /** The blind spots of the events of these clusters, by their keys. */
  blindSpotsOf(clusterKeys: readonly string[]): EvidenceBundle["source"]["blindSpots"];
  /** Events that were cut on their way, in the period or without a time that says when. */
  readonly cut: NotedPlaces;
}

/** Makes an empty tally. */
export function createSourceTally(): SourceTally {
  const origins = new Map<EventOrigin, number>();
  /** By cluster; those beyond the thousandth are counted with the last. */
  const spots = new Map<string, Map<BlindSpot, { events: number; reads: number }>>();
  const cut: NotedPlaces = { count: 0, places: [] };
  let reconstructed = 0;
  const writers = { count: 0, names: [] as string[] };
  function noteWriter({ writer }: SourcedEvent["provenance"]): void {
    if (writer === undefined || isApiServerWriter(writer)) return;
    writers.count++;
    const name = rowText(writerName(writer), 256);
    if (writers.names.length < mostPlaces && !writers.names.includes(name)) writers.names.push(name);
  }
  function noteIfCut({ truncated, file, byteOffset }: SourcedEvent["provenance"]): void {
    if (truncated === true) notePlace(cut, `${file}:${byteOffset}`);
  }
  function spotsOf(cluster: string): Map<BlindSpot, { events: number; reads: number }> {
    const known = spots.get(cluster) ?? (spots.size === mostClusters ? [...spots.values()].at(-1) : undefined);
    const own = known ?? new Map<BlindSpot, { events: number; reads: number }>();
    if (known === undefined) spots.set(cluster, own);
    return own;
  }
  return {
    addUndated: ({ provenance }) => noteIfCut(provenance),
    add({ event, provenance }) {
      const origin = provenance.origin ?? "kube-apiserver";
      origins.set(origin, (origins.get(origin) ?? 0) + 1);
      noteIfCut(provenance);
      noteWriter(provenance);
      if (provenance.reconstructed !== undefined && provenance.reconstructed.length > 0) reconstructed++;
      for (const spot of provenance.blindSpots ?? []) {
        const own = spotsOf(provenance.cluster ?? "");
        const counts = own.get(spot) ?? { events: 0, reads: 0 };
        counts.events++;
        if (reads.has(event.verb)) counts.reads++;
        own.set(spot, counts);
      }
    },
    finish() {
      return {
        origins: Object.fromEntries([...origins].toSorted(([a], [b]) => compareByCodePoint(a, b))),
        reconstructed,
        blindSpots: summed([...spots.values()]),
      };
    },
    blindSpotsOf: (keys) => summed(keys.flatMap((key) => spots.get(key) ?? [])),
    cut,
    otherWriters: writers,
  };
}

/** Adds up the blind spots of several clusters. */
function summed(all: readonly ReadonlyMap<BlindSpot, { events: number; reads: number }>[]) {
  return blindSpotNames.flatMap((blindSpot) => {
    const found = all.flatMap((own) => own.get(blindSpot) ?? []);
    if (found.length === 0) return [];
    return [
      {
        blindSpot,
        events: found.reduce((sum, { events }) => sum + events, 0),
        reads: found.reduce((sum, { reads: count }) => sum + count, 0),
      },
    ];
  });
}
