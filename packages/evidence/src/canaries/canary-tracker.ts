import type { EvidenceBundle } from "../bundle.js";
import { canaryClasses } from "./canary-options.js";
import type { CanaryClass, CanaryOptions } from "./canary-options.js";
import { matchCanary } from "./match-canary.js";
import type { CanaryRequest } from "./match-canary.js";

/** A job may be run again; more than this in the time of one is no planted action any more. */
const mostPerTurn = 3;
/** A turn may be late by half of its time. */
const patience = 1.5;
const mostMissed = 1000;

interface Sightings {
  seen: number;
  /** In milliseconds. */
  last: number | null;
  readonly missed: [from: number, to: number][];
  turn: number;
  inTurn: number;
}

/** Follows the planted actions of one cluster over a period; requests come in the order of their times. */
export class CanaryTracker {
  readonly #options: CanaryOptions;
  readonly #from: number;
  readonly #to: number;
  readonly #everyMs: number;
  readonly #sightings = new Map<CanaryClass, Sightings>();

  /** The period is given in milliseconds. */
  constructor(options: CanaryOptions, from: number, to: number) {
    this.#options = options;
    this.#from = from;
    this.#to = to;
    this.#everyMs = options.everyMinutes * 60_000;
    for (const name of options.classes) {
      this.#sightings.set(name, { seen: 0, last: null, missed: [], turn: -1, inTurn: 0 });
    }
  }

  /**
   * Tells whether a request, received at this time in milliseconds, is a planted action that is expected; such a request
   * keeps its rows and is left out of the exceptions. In the time between two turns only three of a class count as
   * planted: whoever acts in their name does not disappear among them.
   */
  note(request: CanaryRequest, time: number): boolean {
    if (time < this.#from || time >= this.#to) return false;
    const found = matchCanary(request, this.#options);
    const sightings = found === null ? undefined : this.#sightings.get(found);
    if (sightings === undefined) return false;
    const turn = Math.floor((time - this.#from) / this.#everyMs);
    sightings.inTurn = turn === sightings.turn ? sightings.inTurn + 1 : 1;
    sightings.turn = turn;
    if (sightings.inTurn > mostPerTurn) return false;
    this.#noteMissed(sightings, time);
    sightings.seen++;
    sightings.last = time;
    return true;
  }

  /** Gives what was found of each class; call it when all requests were given. */
  finish(cluster: string): NonNullable<EvidenceBundle["canaries"]> {
    return canaryClasses.flatMap(({ name, register }) => {
      const sightings = this.#sightings.get(name);
      if (sightings === undefined) return [];
      const { seen, last, missed } = sightings;
      this.#noteMissed(sightings, this.#to);
      return [
        {
          cluster,
          class: name,
          register,
          expectedEverySeconds: this.#everyMs / 1000,
          seen,
          missed: missed.map(([from, to]): [string, string] => [instantOf(from), instantOf(to)]),
          last: last === null ? null : instantOf(last),
        },
      ];
    });
  }

  #noteMissed({ last, missed }: Sightings, time: number): void {
    const since = last ?? this.#from;
    if (time - since > patience * this.#everyMs && missed.length < mostMissed) missed.push([since, time]);
  }
}

function instantOf(time: number): string {
  return new Date(time).toISOString();
}
