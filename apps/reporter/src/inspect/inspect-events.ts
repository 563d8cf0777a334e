import type { Policy } from "@kaudit/policy";
import {
  attributesOf,
  type BlindSpot,
  type EventReading,
  type SourceAccount,
  type SourcedEvent,
  stringifyEvent,
} from "@kaudit/schema";
import { blindSpotMeanings, blindSpotNames, createDayBudget } from "@kaudit/evidence";
import { BoundedCounter, type TopCounts } from "./bounded-counter.js";
import { EvidenceSeen } from "./evidence-seen.js";
import { evidenceSupport } from "./evidence-support.js";
import type { InspectedTime, Inspection } from "./inspection.js";
import { LargestEvents } from "./largest-events.js";
import { summarizeRejections } from "./rejection-summary.js";
import { resourceKey } from "./resource-key.js";
import { type ServerLog, ServerLogReader } from "./server-log.js";

/** What {@link inspectEvents} goes by. */
export interface InspectionOptions {
  /** How many of the most frequent and the largest are listed. */
  readonly top: number;
  readonly policy: { readonly file: string; readonly policy: Policy } | null;
}

const mostServers = 1000;

/**
 * Reads events to their end and tells what is in them. Memory is bounded whatever the input: counters hold some thousand
 * keys, gaps are found in a bit for ten seconds. Throws what the reading throws.
 */
export async function inspectEvents(reading: EventReading, options: InspectionOptions): Promise<Inspection> {
  const inspector = new Inspector(options);
  for await (const sourced of reading) inspector.add(sourced);
  return inspector.result(await reading.account);
}

