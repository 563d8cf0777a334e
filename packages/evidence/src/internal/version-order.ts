import { createByCluster } from "./by-cluster.js";
import { notePlace } from "./findings.js";
import type { NotedPlaces } from "./findings.js";
import { placeOf } from "./fold.js";
import type { FoldedRequest } from "./fold.js";
import type { PartialRow } from "./partial-row.js";

/** Objects of which the last version is known at once; that of the one longest unchanged is forgotten first. */
const mostObjects = 20_000;

interface Known {
  readonly version: string;
  /** When the write that gave it had ended, comparable. */
  readonly ended: string;
}

/**
 * Finds writes that were answered with an older version of their object than one that had ended before: then the log was
 * edited, its times are wrong, or the cluster's store was set back.
 *
 * Requests come in order of their times. Only what had ended before the other one began is compared: of two at the same time
 * either may have come first. A write that changes nothing is answered with the version as it was.
 */
export function createVersionOrder() {
  const objects = new Map<string, Known>();
  const regressions = createByCluster<NotedPlaces>(() => ({ count: 0, places: [] }));
  return {
    regressions,
    add({ deciding }: FoldedRequest): void {
      const { version, outcome, dryRun, stageTime, time } = deciding;
      if (version === "" || outcome !== "success" || dryRun === "true" || stageTime === "") return;
      const key = objectKey(deciding);
      const known = objects.get(key);
      const isOlder = known !== undefined && compareVersions(version, known.version) < 0;
      if (known !== undefined && isOlder && known.ended < time)
        notePlace(regressions.of(deciding.clusterKey), placeOf(deciding));
      else if (isOlder) return;
      objects.delete(key);
      objects.set(key, { version, ended: stageTime });
      const [oldest] = objects.size > mostObjects ? objects.keys() : [];
      if (oldest !== undefined) objects.delete(oldest);
    },
  };
}

function objectKey({ clusterKey, target }: PartialRow): string {
  return JSON.stringify([clusterKey, target.apiGroup, target.resource, target.namespace, target.name]);
}

/** Versions have no leading zeros: the longer one is the larger. */
function compareVersions(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
