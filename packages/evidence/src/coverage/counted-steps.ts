import type { CountedActivity } from "@kaudit/schema";

/** The first and the last time in one step of ten seconds, in milliseconds, and whether a heartbeat was among them. */
export interface CountedStep {
  readonly first: number;
  readonly last: number;
  readonly isHeartbeat: boolean;
}

/** When events were recorded that a source counted and did not keep; nothing where their time could not be read. */
export function* countedSteps({ hour, steps, heartbeats }: CountedActivity): Generator<CountedStep, void> {
  const begin = Date.parse(`${hour}:00:00Z`);
  if (Number.isNaN(begin)) return;
  const beating = new Set(heartbeats);
  for (const [step, , first, last] of steps) {
    yield { first: begin + first, last: begin + last, isHeartbeat: beating.has(step) };
  }
}