class Inspector {
  readonly #options: InspectionOptions;
  readonly #shapes = new BoundedCounter();
  readonly #origins = new BoundedCounter();
  readonly #clusters = new BoundedCounter();
  readonly #upgradedFrom = new BoundedCounter();
  readonly #levels = new BoundedCounter();
  readonly #stages = new BoundedCounter();
  readonly #codes = new BoundedCounter();
  readonly #users = new BoundedCounter();
  readonly #verbs = new BoundedCounter();
  readonly #resources = new BoundedCounter();
  readonly #namespaces = new BoundedCounter();
  readonly #reconstructedFields = new BoundedCounter();
  readonly #blindSpots = new Map<BlindSpot, number>();
  readonly #seen = new EvidenceSeen();
  readonly #largest: LargestEvents;
  readonly #servers = new Map<string, ServerLogReader>();
  readonly #budget = createDayBudget();
  #eventsOfOtherServers = 0;
  #truncated = 0;
  #reconstructed = 0;
  #firstReceived: string | null = null;
  #lastReceived: string | null = null;
  #firstRecorded: string | null = null;
  #lastRecorded: string | null = null;

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#largest = new LargestEvents(options.top);
  }

  add(sourced: SourcedEvent): void {
    this.#addSource(sourced);
    this.#addRequest(sourced);
    this.#addTimes(sourced);
    this.#addServer(sourced);
  }

  #addSource({ provenance }: SourcedEvent): void {
    const { envelope, origin, cluster, upgradedFrom, reconstructed, blindSpots, truncated } = provenance;
    this.#shapes.add(envelope);
    this.#origins.add(origin ?? "kube-apiserver");
    if (cluster !== undefined) this.#clusters.add(cluster);
    if (upgradedFrom !== undefined) this.#upgradedFrom.add(upgradedFrom);
    if (truncated === true) this.#truncated++;
    if (reconstructed !== undefined && reconstructed.length > 0) {
      this.#reconstructed++;
      for (const field of reconstructed) this.#reconstructedFields.add(field);
    }
    for (const name of blindSpots ?? []) this.#blindSpots.set(name, (this.#blindSpots.get(name) ?? 0) + 1);
  }

  #addRequest({ event, provenance }: SourcedEvent): void {
    const attributes = attributesOf(event);
    this.#levels.add(event.level);
    this.#stages.add(event.stage);
    this.#codes.add(String(event.responseStatus?.code ?? "none"));
    this.#users.add(attributes.user ?? "");
    this.#verbs.add(attributes.verb);
    this.#resources.add(resourceKey(attributes));
    if (attributes.isResourceRequest) this.#namespaces.add(attributes.namespace);
    this.#seen.add(event, attributes);
    this.#largest.add(event, attributes, provenance, Buffer.byteLength(stringifyEvent(event)));
  }

  /** Times as kube-apiserver writes them sort as texts. */
  #addTimes({ event: { requestReceivedTimestamp: received, stageTimestamp: recorded } }: SourcedEvent): void {
    if (received !== null) {
      if (this.#firstReceived === null || received < this.#firstReceived) this.#firstReceived = received;
      if (this.#lastReceived === null || received > this.#lastReceived) this.#lastReceived = received;
    }
    if (recorded !== null) {
      if (this.#firstRecorded === null || recorded < this.#firstRecorded) this.#firstRecorded = recorded;
      if (this.#lastRecorded === null || recorded > this.#lastRecorded) this.#lastRecorded = recorded;
    }
  }

  #addServer({ event, provenance }: SourcedEvent): void {
    const { cluster, instance } = provenance;
    const key = JSON.stringify([cluster ?? null, instance]);
    let server = this.#servers.get(key);
    if (server === undefined) {
      if (this.#servers.size >= mostServers) {
        this.#eventsOfOtherServers++;
        return;
      }
      server = new ServerLogReader(provenance, this.#budget);
      this.#servers.set(key, server);
    }
    server.add(event, provenance);
  }

  result(account: SourceAccount): Inspection {
    const { top, policy } = this.#options;
    const blindSpots = blindSpotNames.filter((name) => this.#blindSpots.has(name));
    return {
      schemaVersion: 1,
      totals: account.totals,
      files: account.files,
      skipped: account.skipped,
      sameContent: sameContentOf(account),
      time: this.#time(account),
      shapes: this.#shapes.top(top),
      origins: this.#origins.top(top),
      clusters: this.#clusters.top(top),
      servers: [...this.#servers.values()].map((server) => server.result()).toSorted(compareServers),
      eventsOfOtherServers: this.#eventsOfOtherServers,
      upgradedFrom: this.#upgradedFrom.top(top),
      levels: this.#levels.top(top),
      stages: this.#stages.top(top),
      codes: this.#codes.top(top),
      users: this.#users.top(top),
      verbs: this.#verbs.top(top),
      resources: this.#resources.top(top),
      namespaces: this.#namespaces.top(top),
      largest: this.#largest.result(),
      truncatedEvents: this.#truncated,
      reconstructed: { events: this.#reconstructed, fields: this.#reconstructedFields.top(top) },
      rejected: summarizeRejections(account),
      foreign: foreignOf(account, top),
      blindSpots: blindSpots.map((name) => ({
        name,
        events: this.#blindSpots.get(name) ?? 0,
        meaning: blindSpotMeanings[name].sentence,
      })),
      policy: policy?.file ?? null,
      evidence: evidenceSupport((name) => this.#seen.count(name), blindSpots, policy?.policy ?? null),
    };
  }

  #time({ totals }: SourceAccount): InspectedTime {
    const first = this.#firstRecorded;
    const last = this.#lastRecorded;
    const seconds = first === null || last === null ? null : (Date.parse(last) - Date.parse(first)) / 1000;
    const anHour = (count: number): number => Math.round((count / (seconds ?? 1)) * 3600);
    return {
      firstReceived: this.#firstReceived,
      lastReceived: this.#lastReceived,
      firstRecorded: first,
      lastRecorded: last,
      recordedSeconds: seconds,
      anHour:
        seconds === null || seconds < 60
          ? null
          : { events: anHour(totals.events), bytes: anHour(totals.decompressedBytes) },
    };
  }
}

function compareServers(a: ServerLog, b: ServerLog): number {
  const [one, other] = [a, b].map(({ cluster, instance }) => `${cluster ?? ""}\n${instance}`) as [string, string];
  return one === other ? 0 : one < other ? -1 : 1;
}

function sameContentOf({ files }: SourceAccount): readonly (readonly string[])[] {
  const byHash = new Map<string, string[]>();
  for (const { file, sha256, bytes } of files) {
    if (bytes > 0) byHash.set(sha256, [...(byHash.get(sha256) ?? []), file]);
  }
  return [...byHash.values()].filter((names) => names.length > 1);
}

/** The kinds of foreign records; a reader that does not tell them apart leaves `other`. */
function foreignOf({ files }: SourceAccount, limit: number): TopCounts {
  const counts = new Map<string, number>();
  const count = (kind: string, more: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + more);
  for (const { foreign, foreignByKind = {} } of files) {
    let named = 0;
    for (const [kind, more] of Object.entries(foreignByKind)) {
      named += more;
      count(kind, more);
    }
    if (foreign > named) count("other", foreign - named);
  }
  const sorted = [...counts]
    .map(([key, more]) => ({ key, count: more }))
    .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  const others = sorted.slice(limit).reduce((sum, one) => sum + one.count, 0);
  return { top: sorted.slice(0, limit), others, capped: false };
}
