import type { AuditEvent } from "@kaudit/schema";

/** What one API server's requests show of events that were lost. */
export interface LostEvents {
  /** Requests whose end should have been recorded and was not. */
  readonly orphaned: number;
  /** Requests whose beginning should have been recorded and was not. */
  readonly unbegun: number;
  /** Of both, by the bits of their classes. */
  readonly byBits: ReadonlyMap<number, number>;
}

/** Which stages of a request were recorded. */
export const stageBits: Readonly<Record<string, number>> = {
  RequestReceived: 1,
  ResponseStarted: 2,
  ResponseComplete: 4,
  Panic: 8,
};

const mostKinds = 4096;
/** Requests received so shortly before an API server's log ends, or it started again, were cut off, not lost. */
const cutOffMs = 5000;
/** Requests of a kind have their beginnings recorded if so many of them do for each one that does not. */
const mostlyBegun = 10;

const longRunningSubresources = new Set(["exec", "attach", "portforward", "proxy", "log"]);

interface Kind {
  readonly level: string;
  readonly bits: number;
  readonly longRunning: boolean;
  whole: number;
  /** Requests without an end, by server. */
  readonly orphaned: Map<number, number>;
  /** Requests without a beginning, by server. */
  readonly unbegun: Map<number, number>;
}

/**
 * Joins the stages of all requests, to find those of which an event is missing: kube-apiserver writes RequestReceived and
 * an end (ResponseStarted, ResponseComplete, Panic) of every request that the policy records so.
 *
 * Not counted: watches, sessions and followed logs, whose end may come much later; requests that were cut off by the end
 * of the log or by a restart; failed logins, which have one stage only; and kinds of requests (level, verb, resource) of
 * which the policy records no such stage.
 */
export class StageJoin {
  readonly #numbers = new Map<string, number>();
  readonly #kinds: Kind[] = [];
  readonly #endedLevels = new Set<string>();

  /** Gives the number of an event's kind of request, for {@link StageJoin.add}; `bits` are those of its classes. */
  kindOf({ level, verb, objectRef, responseStatus }: AuditEvent, bits: number): number {
    if (responseStatus?.code === 401) return 0;
    const { resource = "", subresource = "" } = objectRef ?? {};
    const key = `${level} ${verb} ${resource}/${subresource} ${bits}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#kinds.length === mostKinds || key.length > 512) return 0;
    const longRunning = verb === "watch" || verb === "proxy" || longRunningSubresources.has(subresource);
    this.#kinds.push({ level, bits, longRunning, whole: 0, orphaned: new Map(), unbegun: new Map() });
    this.#numbers.set(key, this.#kinds.length);
    return this.#kinds.length;
  }

  /** Notes a request of a server by its stages, received at this time in milliseconds; see {@link stageBits}. */
  add(
    server: number,
    kindNumber: number,
    stages: number,
    received: number,
    times: { readonly last: number; readonly starts: readonly number[] },
  ): void {
    const kind = this.#kinds[kindNumber - 1];
    if (kind === undefined || kind.longRunning) return;
    if (stages > 1) this.#endedLevels.add(kind.level);
    if (stages === 1) {
      const cutOff = [times.last, ...times.starts].some(
        (end) => received > end - cutOffMs && received <= end + cutOffMs,
      );
      if (!cutOff) count(kind.orphaned, server);
    } else if ((stages & 1) === 0) count(kind.unbegun, server);
    else kind.whole++;
  }

  /** Gives what was lost on a server; call it when all requests were given. */
  finish(server: number): LostEvents {
    let orphaned = 0;
    let unbegun = 0;
    const byBits = new Map<number, number>();
    for (const kind of this.#kinds) {
      const ends = this.#endedLevels.has(kind.level) ? (kind.orphaned.get(server) ?? 0) : 0;
      const all = [...kind.unbegun.values()].reduce((sum, one) => sum + one, 0);
      const begins = kind.whole >= mostlyBegun * all ? (kind.unbegun.get(server) ?? 0) : 0;
      orphaned += ends;
      unbegun += begins;
      if (ends + begins > 0) byBits.set(kind.bits, (byBits.get(kind.bits) ?? 0) + ends + begins);
    }
    return { orphaned, unbegun, byBits };
  }
}

function count(counts: Map<number, number>, server: number): void {
  counts.set(server, (counts.get(server) ?? 0) + 1);
}
