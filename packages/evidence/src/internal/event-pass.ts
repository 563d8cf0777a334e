import type { PolicyInput } from "@kaudit/policy";
import type { AuditEvent, EventReading, IdentityBasis, Spool, SpooledRows } from "@kaudit/schema";
import { compareByCodePoint } from "@kaudit/schema";
import type { EvidenceBundle } from "../bundle.js";
import type { ComparablePeriod } from "../gather.js";
import type { RegisterName } from "../register-row.js";
import type { Identity } from "../identity.js";
import { apiServerName } from "./api-server-name.js";
import { holdsSecretValues, isTruncated } from "./body-facts.js";
import { classBits, rowlessBits } from "./class-bits.js";
import { classify } from "./evidence-class.js";
import { createCredentialUses } from "./credential-uses.js";
import type { CredentialUse } from "./credential-uses.js";
import { noteBits } from "./event-notes.js";
import { createActorNames } from "./findings.js";
import type { ActorNames } from "./findings.js";
import { comparableInstant, hourOf } from "./instant.js";
import { orderedKey } from "./ordered-key.js";
import { createPolicyReplay } from "./policy-replay.js";
import type { PolicyReplay } from "./policy-replay.js";
import type { WatchedActors } from "./privileged-request.js";
import { partialKey, reducedEvent, requestKey } from "./partial-row.js";
import type { PartialRow } from "./partial-row.js";
import { createSourceTally } from "./source-tally.js";
import type { SourceTally } from "./source-tally.js";
import { createUniqueEvents } from "./unique-events.js";

/** What reading all events once gives. */
export interface EventPass {
  /** The reduced events of evidence classes. */
  readonly partials: SpooledRows<PartialRow>;
  readonly unique: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** Events that two instances gave alike. */
  readonly elsewhere: number;
  readonly insidePeriod: number;
  /** Events that no instant could be read from; they are outside of every period. */
  readonly undated: number;
  readonly coverage: EvidenceBundle["coverage"];
  readonly names: ActorNames;
  /** The events of the period held against the audit policy; null when none was handed in. */
  readonly replay: PolicyReplay | null;
  readonly source: SourceTally;
  /** Where and by whom credentials were seen in use, in all of the log. */
  readonly uses: SpooledRows<CredentialUse>;
}

interface Instance {
  readonly number: number;
  readonly instance: string;
  readonly instanceBasis: IdentityBasis;
  first: string | null;
  firstText: string | null;
  last: string | null;
  lastText: string | null;
  /** Counter numbers by hour. */
  readonly counters: Map<string, number>;
}

/** What a pass is told besides the registers to fill. */
export interface PassOptions {
  readonly cluster: string;
  readonly identity: Identity;
  readonly policy?: PolicyInput | undefined;
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
  { cluster, identity, policy, withRowless = false, watched }: PassOptions,
): Promise<EventPass> {
  const wanted = registers.reduce((bits, name) => bits | classBits[name], withRowless ? rowlessBits : 0);
  const unique = createUniqueEvents(spool);
  const uses = createCredentialUses(spool);
  const isJoined = registers.includes("credentials");
  const partials = spool.open<PartialRow>("evidence-partials", partialKey);
  const instances = new Map<string, Instance>();
  const names = createActorNames();
  const source = createSourceTally();
  const replay = policy === undefined ? null : createPolicyReplay(policy);
  // Counter 0 takes the events outside of the period.
  let counters = 1;
  let undated = 0;

  for await (const sourced of reading) {
    const { event, provenance } = sourced;
    const time = comparableInstant(event.requestReceivedTimestamp) ?? "";
    if (time === "") {
      undated++;
      source.addUndated(sourced);
    }
    const inside = time !== "" && time >= period.from && time < period.to;
    const instance = instanceOf(instances, apiServerName(provenance), provenance.instanceBasis);
    let counter = 0;
    if (inside) {
      noteTime(instance, time, event.requestReceivedTimestamp ?? "");
      const hour = hourOf(time);
      counter = instance.counters.get(hour) ?? 0;
      if (counter === 0) {
        counter = counters++;
        instance.counters.set(hour, counter);
      }
      noteNames(event, names);
      replay?.add(sourced);
      source.add(sourced);
    }
    const key = requestKey(event, time);
    const eventKey = orderedKey([key, event.stage, comparableInstant(event.stageTimestamp) ?? ""]);
    const adding = unique.add({
      key: eventKey,
      contentSha256: provenance.contentSha256,
      instance: instance.number,
      counter,
    });
    if (adding !== undefined) await adding;

    if (time === "") continue;
    const noting = isJoined ? uses.add(event, time, cluster) : undefined;
    if (noting !== undefined) await noting;
    const found = classify(event, watched);
    const bits = found.bits & wanted;
    const notes = inside ? notesOn(event, found.target) : 0;
    if ((bits === 0 && notes === 0) || !mayMatter(time, bits, found.bits, period)) continue;
    const row = reducedEvent(event, provenance, time, key, found, bits, notes, identity);
    const appending = partials.append(row);
    if (appending !== undefined) await appending;
  }

  const counts = await unique.finish();
  const coverage = [...instances.values()].map((instance) => coverageOf(instance, counts.byCounter));
  return {
    partials,
    unique: counts.unique,
    duplicates: counts.duplicates,
    conflicts: counts.conflicts,
    elsewhere: counts.elsewhere,
    insidePeriod: coverage.reduce((sum, { events }) => sum + events, 0),
    undated,
    coverage: coverage.toSorted((a, b) => compareByCodePoint(a.instance, b.instance)),
    names,
    replay,
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

function instanceOf(instances: Map<string, Instance>, instance: string, instanceBasis: IdentityBasis): Instance {
  const known = instances.get(instance);
  if (known !== undefined) return known;
  const made: Instance = {
    number: instances.size,
    instance,
    instanceBasis,
    first: null,
    firstText: null,
    last: null,
    lastText: null,
    counters: new Map(),
  };
  instances.set(instance, made);
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

function noteNames(event: AuditEvent, names: ActorNames): void {
  names.add(event.user.username ?? "");
  const impersonated = event.impersonatedUser?.username;
  if (impersonated !== undefined) names.add(impersonated);
}

function notesOn(event: AuditEvent, target: Parameters<typeof holdsSecretValues>[1]): number {
  return (holdsSecretValues(event, target) ? noteBits.secretValues : 0) | (isTruncated(event) ? noteBits.truncated : 0);
}

function coverageOf(instance: Instance, byCounter: readonly number[]): EvidenceBundle["coverage"][number] {
  const hours = [...instance.counters]
    .map(([hour, counter]): [string, number] => [hour, byCounter[counter] ?? 0])
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    instance: instance.instance,
    instanceBasis: instance.instanceBasis,
    firstTimestamp: instance.firstText,
    lastTimestamp: instance.lastText,
    events: hours.reduce((sum, [, count]) => sum + count, 0),
    hours,
  };
}
