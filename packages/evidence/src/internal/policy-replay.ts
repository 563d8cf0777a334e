import { compilePolicy } from "@kaudit/policy";
import type { PolicyInput } from "@kaudit/policy";
import { attributesOf } from "@kaudit/schema";
import type { SourcedEvent, Stage } from "@kaudit/schema";
import { notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";

/** Holds recorded events against a policy. */
export interface PolicyReplay {
  add(sourced: SourcedEvent): void;
  readonly compared: number;
  readonly differing: NotedPlaces;
}

/**
 * Makes a replay of `policy`: an event differs when the policy gives its request another level, or omits its stage.
 *
 * Events whose level was derived, because their source does not tell it, and events cut on their way are not compared.
 */
export function createPolicyReplay(policy: PolicyInput): PolicyReplay {
  const decide = compilePolicy(policy);
  const differing: NotedPlaces = { count: 0, places: [] };
  let compared = 0;
  return {
    add({ event, provenance }) {
      if (provenance.truncated === true || provenance.reconstructed?.includes("level") === true) return;
      compared++;
      const { level, omitStages } = decide(attributesOf(event));
      if (event.level === level && !omitStages.includes(event.stage as Stage)) return;
      notePlace(differing, `${provenance.file}:${provenance.byteOffset}`);
    },
    get compared() {
      return compared;
    },
    differing,
  };
}
