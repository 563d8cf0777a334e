import { compareByCodePoint } from "@kaudit/schema";
import type { BlindSpot, EventOrigin, SourcedEvent } from "@kaudit/schema";
import { blindSpotNames } from "../blind-spots.js";
import type { EvidenceBundle } from "../bundle.js";
import { isApiServerWriter, writerName } from "./api-server-writer.js";
import { createByCluster } from "./by-cluster.js";
import { addedUp, mostPlaces, notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { rowText } from "./row-text.js";

const reads: ReadonlySet<string> = new Set(["get", "list", "watch"]);

/** Counts how the events of the period came by, and what that way cannot show. */
export interface SourceTally {
  add(sourced: SourcedEvent): void;
  /** Takes an event without a readable time, of which nobody can say whether it belongs to the period. */
  addUndated(sourced: SourcedEvent): void;
  finish(): EvidenceBundle["source"];
  /** Events that a container printed which is no API server's, with the containers' names, in these clusters; default all. */
  otherWriters(clusterKeys?: readonly string[]): NotedPlaces;
  /** The blind spots of the events of these clusters, by their keys. */
  blindSpotsOf(clusterKeys: readonly string[]): EvidenceBundle["source"]["blindSpots"];
  /** The clusters that the envelopes of these clusters' events name beside the options, and how many events name one. */
  envelopeClusters(clusterKeys: readonly string[]): NotedPlaces;
  /** Events that were cut on their way, in the period or without a time that says when, in these clusters; default all. */
  cut(clusterKeys?: readonly string[]): NotedPlaces;
}

/** Makes an empty tally. */
export function createSourceTally(): SourceTally {
  const origins = new Map<EventOrigin, number>();
  const spots = createByCluster(() => new Map<BlindSpot, { events: number; reads: number }>());
  const cut = createByCluster((): NotedPlaces => ({ count: 0, places: [] }));
  let reconstructed = 0;
  const writers = createByCluster((): NotedPlaces => ({ count: 0, places: [] }));
  function noteWriter({ writer, cluster = "" }: SourcedEvent["provenance"]): void {
    if (writer === undefined || isApiServerWriter(writer)) return;
    const own = writers.of(cluster);
    own.count++;
    const name = rowText(writerName(writer), 256);
    if (own.places.length < mostPlaces && !own.places.includes(name)) own.places.push(name);
  }
  const told = createByCluster((): NotedPlaces => ({ count: 0, places: [] }));
  function noteEnvelopeCluster({ envelopeCluster, cluster = "" }: SourcedEvent["provenance"]): void {
    if (envelopeCluster === undefined) return;
    const own = told.of(cluster);
    own.count++;
    const name = rowText(envelopeCluster, 256);
    if (own.places.length < mostPlaces && !own.places.includes(name)) own.places.push(name);
  }
  function noteIfCut({ truncated, file, byteOffset, cluster = "" }: SourcedEvent["provenance"]): void {
    if (truncated === true) notePlace(cut.of(cluster), `${file}:${byteOffset}`);
  }
  return {
    addUndated: ({ provenance }) => noteIfCut(provenance),
    add({ event, provenance }) {
      const origin = provenance.origin ?? "kube-apiserver";
      origins.set(origin, (origins.get(origin) ?? 0) + 1);
      noteIfCut(provenance);
      noteWriter(provenance);
      noteEnvelopeCluster(provenance);
      if (provenance.reconstructed !== undefined && provenance.reconstructed.length > 0) reconstructed++;
      for (const spot of provenance.blindSpots ?? []) {
        const own = spots.of(provenance.cluster ?? "");
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
        blindSpots: summed(spots.all()),
      };
    },
    blindSpotsOf: (keys) => summed(spots.all(keys)),
    cut: (keys) => addedUp(cut.all(keys)),
    otherWriters: (keys) => addedUp(writers.all(keys)),
    envelopeClusters: (keys) => addedUp(told.all(keys)),
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
