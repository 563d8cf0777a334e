import type { ActorKind } from "../register-row.js";

const leastDays = 5;
const leastUsual = 50;
const mostClusters = 1000;
const mostDays = 3660;

/** A day on which a class of requests that machines make every day was not recorded. */
export interface VolumeDrop {
  readonly day: string;
  /** How many are recorded on half of the other days or more. */
  readonly usual: number;
}

const machines: ReadonlySet<ActorKind> = new Set(["serviceaccount", "node", "system"]);

/**
 * Counts the requests of each class by day, as far as machines make them: people have weekends, controllers do not. A day
 * without any of them while all else goes on is the mark that a weaker policy leaves (abuse of the audit policy).
 */
export class ClassVolume {
  readonly #days = new Map<string, Map<string, Uint32Array>>();

  /** Notes an event of the period by its day (`2026-10-14`) and the bits of its classes. */
  add(cluster: string, day: string, bits: number, actorKind: ActorKind): void {
    let days = this.#days.get(cluster);
    if (days === undefined) {
      if (this.#days.size === mostClusters) return;
      days = new Map();
      this.#days.set(cluster, days);
    }
    let counts = days.get(day);
    if (counts === undefined) {
      if (days.size === mostDays) return;
      counts = new Uint32Array(33);
      days.set(day, counts);
    }
    counts[32] = (counts[32] as number) + 1;
    if (bits === 0 || !machines.has(actorKind)) return;
    for (let bit = 0; bit < 31; bit++) if ((bits & (1 << bit)) !== 0) counts[bit] = (counts[bit] as number) + 1;
  }

  /**
   * Gives the days among `wholeDays` without any recorded request of the class of this bit, though the log as a whole
   * went on (half of its usual events or more) and half of the days or more have fifty or more.
   */
  drops(cluster: string, bit: number, wholeDays: readonly string[]): VolumeDrop[] {
    const days = this.#days.get(cluster);
    if (days === undefined || wholeDays.length < leastDays) return [];
    const place = 31 - Math.clz32(bit);
    const of = (day: string, at: number): number => days.get(day)?.[at] ?? 0;
    const usual = median(wholeDays.map((day) => of(day, place)));
    const usualEvents = median(wholeDays.map((day) => of(day, 32)));
    if (usual < leastUsual) return [];
    return wholeDays
      .filter((day) => of(day, place) === 0 && of(day, 32) >= usualEvents / 2)
      .map((day) => ({ day, usual }));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
