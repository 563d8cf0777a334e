import { createMemorySpool } from "@kaudit/schema";
import type { EventReading, SourcedEvent } from "@kaudit/schema";
import { human, podDelete, roleBindingCreate } from "@kaudit/testkit";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../src/index.js";
import type { EvidenceOptions } from "../src/index.js";
import { plainReading, readingOf } from "./support/event-reading.js";
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

const line = (event: AuditEvent): string => `${JSON.stringify(event)}\n`;

const logOf = (...parts: readonly (readonly AuditEvent[] | string)[]): Buffer =>
  Buffer.from(parts.map((part) => (typeof part === "string" ? part : part.map(line).join(""))).join(""));

const clusterOf = (file: string): string => file.slice(0, file.indexOf("/"));

/** One file of each cluster, as `kaudit report` reads them; API servers have the same name. */
function readingOfLogs(logs: Readonly<Record<string, Buffer>>): EventReading {
  const all = plainReading(Object.entries(logs).map(([name, bytes]) => ({ file: `${name}/audit.log`, bytes })));
  return {
    account: all.account.then((account) => ({
      ...account,
      files: account.files.map((file) => ({ ...file, cluster: clusterOf(file.file) })),
    })),
    async *[Symbol.asyncIterator]() {
      for await (const { event, provenance } of all)
        yield {
          event,
          provenance: { ...provenance, cluster: clusterOf(provenance.file), clusterBasis: "option" },
        } as SourcedEvent;
    },
  };
}

/** Two clusters, whose envelopes name these in turn. */
function toldBy(names: readonly string[]): EventReading {
  const plain = readingOfClusters({
    "eu-1": [...podDelete({ n: 1 }), ...podDelete({ n: 2 })],
    "us-1": podDelete({ n: 3 }),
  });
  return {
    account: plain.account,
    async *[Symbol.asyncIterator]() {
      let n = 0;
      for await (const { event, provenance } of plain)
        yield { event, provenance: { ...provenance, envelopeCluster: names[n++ % names.length] as string } };
    },
  };
}

