import type {
  AuditEvent,
  EventProvenance,
  EventReading,
  IdentityBasis,
  SourcedEvent,
  Spool,
  SpooledRows,
} from "@kaudit/schema";
import { compareByCodePoint } from "@kaudit/schema";
import type { EvidenceBundle } from "../bundle.js";
import { ClassVolume } from "../coverage/class-volume.js";
import { createReceiveTimes } from "../coverage/receive-time.js";
import type { ReceiveTimes } from "../coverage/receive-time.js";
import { CoveragePass } from "../coverage/coverage-pass.js";
import { stageBits, StageJoin } from "../coverage/lost-events.js";
import type { ComparablePeriod } from "../build-evidence.js";
import type { RegisterName } from "../register-row.js";
import type { Identity } from "../identity.js";
import { apiServerIdentity, apiServerName, type ServerNames } from "./api-server-name.js";
import { holdsSecretValues, isTruncated } from "./body-facts.js";
import { classBits, rowlessBits } from "./class-bits.js";
import { classify } from "./evidence-class.js";
import { createByCluster } from "./by-cluster.js";
import { createCredentialUses } from "./credential-uses.js";
import type { CredentialUse } from "./credential-uses.js";
import { noteBits } from "./event-notes.js";
import { createActorNames } from "./findings.js";
import type { ActorNames } from "./findings.js";
import { comparableInstant, eventInstant, hourOf } from "./instant.js";
import { orderedKey } from "./ordered-key.js";
import type { PolicyTimeline } from "./policy-timeline.js";
import type { WatchedActors } from "./privileged-request.js";
import { partialKey, reducedEvent, requestKey } from "./partial-row.js";
import type { PartialRow } from "./partial-row.js";
import { createSourceTally } from "./source-tally.js";
import type { SourceTally } from "./source-tally.js";
import { createUniqueEvents } from "./unique-events.js";
import type { UniqueTotals } from "./unique-events.js";

/** What reading all events once gives. */
export interface EventPass {
  /** The reduced events of evidence classes. */
  readonly partials: SpooledRows<PartialRow>;
  readonly unique: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events that two instances of a cluster gave alike. */
  readonly elsewhere: number;
  /** Events that instances of two clusters gave alike. */
  readonly acrossClusters: number;
  readonly insidePeriod: number;
  /** Events that no instant could be read from; they are outside of every period. */
  readonly undated: number;
  /** Of {@link EventPass.undated}, those of these clusters, by their keys. */
  undatedOf(clusterKeys: readonly string[]): number;
  /** The API servers, by name, with the number by which {@link EventPass.time} and {@link EventPass.stages} know them. */
  readonly servers: readonly ReadServer[];
  readonly time: CoveragePass;
  readonly stages: StageJoin;
  readonly receiveTimes: ReceiveTimes;
  /** The oldest time at which a request was received, of all events; null for none. */
  readonly oldest: string | null;
  /** Events of which another API server's log tells otherwise: the same key, other content. */
  readonly contradicted: number;
  readonly volume: ClassVolume;
  readonly names: ActorNames;
  readonly source: SourceTally;
  /** Where and by whom credentials were seen in use, in all of the log. */
  readonly uses: SpooledRows<CredentialUse>;
}

/** An API server that events were read of. */
export interface ReadServer {
  readonly number: number;
  /** What the events or the options call its cluster; empty where neither does. */
  readonly clusterKey: string;
  /** Events of the period that were given more than once. */
  readonly duplicates: number;
  /** Events in all, in and outside of the period: as they were given, each once, and those that contradict another. */
  readonly all: { readonly given: number; readonly unique: number; readonly conflicts: number };
  readonly counts: Pick<
    EvidenceBundle["coverage"][number],
    "instance" | "instanceBasis" | "firstTimestamp" | "lastTimestamp" | "events" | "hours"
  >;
}

/** Classes of requests that their stages do not change: an answer makes a request refused, not its beginning. */
const lastingBits = ~(classBits.authentication | classBits.authorization | classBits.impersonation);

interface Instance {
  readonly number: number;
  readonly clusterKey: string;
  readonly instance: string;
  /** What tells it from the API servers of all clusters. */
  readonly identity: string;
  readonly instanceBasis: IdentityBasis;
  first: string | null;
  firstText: string | null;
  last: string | null;
  lastText: string | null;
  /** Events of the period, repeated ones included. */
  seen: number;
  /** All events. */
  given: number;
  /** Counter numbers by hour. */
  readonly counters: Map<string, number>;
}

