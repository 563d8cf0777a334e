import type { Policy } from "@kaudit/policy";
import type { RejectedRecord } from "@kaudit/schema";
import { instant } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { inspectEvents } from "../../src/inspect/inspect-events.js";
import type { EvidenceAnswer } from "../../src/inspect/evidence-support.js";
import type { Inspection } from "../../src/inspect/inspection.js";
import { blindSpotMeanings, blindSpotNames } from "@kaudit/evidence";
import { type GivenEvent, givenReading } from "./given-reading.js";

const noPolicy = { top: 10, policy: null };

function withPolicy(policy: Policy): { readonly top: number; readonly policy: { file: string; policy: Policy } } {
  return { top: 10, policy: { file: "policy.yaml", policy } };
}

function rejectedAt(byteOffset: number, reason: RejectedRecord["reason"]): RejectedRecord {
  return { file: "x.log", byteOffset, byteLength: 9, reason, detail: "breaks off", excerpt: "" };
}

function answers({ evidence }: Inspection): Readonly<Record<string, EvidenceAnswer>> {
  return Object.fromEntries(evidence.map(({ evidenceClass, answer }) => [evidenceClass, answer]));
}

const secretRead: GivenEvent = {
  event: { requestURI: "/api/v1/namespaces/team-a/secrets/key", verb: "get" },
};

describe("inspectEvents", () => {
  test("counts shapes, origins, clusters, cut and derived events", async () => {
    const gke = { envelope: "gcloud > cloud-audit-log", origin: "gke", cluster: "prod" } as const;
    const inspection = await inspectEvents(
      givenReading([
        { provenance: { ...gke, reconstructed: ["objectRef.name", "verb"], blindSpots: ["reads-off-by-default"] } },
        { provenance: { ...gke, reconstructed: ["verb"], blindSpots: ["reads-off-by-default"] } },
        { provenance: { upgradedFrom: "audit.k8s.io/v1beta1", truncated: true } },
      ]),
      noPolicy,
    );
    expect(inspection.shapes.top).toEqual([
      { key: "gcloud > cloud-audit-log", count: 2 },
      { key: "json-lines", count: 1 },
    ]);
    expect(inspection.origins.top).toEqual([
      { key: "gke", count: 2 },
      { key: "kube-apiserver", count: 1 },
    ]);
    expect(inspection.clusters.top).toEqual([{ key: "prod", count: 2 }]);
    expect(inspection.upgradedFrom.top).toEqual([{ key: "audit.k8s.io/v1beta1", count: 1 }]);
    expect(inspection.truncatedEvents).toBe(1);
    expect(inspection.reconstructed).toMatchObject({
      events: 2,
      fields: {
        top: [
          { key: "verb", count: 2 },
          { key: "objectRef.name", count: 1 },
        ],
      },
    });
    expect(inspection.blindSpots.map(({ name, events }) => [name, events])).toEqual([["reads-off-by-default", 2]]);
    expect(inspection.servers.map(({ cluster, instance, events }) => [cluster, instance, events])).toEqual([
      [null, "cp-1", 1],
      ["prod", "cp-1", 2],
    ]);
  });

  test("finds the gaps of each API server by itself, from when events were recorded", async () => {
    const silentFrom = 3600;
    const events = Array.from({ length: 1440 }, (_, n) => n * 5).flatMap((second) =>
      ["cp-1", "cp-2"]
        .filter((instance) => instance === "cp-1" || second < silentFrom || second >= silentFrom + 600)
        .map((instance) => ({
          event: { requestReceivedTimestamp: instant(0), stageTimestamp: instant(second) },
          provenance: { instance, file: `${instance}/audit.log` },
        })),
    );
    const { servers } = await inspectEvents(givenReading(events), noPolicy);
    expect(servers.map(({ instance, files, gaps }) => [instance, files, gaps.longest])).toEqual([
      ["cp-1", 1, []],
      ["cp-2", 1, [{ from: "2026-10-14T09:59:55.000Z", to: "2026-10-14T10:10:00.000Z", seconds: 605 }]],
    ]);
  });

  test("takes the Kubernetes version from the API server's own requests only", async () => {
    const claimed = "kube-apiserver/v9.9.9 (linux/amd64) kubernetes/0000000";
    const own = "kube-apiserver/v1.36.2 (linux/amd64) kubernetes/bb826b1";
    const apiserver = { username: "system:apiserver", groups: ["system:masters", "system:authenticated"] };
    const { servers } = await inspectEvents(
      givenReading([
        { event: { user: apiserver, userAgent: own } },
        { event: { userAgent: claimed } },
        { event: { user: apiserver, userAgent: claimed, impersonatedUser: { username: "bob" } } },
        { event: { user: apiserver, userAgent: `kube-apiserver/v1.2.3${"x".repeat(100)} (` } },
      ]),
      noPolicy,
    );
    expect(servers[0]?.kubernetesVersions.top).toEqual([{ key: "v1.36.2", count: 1 }]);
  });

  test("follows a thousand API servers and counts the events of the others", async () => {
    const events = Array.from({ length: 1005 }, (_, n) => ({ provenance: { instance: `cp-${n}` } }));
    const inspection = await inspectEvents(givenReading(events), noPolicy);
    expect(inspection.servers).toHaveLength(1000);
    expect(inspection.eventsOfOtherServers).toBe(5);
  });

  test("names files that hold the same bytes", async () => {
    const files = [
      { file: "a.log", sha256: "a".repeat(64) },
      { file: "b.log", sha256: "b".repeat(64) },
      { file: "copy/a.log", sha256: "a".repeat(64) },
    ];
    expect((await inspectEvents(givenReading([{}], { files }), noPolicy)).sameContent).toEqual([
      ["a.log", "copy/a.log"],
    ]);
  });

  test("tells rejected records by reason with their first places, and foreign ones by kind", async () => {
    const files = [
      {
        rejected: 6,
        rejectedByReason: { truncated: 1, "not-json": 5 },
        foreign: 5,
        foreignByKind: { klog: 3 },
      },
    ];
    const rejected = [
      rejectedAt(7, "truncated"),
      ...[10, 20, 30, 40, 50].map((offset) => rejectedAt(offset, "not-json")),
    ];
    const inspection = await inspectEvents(givenReading([{}], { files, rejected }), noPolicy);
    expect(inspection.rejected).toEqual([
      {
        reason: "not-json",
        count: 5,
        places: [10, 20, 30].map((byteOffset) => ({ file: "x.log", byteOffset, detail: "breaks off" })),
      },
      { reason: "truncated", count: 1, places: [{ file: "x.log", byteOffset: 7, detail: "breaks off" }] },
    ]);
    expect(inspection.foreign.top).toEqual([
      { key: "klog", count: 3 },
      { key: "other", count: 2 },
    ]);
  });
});

