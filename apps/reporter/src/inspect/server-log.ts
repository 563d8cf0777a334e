import type { AuditEvent, EventProvenance, IdentityBasis } from "@kaudit/schema";
import { Activity, type DayBudget, type Gaps } from "@kaudit/evidence";
import { BoundedCounter, type TopCounts } from "./bounded-counter.js";

/** What the input holds of one API server. */
export interface ServerLog {
  /** Null where nothing around the events names it. */
  readonly cluster: string | null;
  readonly instance: string;
  /** On what the name rests. */
  readonly basis: IdentityBasis;
  /** Files that hold events of it. */
  readonly files: number;
  readonly events: number;
  /** First and last time at which an event was recorded (`stageTimestamp`); null when no event has one. */
  readonly firstRecorded: string | null;
  readonly lastRecorded: string | null;
  readonly gaps: Gaps;
  /** Kubernetes versions by the user agent of the API server's requests to itself. Empty: none recorded. */
  readonly kubernetesVersions: TopCounts;
}

const ownUserAgent = /^kube-apiserver\/(v\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,60}) /;

/**
 * The version of an API server, where the event is a request it made to itself: any client can claim a user agent, but
 * not be `system:apiserver`.
 */
function ownVersion({ user, impersonatedUser, userAgent = "" }: AuditEvent): string | null {
  if (user.username !== "system:apiserver") return null;
  if (impersonatedUser !== undefined && impersonatedUser !== null) return null;
  return ownUserAgent.exec(userAgent)?.[1] ?? null;
}

/** Follows the log of one API server, in bounded memory. */
export class ServerLogReader {
  readonly #cluster: string | null;
  readonly #instance: string;
  readonly #basis: IdentityBasis;
  readonly #activity: Activity;
  readonly #versions = new BoundedCounter(20);
  #file = "";
  #files = 0;
  #events = 0;
  #first: string | null = null;
  #last: string | null = null;

  constructor({ cluster, instance, instanceBasis }: EventProvenance, budget: DayBudget) {
    this.#cluster = cluster ?? null;
    this.#instance = instance;
    this.#basis = instanceBasis;
    this.#activity = new Activity(budget);
  }

  add(event: AuditEvent, { file }: EventProvenance): void {
    this.#events++;
    // Files are read one after the other.
    if (this.#files === 0 || file !== this.#file) this.#files++;
    this.#file = file;
    const time = event.stageTimestamp ?? event.requestReceivedTimestamp;
    if (time !== null) {
      if (this.#first === null || time < this.#first) this.#first = time;
      if (this.#last === null || time > this.#last) this.#last = time;
      this.#activity.add(time);
    }
    const version = ownVersion(event);
    if (version !== null) this.#versions.add(version);
  }

  result(): ServerLog {
    return {
      cluster: this.#cluster,
      instance: this.#instance,
      basis: this.#basis,
      files: this.#files,
      events: this.#events,
      firstRecorded: this.#first,
      lastRecorded: this.#last,
      gaps: this.#activity.gaps(),
      kubernetesVersions: this.#versions.top(),
    };
  }
}