describe("several clusters in one run", () => {
  test("rows, coverage, gates and policies are each cluster's own", async () => {
    const { bundle, rows } = await buildEvidence(
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
    const evidence = await buildEvidence(
      readingOfClusters({ "eu-1": created, "us-1": deleted }),
      builtOptions({ cluster: { name: "", basis: "not given" } }),
    );
    const [, row] = await rowsIn(evidence, "rbac");
    expect(row).toMatchObject({ cluster: "us-1", change: "delete", before: "" });
  });

  test("of one cluster its rows go by the name of the options, whatever the envelope says", async () => {
    const evidence = await buildEvidence(readingOfClusters({ "arn:aws:eks/prod": podDelete() }), builtOptions());
    expect(await rowsIn(evidence, "deletions")).toMatchObject([
      { cluster: "prod-eu-1", apiserver: "arn:aws:eks/prod/cp-1" },
    ]);
    expect(evidence.bundle.clusters).toMatchObject([{ name: "prod-eu-1", basis: "option" }]);
  });

  describe("whose envelopes tell otherwise than the option", () => {
    const options = builtOptions({ clusters: [{ name: "eu-1" }, { name: "us-1" }] });
    const mixed = async (names: readonly string[]) => {
      const { bundle } = await buildEvidence(toldBy(names), { ...options, spool: createMemorySpool() });
      return bundle.findings.filter(({ code }) => code === "mixed-clusters");
    };

    test("several names inside the input of one are said of it, with the names", async () => {
      const found = await mixed(["arn:b", "arn:a"]);
      expect(found.map(({ cluster, count, places }) => [cluster, count, places])).toEqual([
        ["eu-1", 2, ["arn:a", "arn:b"]],
      ]);
      expect(found[0]?.message).toMatch(/^The envelopes of 2 events of the period name 2 clusters, and all were given/);
    });

    test("another name that all of them give is no mixture", async () => {
      expect(await mixed(["arn:aws:eks/prod"])).toEqual([]);
    });

    test("names without end are not all kept", async () => {
      const many = Array.from({ length: 50 }, (_, n) => podDelete({ n: n + 1 })).flat();
      const plain = readingOfClusters({ "eu-1": many, "us-1": podDelete({ n: 99 }) });
      let n = 0;
      const { bundle } = await buildEvidence(
        {
          account: plain.account,
          async *[Symbol.asyncIterator]() {
            for await (const { event, provenance } of plain)
              yield { event, provenance: { ...provenance, envelopeCluster: `c${String(n++).padStart(4, "0")}` } };
          },
        },
        { ...options, spool: createMemorySpool() },
      );
      const found = bundle.findings.find(({ code, cluster }) => code === "mixed-clusters" && cluster === "eu-1");
      expect(found).toMatchObject({ count: many.length, message: expect.stringContaining("name 20 or more clusters") });
      expect(found?.places).toHaveLength(20);
    });
  });

  describe("of which an option named each", () => {
    const clusters = [{ name: "eu-1" }, { name: "us-1" }];
    /** Of other moments than `traffic`: two clusters never write the same event. */
    const others = steadyTraffic({ ...builtPeriod, from: "2026-10-14T09:00:03Z" });

    const gathered = (logs: Readonly<Record<string, Buffer>>, options: Partial<EvidenceOptions> = {}) =>
      buildEvidence(
        readingOfLogs(logs),
        builtOptions({
          cluster: { name: "", basis: "several" },
          policies: [policy("eu.yaml", "eu-1"), policy("us.yaml", "us-1")],
          frameworks: ["soc2"],
          clusters,
          ...options,
        }),
      );

    test("rejected, undated and cut records count against the cluster whose input they came from", async () => {
      const undated = podDelete({ n: 9, fields: { ...metadata, requestReceivedTimestamp: null } });
      const { bundle } = await gathered({
        "eu-1": logOf(traffic, "not an event\n"),
        "us-1": logOf(others, undated),
      });
      const g5 = bundle.gates.find(({ id }) => id === "G5")?.registers.filter(({ register }) => register === "secrets");
      expect(g5?.map(({ cluster, reasons }) => [cluster, reasons])).toEqual([
        ["eu-1", ["1 record that may belong to the period could not be read, so the populations may be incomplete."]],
        ["us-1", ["1 event without a readable time may belong to the period, so the populations may be incomplete."]],
      ]);
      expect(bundle.findings.map(({ code, cluster }) => [code, cluster])).toContainEqual(["undated-events", "us-1"]);
      const damaged = bundle.exceptions.filter(({ rule }) => rule === "KX-029");
      expect(damaged.map(({ cluster, key }) => [cluster, key[0]?.[1]]).toSorted()).toEqual([
        ["eu-1", "rejected-records"],
        ["us-1", "undated-events"],
      ]);
      expect(bundle.clusters.map(({ name, totals }) => [name, totals?.records, totals?.rejected])).toEqual([
        ["eu-1", traffic.length + 1, 1],
        ["us-1", others.length + undated.length, 0],
      ]);
    });

    test("rows of one cluster do not stand in for another's, of which none could be recorded", async () => {
      const nothing = { ...policy("us.yaml", "us-1"), policy: { rules: [{ level: "None" as const }] } };
      const logs = {
        "eu-1": logOf(traffic, podDelete({ n: 1, fields: metadata })),
        "us-1": logOf(others),
      };
      const control = async (policies: EvidenceOptions["policies"]) =>
        (await gathered(logs, { policies: policies ?? [] })).bundle.frameworks[0]?.controls.find(
          ({ id }) => id === "CC6.1",
        );
      const bad = await control([policy("eu.yaml", "eu-1"), nothing]);
      expect(bad?.status).toBe("insufficient-evidence");
      expect(bad?.statusReason).toMatch(/^us-1: None observed; recording not verified: /);
      expect(bad?.statusReason).toContain("eu-1: evidence present.");
      const good = await control([policy("eu.yaml", "eu-1"), policy("us.yaml", "us-1")]);
      expect(good?.clusters?.map(({ cluster, status }) => [cluster, status])).toEqual([
        ["eu-1", "evidence-present"],
        ["us-1", "evidence-present"],
      ]);
    });

    test("the same event in two clusters is two events with ids of their own, and a finding", async () => {
      const same = logOf(podDelete({ n: 1, fields: metadata }));
      const evidence = await gathered({ "eu-1": same, "us-1": same });
      const rows = await rowsIn(evidence, "deletions");
      expect(rows.map(({ cluster, apiserver }) => [cluster, apiserver])).toEqual([
        ["eu-1", "cp-1"],
        ["us-1", "cp-1"],
      ]);
      expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(2);
      expect(evidence.bundle.totals.duplicates).toBe(0);
      const found = evidence.bundle.findings.filter(({ code }) => code.startsWith("repeated-"));
      expect(found).toMatchObject([{ code: "repeated-across-clusters", count: podDelete({ n: 1 }).length }]);
    });

    test("a cluster without an event is there, and its gate of coverage fails", async () => {
      const { bundle } = await gathered({ "eu-1": logOf(traffic) });
      expect(bundle.clusters.map(({ name, events }) => [name, events])).toEqual([
        ["eu-1", traffic.length],
        ["us-1", 0],
      ]);
      const g2 = bundle.gates.find(({ id }) => id === "G2")?.registers.filter(({ register }) => register === "rbac");
      expect(g2?.map(({ cluster, result }) => [cluster, result])).toEqual([
        ["eu-1", "holds"],
        ["us-1", "fails"],
      ]);
    });
  });
});