describe("the evidence that files can support", () => {
  const everything: Policy = { rules: [{ level: "Metadata" }] };
  const nothing: Policy = { rules: [{ level: "None" }] };
  const noSecretsOfNodes: Policy = {
    rules: [
      { level: "None", userGroups: ["system:nodes"], resources: [{ group: "", resources: ["secrets"] }] },
      { level: "Metadata" },
    ],
  };

  test("without a policy nothing seen is not known to be nothing recorded", async () => {
    const found = answers(await inspectEvents(givenReading([secretRead]), noPolicy));
    expect(found).toMatchObject({ secrets: "seen", sessions: "unknown", authentication: "unknown" });
  });

  test("a policy that records all turns nothing seen into none seen", async () => {
    const found = answers(await inspectEvents(givenReading([secretRead]), withPolicy(everything)));
    expect(found).toMatchObject({ secrets: "seen", sessions: "none-seen", authentication: "none-seen" });
  });

  test("a policy that records nothing cannot have been the one in force", async () => {
    const found = answers(await inspectEvents(givenReading([secretRead]), withPolicy(nothing)));
    expect(found).toMatchObject({ secrets: "seen-unexpectedly", sessions: "not-recorded" });
  });

  test("a policy that leaves out one kind of actor is told with that actor", async () => {
    const { evidence } = await inspectEvents(givenReading([{}]), withPolicy(noSecretsOfNodes));
    const secrets = evidence.find(({ evidenceClass }) => evidenceClass === "secrets");
    expect(secrets).toMatchObject({
      recordable: "partly",
      recordableByActor: { node: "no", human: "yes", system: "yes" },
      answer: "none-seen-partly-recorded",
    });
  });

  test("reads that are left out by the way events came by limit who read Secrets, whatever the policy says", async () => {
    const aks = { event: { verb: "create" }, provenance: { blindSpots: ["no-reads"] } } as const;
    const { evidence } = await inspectEvents(givenReading([aks]), withPolicy(everything));
    const limited = evidence.filter(({ blindSpots }) => blindSpots.includes("no-reads"));
    expect(limited.map(({ evidenceClass }) => evidenceClass)).toEqual([
      "secrets",
      "sessions",
      "authentication",
      "authorization",
      "impersonation",
    ]);
    for (const { answer } of limited) expect(answer).toBe("none-seen-partly-recorded");
    expect(evidence.find(({ evidenceClass }) => evidenceClass === "deletions")?.answer).toBe("none-seen");
  });

  test("every blind spot has a sentence that ends, and limits something", () => {
    expect(blindSpotNames).toHaveLength(8);
    for (const name of blindSpotNames) {
      expect(blindSpotMeanings[name].sentence).toMatch(/^[A-Z].*\.$/);
      expect(blindSpotMeanings[name].limits.length).toBeGreaterThan(0);
    }
  });
});
