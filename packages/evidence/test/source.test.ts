import type { AuditEvent, BlindSpot, EventProvenance, EventReading, LogWriter } from "@kaudit/schema";
import { forbidden, roleBindingCreate, secretGet, serviceAccount } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { blindSpotMeanings, blindSpotNames, buildEvidence } from "../src/index.js";
import { readingOf } from "./support/event-reading.js";
import { builtOptions, builtPeriod, rowsIn } from "./support/gathered.js";
import { steadyTraffic } from "./support/steady-traffic.js";

/** The same events, come by another way. */
function cameBy(events: readonly AuditEvent[], way: Partial<EventProvenance>): EventReading {
  const reading = readingOf(events);
  return {
    account: reading.account,
    async *[Symbol.asyncIterator]() {
      for await (const { event, provenance } of reading) yield { event, provenance: { ...provenance, ...way } };
    },
  };
}

async function evidence(events: readonly AuditEvent[], way: Partial<EventProvenance>) {
  const result = await buildEvidence(cameBy(events, way), builtOptions({ frameworks: ["soc2"] }));
  const control = (id: string) => result.bundle.frameworks[0]?.controls.find((one) => one.id === id);
  return { result, bundle: result.bundle, control };
}

/** The controls of a log without a gap, under a policy that records everything. */
async function judged(events: readonly AuditEvent[], way: Partial<EventProvenance>) {
  const policy = { file: "policy.yaml", sha256: "0".repeat(64), policy: { rules: [{ level: "Metadata" as const }] } };
  const all = [...steadyTraffic(builtPeriod), ...events.map((event): AuditEvent => ({ ...event, level: "Metadata" }))];
  const { bundle } = await buildEvidence(cameBy(all, way), builtOptions({ frameworks: ["soc2"], policy }));
  return { control: (id: string) => bundle.frameworks[0]?.controls.find((one) => one.id === id) };
}

const machine = serviceAccount("payments", "app");
const read = secretGet({ user: machine, fields: { level: "Metadata", responseObject: null, userAgent: "app/2.3" } });
const refusedChange = forbidden({ user: machine, fields: { verb: "create" } });

