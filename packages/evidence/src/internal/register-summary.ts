import type { RegisterSummary } from "../bundle.js";
import { ActorKind, Outcome } from "../register-row.js";
import type { RegisterName, RegisterRow, RegisterRows } from "../register-row.js";
import { compareByCodePoint } from "@kaudit/schema";
import { dayOf, hourOf } from "./instant.js";
import { createOwnCounts } from "./own-counts.js";

/** Distinct actors, actor and namespace pairs, and kind words beyond this many are no longer told apart. */
export const mostDistinct = 2000;

/** Adds up a register's rows as they pass. */
export interface SummaryBuilder {
  add(row: RegisterRow): void;
  finish(): RegisterSummary;
}

interface ActorCount {
  readonly actor: string;
  readonly actorKind: ActorKind;
  success: number;
  denied: number;
  failed: number;
  unknown: number;
}

interface NamespaceCount {
  readonly actor: string;
  readonly actorKind: ActorKind;
  readonly namespace: string;
  success: number;
  other: number;
}

/** Makes the summary of a register; `bucket` and `from` say how time is cut and where it begins. */
export function createSummary(name: RegisterName, bucket: "hour" | "day", from: string): SummaryBuilder {
  const byOutcome = zeroes(Outcome.options);
  const byActorKind = zeroes(ActorKind.options);
  const actors = new Map<string, ActorCount>();
  const namespaces = new Map<string, NamespaceCount>();
  const overTime = new Map<string, [string, ActorKind, number, number]>();
  const byKind = new Map<string, number>();
  const own = createOwnCounts(name);
  let dryRuns = 0;
  let capped = false;

  function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value | null {
    const found = map.get(key);
    if (found !== undefined) return found;
    if (map.size >= mostDistinct) {
      capped = true;
      return null;
    }
    const made = make();
    map.set(key, made);
    return made;
  }

  return {
    add(row) {
      const { actor, actorKind, outcome } = row;
      byOutcome[outcome]++;
      byActorKind[actorKind]++;
      if (row.dryRun === "true") dryRuns++;
      const key = JSON.stringify([actor, actorKind]);
      const counted = entry(actors, key, () => ({ actor, actorKind, success: 0, denied: 0, failed: 0, unknown: 0 }));
      if (counted !== null) counted[outcome]++;
      const { namespace } = row;
      const place = entry(namespaces, JSON.stringify([actor, actorKind, namespace]), () => ({
        actor,
        actorKind,
        namespace,
        success: 0,
        other: 0,
      }));
      if (place !== null) place[outcome === "success" ? "success" : "other"]++;
      // An open session can be older than the period; it counts at its beginning.
      const at = row.time < from ? from : row.time;
      const start = bucket === "hour" ? hourOf(at) : dayOf(at);
      const timeKey = `${start} ${actorKind}`;
      const slot = overTime.get(timeKey) ?? [start, actorKind, 0, 0];
      slot[outcome === "success" ? 2 : 3]++;
      overTime.set(timeKey, slot);
      const kind = kindOf(name, row);
      if (byKind.has(kind) || byKind.size < 100) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
      else capped = true;
      own.add(row);
    },
    finish: () => ({
      byOutcome,
      byActorKind,
      dryRuns,
      actors: [...actors.values()].toSorted(byRowsThenName),
      namespaces: [...namespaces.values()].toSorted(byRowsThenPlace),
      bucket,
      overTime: [...overTime.values()].toSorted(
        (a, b) => compareByCodePoint(a[0], b[0]) || kindPlace(a[1]) - kindPlace(b[1]),
      ),
      byKind: Object.fromEntries([...byKind].toSorted(([a], [b]) => compareByCodePoint(a, b))),
      own: own.finish(),
      capped: capped ? mostDistinct : null,
    }),
  };
}

function zeroes<Key extends string>(keys: readonly Key[]): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
}

function kindPlace(kind: ActorKind): number {
  return ActorKind.options.indexOf(kind);
}

function byRowsThenName(a: ActorCount, b: ActorCount): number {
  const rows = (count: ActorCount): number => count.success + count.denied + count.failed + count.unknown;
  return rows(b) - rows(a) || compareByCodePoint(a.actor, b.actor) || kindPlace(a.actorKind) - kindPlace(b.actorKind);
}

function byRowsThenPlace(a: NamespaceCount, b: NamespaceCount): number {
  return (
    b.success + b.other - (a.success + a.other) ||
    compareByCodePoint(a.actor, b.actor) ||
    kindPlace(a.actorKind) - kindPlace(b.actorKind) ||
    compareByCodePoint(a.namespace, b.namespace)
  );
}

/** The register's own word for what kind of request a row is. */
function kindOf(name: RegisterName, row: RegisterRow): string {
  switch (name) {
    case "secrets":
      return (row as RegisterRows["secrets"]).access;
    case "rbac":
      return (row as RegisterRows["rbac"]).change;
    case "sessions":
      return (row as RegisterRows["sessions"]).kind;
    case "authentication":
      return word((row as RegisterRows["authentication"]).method, "not recorded");
    case "authorization":
      return (row as RegisterRows["authorization"]).deniedBy;
    case "credentials":
      return (row as RegisterRows["credentials"]).kind;
    case "impersonation":
      return word((row as RegisterRows["impersonation"]).constraint, "unconstrained");
    case "deletions":
      return row.verb;
    case "configuration":
      return word(row.resource, "other");
  }
}

/** A word of the log as the key of a count; what is no word counts as `other`. */
function word(text: string, empty: string): string {
  if (text === "") return empty;
  return /^[A-Za-z][A-Za-z0-9:., -]{0,63}$/.test(text) ? text : "other";
}
