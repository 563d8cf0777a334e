import type { EventReading, SourcedEvent } from "@kaudit/schema";
import { human, podDelete, roleBindingCreate } from "@kaudit/testkit";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../src/index.js";
import { readingOf } from "./support/event-reading.js";
import { builtOptions, builtPeriod, rowsIn } from "./support/gathered.js";
import { steadyTraffic } from "./support/steady-traffic.js";

/** The events of several clusters, each named by its envelope; all from an API server of the same name. */
function readingOfClusters(clusters: Readonly<Record<string, readonly AuditEvent[]>>): EventReading {
  const names = Object.keys(clusters);
  const all = readingOf(Object.values(clusters).flat());
  const sizes = names.flatMap((name) => (clusters[name] ?? []).map(() => name));
  return {
    account: all.account,
    async *[Symbol.asyncIterator]() {
      let at = 0;
      for await (const { event, provenance } of all) {
        const cluster = sizes[at++] ?? "";
        yield {
          event,
          provenance: cluster === "" ? provenance : { ...provenance, cluster, clusterBasis: "envelope" },
        } as SourcedEvent;
      }
    },
  };
}

const policy = (file: string, cluster?: string) => ({
  file,
  sha256: "0".repeat(64),
  policy: { rules: [{ level: "Metadata" as const }] },
  ...(cluster === undefined ? {} : { cluster }),
});

const traffic = steadyTraffic(builtPeriod);
const broken = steadyTraffic({ ...builtPeriod, without: (ms) => ms > Date.parse(builtPeriod.from) + 1_800_000 });
const metadata = { level: "Metadata" as const };

describe("several clusters in one run", () => {
  test("rows, coverage, gates and policies are each cluster's own", async () => {
    const { bundle, rows } = await gatherEvidence(
      readingOfClusters({
        "eu-1": [...traffic, ...podDelete({ n: 1, fields: metadata })],
        "us-1": [...broken, ...podDelete({ n: 2, fields: metadata }), ...podDelete({ n: 3, fields: metadata })],
      }),
      builtOptions({
        cluster: { name: "", basis: "not given" },
        frameworks: ["soc2"],
        policies: [policy("eu.yaml", "eu-1")],
        clusters: [{ name: "eu-1" }, { name: "us-1" }],
      }),
    );
    expect(
      bundle.clusters.map(({ name, apiServers, rows: counts }) => [name, apiServers, counts["deletions"]]),
    ).toEqual([
      ["eu-1", 1, 1],
      ["us-1", 1, 2],
    ]);
    expect(
      bundle.coverage.map(({ cluster, instance, gapsUnexplained }) => [cluster, instance, gapsUnexplained]),
    ).toEqual([
      ["eu-1", "eu-1/cp-1", 0],
      ["us-1", "us-1/cp-1", 1],
    ]);
    const gate = (id: string) =>
      bundle.gates.find((one) => one.id === id)?.registers.filter(({ register }) => register === "deletions");
    expect(gate("G2")?.map(({ cluster, result }) => [cluster, result])).toEqual([
      ["eu-1", "holds"],
      ["us-1", "fails"],
    ]);
    expect(gate("G1")?.map(({ cluster, result }) => [cluster, result])).toEqual([
      ["eu-1", "holds"],
      ["us-1", "not-evaluated"],
    ]);
    const clusters: string[] = [];
    for await (const row of rows("deletions")) clusters.push(row.cluster);
    expect(clusters).toEqual(["eu-1", "us-1", "us-1"]);
  });

  test("roles of one cluster are not taken for those of another", async () => {
    const created = roleBindingCreate({ n: 1, at: 10, user: human("bob") });
    const deleted = roleBindingCreate({
      n: 2,
      at: 20,
      user: human("bob"),
      fields: {
        verb: "delete",
        requestURI: "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a/rolebindings/mallory-admin",
        requestObject: null,
        responseObject: null,
      },
    });
    const evidence = await gatherEvidence(
      readingOfClusters({ "eu-1": created, "us-1": deleted }),
      builtOptions({ cluster: { name: "", basis: "not given" } }),
    );
    const [, row] = await rowsIn(evidence, "rbac");
    expect(row).toMatchObject({ cluster: "us-1", change: "delete", before: "" });
  });

  test("of one cluster its rows go by the name of the options, whatever the envelope says", async () => {
    const evidence = await gatherEvidence(readingOfClusters({ "arn:aws:eks/prod": podDelete() }), builtOptions());
    expect(await rowsIn(evidence, "deletions")).toMatchObject([
      { cluster: "prod-eu-1", apiserver: "arn:aws:eks/prod/cp-1" },
    ]);
    expect(evidence.bundle.clusters).toMatchObject([{ name: "prod-eu-1", basis: "option" }]);
  });
});