/** What a pass is told besides the registers to fill. */
export interface PassOptions {
  /** The audit policies that the events of the period are held against. */
  readonly policies: PolicyTimeline;
  /** The cluster of events that name none. */
  readonly mainCluster: string;
  /** How names are read. */
  readonly identity: Identity;
  /** Whether the classes without a register are kept as well: exception rules look at them. */
  readonly withRowless?: boolean;
  /** Actors whose every request is kept, in the class `privileged`. */
  readonly watched?: WatchedActors | undefined;
}

/** Reads all events: counts them, and spools what belongs to the registers or is to be noted. */
export async function readEvents(
  reading: EventReading,
  spool: Spool,
  period: ComparablePeriod,
  registers: readonly RegisterName[],
  { policies, mainCluster, identity, withRowless = false, watched }: PassOptions,
): Promise<EventPass> {
  const wanted = registers.reduce((bits, name) => bits | classBits[name], withRowless ? rowlessBits : 0);
  const unique = createUniqueEvents(spool);
  const uses = createCredentialUses(spool);
  const isJoined = registers.includes("credentials");
  const partials = spool.open<PartialRow>("evidence-partials", partialKey);
  const instances = new Map<string, Instance>();
  const names = createActorNames();
  const source = createSourceTally();
  const span = { from: Date.parse(shortened(period.from)), to: Date.parse(shortened(period.to)) };
  const time = new CoveragePass(span);
  const receiveTimes = createReceiveTimes(span.from, span.to);
  let oldest: string | null = null;
  const stages = new StageJoin();
  const volume = new ClassVolume();
  // Counter 0 takes the events outside of the period.
  let counters = 1;
  const undated = createByCluster(() => ({ count: 0 }));

  reading.onCounted?.((counted) => {
    const { number, clusterKey } = instanceOf(instances, counted, mainCluster);
    time.addCounted(number, clusterKey, counted);
  });
  for await (const sourced of reading) {
    const { event, provenance } = sourced;
    const received = eventInstant(event.requestReceivedTimestamp) ?? "";
    const recorded = eventInstant(event.stageTimestamp) ?? "";
    if (received !== "" && (oldest === null || received < oldest)) oldest = received;
    if (received === "") {
      undated.of(provenance.cluster ?? "").count++;
      source.addUndated(sourced);
    }
    const inside = received !== "" && received >= period.from && received < period.to;
    const instance = instanceOf(instances, provenance, mainCluster);
    instance.given++;
    time.add(instance.number, instance.clusterKey, sourced, received, recorded);
    noteReceiveTime(receiveTimes, instance.number, sourced, recorded === "" ? received : recorded);
    const found = classify(event, watched);
    let counter = 0;
    if (inside) {
      instance.seen++;
      noteTime(instance, received, event.requestReceivedTimestamp ?? "");
      const hour = hourOf(received);
      counter = instance.counters.get(hour) ?? 0;
      if (counter === 0) {
        counter = counters++;
        instance.counters.set(hour, counter);
      }
      noteNames(event, names);
      policies.add(sourced, received, instance.clusterKey);
      source.add(sourced);
      volume.add(instance.clusterKey, received.slice(0, 10), found.bits, identity.kindOf(event.user));
    }
    const key = requestKey(event, received);
    const adding = unique.add({
      key,
      stage: orderedKey([event.stage, recorded]),
      contentSha256: provenance.contentSha256,
      instance: instance.number,
      counter,
      stageBit: Object.hasOwn(stageBits, event.stage) ? (stageBits[event.stage] ?? 0) : 0,
      kind: inside ? stages.kindOf(event, found.bits & lastingBits) : 0,
      received: inside ? Date.parse(shortened(received)) : 0,
    });
    if (adding !== undefined) await adding;

    if (received === "") continue;
    const noting = isJoined ? uses.add(event, received, instance.clusterKey) : undefined;
    if (noting !== undefined) await noting;
    const bits = found.bits & wanted;
    const notes = inside ? notesOn(event, found.target) : 0;
    if ((bits === 0 && notes === 0) || !mayMatter(received, bits, found.bits, period)) continue;
    const row = reducedEvent(event, provenance, instance, received, key, found, bits, notes, identity);
    const appending = partials.append(row);
    if (appending !== undefined) await appending;
  }

  const times = [...instances.values()].map(({ number }) => time.timesOf(number));
  const clusterKeys = [...instances.values()].map(({ clusterKey }) => clusterKey);
  const counts = await unique.finish(
    ({ instance, stages: recorded, kind, received }) => {
      const cutOffAt = times[instance];
      if (cutOffAt !== undefined) stages.add(instance, kind, recorded, received, cutOffAt);
    },
    (instance) => clusterKeys[instance] ?? "",
  );
  const servers = [...instances.values()].map((instance) => serverOf(instance, counts));
  const undatedOf = (keys?: readonly string[]): number => undated.all(keys).reduce((sum, { count }) => sum + count, 0);
  return {
    partials,
    unique: counts.unique,
    duplicates: counts.duplicates,
    conflicts: counts.conflicts,
    elsewhere: counts.elsewhere,
    contradicted: counts.contradicted,
    receiveTimes,
    oldest,
    insidePeriod: servers.reduce((sum, { counts: { events } }) => sum + events, 0),
    acrossClusters: counts.acrossClusters,
    undated: undatedOf(),
    undatedOf,
    servers: servers.toSorted(
      (a, b) =>
        compareByCodePoint(a.counts.instance, b.counts.instance) || compareByCodePoint(a.clusterKey, b.clusterKey),
    ),
    time,
    stages,
    volume,
    names,
    source,
    uses: await uses.finish(),
  };
}

