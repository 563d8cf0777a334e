import type { CountedActivity, SourcedEvent } from "@kaudit/schema";
import { isHeartbeat } from "@kaudit/evidence";

type Step = [step: number, events: number, first: number, last: number];

interface Hour {
  readonly head: Omit<CountedActivity, "events" | "stages" | "steps" | "heartbeats">;
  events: number;
  readonly stages: Map<string, number>;
  readonly steps: Map<number, Step>;
  readonly heartbeats: Set<number>;
}

const knownStages = new Set(["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"]);
const stepMs = 10_000;

/**
 * Counts events that are not kept, by API server, file and hour: how many, of which stages, and in which steps of ten
 * seconds, so that gaps and heartbeats can be judged as if they had been kept.
 */
export class CountedEvents {
  readonly #hours = new Map<string, Hour>();

  /** How many rows {@link rows} will give. */
  get size(): number {
    return this.#hours.size;
  }

  add({ event, provenance }: SourcedEvent): void {
    const recorded = event.stageTimestamp ?? event.requestReceivedTimestamp ?? "";
    const hour = recorded.slice(0, 13);
    const { file, instance, instanceBasis, cluster, clusterBasis } = provenance;
    const key = JSON.stringify([hour, file, instance, cluster]);
    let counted = this.#hours.get(key);
    if (counted === undefined) {
      const ofCluster =
        cluster === undefined ? {} : { cluster, ...(clusterBasis === undefined ? {} : { clusterBasis }) };
      const head = { hour, file, instance, instanceBasis, ...ofCluster };
      counted = { head, events: 0, stages: new Map(), steps: new Map(), heartbeats: new Set() };
      this.#hours.set(key, counted);
    }
    counted.events++;
    const stage = knownStages.has(event.stage) ? event.stage : "other";
    counted.stages.set(stage, (counted.stages.get(stage) ?? 0) + 1);
    const at = Date.parse(recorded) - Date.parse(`${hour}:00:00Z`);
    if (Number.isNaN(at)) return;
    const step = Math.floor(at / stepMs);
    const known = counted.steps.get(step);
    if (known === undefined) counted.steps.set(step, [step, 1, at, at]);
    else {
      known[1]++;
      known[2] = Math.min(known[2], at);
      known[3] = Math.max(known[3], at);
    }
    if (isHeartbeat(event)) counted.heartbeats.add(step);
  }

  /** One row for each hour, file and API server, in their order. */
  rows(): CountedActivity[] {
    const hours = [...this.#hours].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return hours.map(([, { head, events, stages, steps, heartbeats }]) => ({
      ...head,
      events,
      stages: Object.fromEntries([...stages].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      steps: [...steps.values()].toSorted(([a], [b]) => a - b),
      heartbeats: [...heartbeats].toSorted((a, b) => a - b),
    }));
  }
}
