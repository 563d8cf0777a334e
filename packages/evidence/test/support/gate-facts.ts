import type { ClusterFacts, EvidenceBundle, GateFacts } from "../../src/index.js";
import { registerNames } from "../../src/index.js";
import { policyCapabilities } from "../../src/policy-capability.js";

const period = { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" };

/** An API server that recorded something all the time. */
export function wholeServer(
  fields: Partial<EvidenceBundle["coverage"][number]> = {},
): EvidenceBundle["coverage"][number] {
  return {
    cluster: "prod-eu-1",
    instance: "cp-1",
    instanceBasis: "directory",
    firstTimestamp: period.from,
    lastTimestamp: period.to,
    events: 1000,
    hours: [],
    periodSeconds: 2_678_400,
    coveredSeconds: 2_678_400,
    thresholdSeconds: 120,
    gaps: [],
    gapsTotal: 0,
    gapsUnexplained: 0,
    complete: true,
    restarts: [],
    orphanedRequests: 0,
    unbegunRequests: 0,
    lateEvents: 0,
    clockRegressions: 0,
    duplicates: 0,
    days: [],
    ...fields,
  };
}

/** A gap of a night, that nobody explained unless `explained` says so. */
export function nightGap(explained: string | null = null): EvidenceBundle["coverage"][number]["gaps"][number] {
  return {
    from: "2026-10-14T02:11:00.000Z",
    to: "2026-10-14T08:45:00.000Z",
    seconds: 23_640,
    cause: "silent",
    explained,
  };
}

/** A policy that records everything, and every event as it says. */
export function wholePolicy(
  fields: Partial<EvidenceBundle["policies"][number]> = {},
): EvidenceBundle["policies"][number] {
  return {
    cluster: null,
    ...period,
    file: "policy.yaml",
    sha256: "0".repeat(64),
    capabilities: policyCapabilities({ rules: [{ level: "Metadata" }] }),
    replay: { compared: 1000, differing: 0, places: [] },
    ...fields,
  };
}

/** Facts by which all seven gates hold. */
export function goodFacts(fields: Partial<GateFacts> = {}, cluster: Partial<ClusterFacts> = {}): GateFacts {
  return {
    period,
    clusters: [
      {
        name: "prod-eu-1",
        registers: registerNames.map((register) => ({ register, lostRequests: 0, volumeDrops: [] })),
        policies: [wholePolicy()],
        coverage: [wholeServer()],
        blindSpots: [],
        canaries: registerNames.map((register) => ({
          cluster: "prod-eu-1",
          class: `canary-of-${register}`,
          register,
          expectedEverySeconds: 3600,
          seen: 744,
          missed: [],
          last: "2026-10-31T23:07:00.000Z",
        })),
        ...cluster,
      },
    ],
    rejectedInPeriod: 0,
    cutEvents: 0,
    undated: 0,
    collection: null,
    scopeDeclared: true,
    review: { complete: true, sentence: "Reviewed by Dana Reviewer on 3 November 2026." },
    ...fields,
  };
}