/** Classes of which the requests before the period say what was there when it began. */
const remembered = classBits.sessions | classBits.rbac | classBits.configuration | classBits.credentials;

/**
 * Tells whether an event can make or change a row: those of the period, older sessions and changes of access or configuration, and, just after the
 * period, the second half of a refused attempt.
 */
function mayMatter(time: string, bits: number, allBits: number, period: ComparablePeriod): boolean {
  if (time >= period.to) return (allBits & classBits.sessions) !== 0 && time < secondAfter(period.to);
  if (time >= period.from) return true;
  return (bits & remembered) !== 0 || (allBits & classBits.sessions) !== 0;
}

function secondAfter(instant: string): string {
  const moved = new Date(Date.parse(`${instant.slice(0, 19)}Z`) + 2000).toISOString();
  return `${moved.slice(0, 19)}${instant.slice(19)}`;
}

/** Without what is less than a millisecond, as `Date.parse` reads it everywhere. */
function shortened(comparable: string): string {
  return `${comparable.slice(0, 23)}Z`;
}

function instanceOf(
  instances: Map<string, Instance>,
  provenance: ServerNames & Pick<EventProvenance, "instanceBasis">,
  mainCluster: string,
): Instance {
  const instance = apiServerName(provenance);
  const clusterKey = provenance.cluster ?? "";
  const key = orderedKey([instance, clusterKey]);
  const known = instances.get(key);
  if (known !== undefined) return known;
  const made: Instance = {
    number: instances.size,
    clusterKey,
    instance,
    identity: apiServerIdentity(provenance, mainCluster),
    instanceBasis: provenance.instanceBasis,
    first: null,
    firstText: null,
    last: null,
    lastText: null,
    seen: 0,
    given: 0,
    counters: new Map(),
  };
  instances.set(key, made);
  return made;
}

function noteTime(instance: Instance, time: string, text: string): void {
  if (instance.first === null || time < instance.first) {
    instance.first = time;
    instance.firstText = text;
  }
  if (instance.last === null || time > instance.last) {
    instance.last = time;
    instance.lastText = text;
  }
}

/** Whether an event's times may have been made from the envelope's. */
function isFromEnvelope({ reconstructed, truncated }: EventProvenance): boolean {
  return truncated === true || reconstructed?.includes("stageTimestamp") === true;
}

/** Holds an event's own time against the one that its envelope tells, where the one was not made from the other. */
function noteReceiveTime(times: ReceiveTimes, server: number, { provenance }: SourcedEvent, recorded: string): void {
  const receivedAt = comparableInstant(provenance.loggedAt);
  if (receivedAt === null || recorded === "" || isFromEnvelope(provenance)) return;
  const place = (): string => `${provenance.file}:${provenance.byteOffset}`;
  times.add(server, Date.parse(shortened(recorded)), Date.parse(shortened(receivedAt)), place);
}

function noteNames(event: AuditEvent, names: ActorNames): void {
  names.add(event.user.username ?? "");
  const impersonated = event.impersonatedUser?.username;
  if (impersonated !== undefined) names.add(impersonated);
}

function notesOn(event: AuditEvent, target: Parameters<typeof holdsSecretValues>[1]): number {
  return (holdsSecretValues(event, target) ? noteBits.secretValues : 0) | (isTruncated(event) ? noteBits.truncated : 0);
}

function serverOf(instance: Instance, { byCounter, byInstance }: UniqueTotals): ReadServer {
  const hours = [...instance.counters]
    .map(([hour, counter]): [string, number] => [hour, byCounter[counter] ?? 0])
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const events = hours.reduce((sum, [, count]) => sum + count, 0);
  return {
    number: instance.number,
    clusterKey: instance.clusterKey,
    duplicates: instance.seen - events,
    all: { given: instance.given, ...(byInstance[instance.number] ?? { unique: 0, conflicts: 0 }) },
    counts: {
      instance: instance.instance,
      instanceBasis: instance.instanceBasis,
      firstTimestamp: instance.firstText,
      lastTimestamp: instance.lastText,
      events,
      hours,
    },
  };
}