describe("how the events came by", () => {
  test("is counted, the API server's own events without a word of it", async () => {
    const { bundle } = await evidence(read, {});
    expect(bundle.source).toEqual({ origins: { "kube-apiserver": read.length }, reconstructed: 0, blindSpots: [] });
  });

  test("is told with what was derived, and with what it cannot show, reads counted", async () => {
    const { bundle } = await evidence([...read, ...refusedChange], {
      origin: "gke",
      reconstructed: ["level"],
      blindSpots: ["success-code-unknown", "reads-off-by-default"],
    });
    const events = read.length + refusedChange.length;
    expect(bundle.source).toEqual({
      origins: { gke: events },
      reconstructed: events,
      blindSpots: [
        { blindSpot: "reads-off-by-default", events, reads: read.length },
        { blindSpot: "success-code-unknown", events, reads: read.length },
      ],
    });
  });

  test.each(["no-reads", "changes-only"] as const)("%s: no control rests on registers of reads", async (blindSpot) => {
    const { control } = await judged([...read, ...roleBindingCreate()], { blindSpots: [blindSpot] });
    expect(control("CC6.1")?.status).toBe("insufficient-evidence");
    expect(control("CC6.1")?.statusReason).toContain(blindSpotMeanings[blindSpot].sentence);
  });

  test("reads-off-by-default breaks a population only where no read was seen", async () => {
    const way = { blindSpots: ["reads-off-by-default"] as const };
    const without = await judged(refusedChange, way);
    expect(without.control("CC6.1")?.status).toBe("insufficient-evidence");
    const withReads = await judged(read, way);
    expect(withReads.control("CC6.1")?.status).toBe("evidence-present");
    expect(withReads.control("CC6.1")?.statusReason).toContain("only where somebody turned their recording on");
  });

  test.each(["filtered-by-platform", "outcome-unknown", "success-code-unknown"] as const)(
    "%s is named as a limit",
    async (blindSpot) => {
      const { control } = await judged(read, { blindSpots: [blindSpot] });
      expect(control("CC6.1")?.status).toBe("evidence-present");
      expect(control("CC6.1")?.statusReason).toContain(blindSpotMeanings[blindSpot].sentence);
    },
  );

  test("a blind spot that does not touch a control is not named there", async () => {
    const { control } = await judged(read, { blindSpots: ["bodies-shortened"] });
    expect(control("CC6.1")?.statusReason).not.toContain(blindSpotMeanings["bodies-shortened"].sentence);
  });

  test("every blind spot has a sentence and classes that exist", () => {
    const all: readonly BlindSpot[] = blindSpotNames;
    expect(new Set(all).size).toBe(8);
    for (const name of all) {
      expect(blindSpotMeanings[name].sentence).toMatch(/^[A-Z].*\.$/);
      expect(blindSpotMeanings[name].limits.length).toBeGreaterThan(0);
    }
  });

  test("events that were cut are a finding with their places", async () => {
    const { bundle } = await evidence(read, { truncated: true });
    expect(bundle.findings.find(({ code }) => code === "cut-events")).toMatchObject({
      count: read.length,
      places: expect.arrayContaining(["audit.log:0"]),
    });
  });

  test("events whose lost time is that of the log service are in the period, and a finding", async () => {
    const { bundle, result } = await evidence(read, {
      truncated: true,
      reconstructed: ["requestReceivedTimestamp", "stageTimestamp"],
      blindSpots: ["large-events-cut"],
    });
    expect(bundle.totals.insidePeriod).toBe(read.length);
    expect(await rowsIn(result, "secrets")).toHaveLength(1);
    expect(bundle.source.reconstructed).toBe(read.length);
    expect(bundle.findings.map(({ code }) => code)).toContain("cut-events");
    expect(bundle.findings.map(({ code }) => code)).not.toContain("undated-events");
  });

  test.each<LogWriter>([
    { namespace: "kube-system", pod: "kube-apiserver-cp-1", container: "kube-apiserver" },
    { namespace: "kube-system", pod: "kube-apiserver-cp-1", container: "audit-log" },
    { namespace: "openshift-kube-apiserver", pod: "kube-apiserver-master-0" },
    { namespace: "openshift-apiserver", pod: "apiserver-7d9f-x", container: "openshift-apiserver" },
    { pod: "kube-apiserver-cp-1", container: "kube-apiserver" },
    { container: "kube-apiserver" },
  ])("an API server's own output is no finding: %j", async (writer) => {
    const { bundle } = await evidence(read, { writer });
    expect(bundle.findings).toEqual([]);
    expect(bundle.exceptions.filter(({ rule }) => rule === "KX-029")).toEqual([]);
  });

  test.each<readonly [writer: LogWriter, name: string]>([
    [{ namespace: "shop", pod: "web-0", container: "app" }, "shop/web-0/app"],
    [
      { namespace: "shop", pod: "kube-apiserver-cp-1", container: "kube-apiserver" },
      "shop/kube-apiserver-cp-1/kube-apiserver",
    ],
    [{ namespace: "kube-system", pod: "web-0" }, "kube-system/web-0/?"],
    [{ namespace: "openshift-apiserver", pod: "web-0" }, "openshift-apiserver/web-0/?"],
    [{ container: "app" }, "?/?/app"],
  ])("what another container printed calls for a person: %j", async (writer, name) => {
    const { bundle, control } = await evidence(read, { writer });
    expect(bundle.findings).toMatchObject([{ code: "other-writers", count: read.length, places: [name] }]);
    expect(control("CC2.1")?.exceptions.open).toBeGreaterThan(0);
    expect(bundle.exceptions.find(({ rule }) => rule === "KX-029")).toMatchObject({
      count: read.length,
      sentence: expect.stringMatching(/printed by .*no API server's/),
      state: "open",
    });
  });

  test("requests of two clusters whose API servers have one name stay apart", async () => {
    const way = { instance: "kube-apiserver-1", instanceBasis: "envelope", clusterBasis: "envelope" } as const;
    const [one, two] = [cameBy(read, { ...way, cluster: "blue" }), cameBy(read, { ...way, cluster: "green" })];
    const both: EventReading = {
      account: Promise.all([one.account, two.account]).then(([a, b]) => ({
        files: [...a.files, ...b.files],
        skipped: [],
        totals: Object.fromEntries(
          Object.entries(a.totals).map(([name, count]) => [name, count + b.totals[name as keyof typeof b.totals]]),
        ) as typeof a.totals,
        rejected: [],
      })),
      async *[Symbol.asyncIterator]() {
        yield* one;
        yield* two;
      },
    };
    const result = await buildEvidence(both, builtOptions());
    const rows = await rowsIn(result, "secrets");
    expect(rows.map(({ apiserver }) => apiserver)).toEqual(["blue/kube-apiserver-1", "green/kube-apiserver-1"]);
  });

  test("success that is told without a code is success, for a session too", async () => {
    const exec = { verb: "create", requestURI: "/api/v1/namespaces/shop/pods/db/exec?command=id" };
    const objectRef = { resource: "pods", subresource: "exec", namespace: "shop", name: "db", apiVersion: "v1" };
    const responseStatus = { metadata: {}, status: "Success" };
    const event = secretGet({ user: machine, fields: { ...exec, objectRef, responseStatus, responseObject: null } }).at(
      -1,
    );
    const { result } = await evidence([event as AuditEvent], { origin: "gke", blindSpots: ["success-code-unknown"] });
    expect(await rowsIn(result, "sessions")).toMatchObject([{ outcome: "success", code: null, established: true }]);
  });
});
