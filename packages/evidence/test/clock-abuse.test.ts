import type { AuditEvent, EventReading, SourcedEvent } from "@kaudit/schema";
import { auditEvent, auditID, execOverWebSocket, instant, secretGet } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../src/index.js";
import type { EvidenceBundle, EvidenceOptions } from "../src/index.js";
import { plainReading, readingOf } from "./support/event-reading.js";
import { builtOptions, gathered, register } from "./support/gathered.js";

/** The events as an envelope carries them that tells when it took each in: `seconds` after it was recorded. */
function received(
  events: readonly (readonly [event: AuditEvent, seconds: number])[],
  file = "audit.log",
): EventReading {
  const plain = readingOf(
    events.map(([event]) => event),
    file,
  );
  return {
    account: plain.account,
    async *[Symbol.asyncIterator]() {
      let at = 0;
      for await (const sourced of plain) {
        const [event, seconds] = events[at++] ?? [sourced.event, 0];
        const loggedAt = new Date(Date.parse(event.stageTimestamp ?? "") + seconds * 1000).toISOString();
        const provenance = { ...sourced.provenance, loggedAt: loggedAt.replace("Z", "000Z") };
        yield { ...sourced, provenance } satisfies SourcedEvent;
      }
    },
  };
}

async function bundleOf(reading: EventReading, options: Partial<EvidenceOptions> = {}): Promise<EvidenceBundle> {
  return (await buildEvidence(reading, builtOptions(options))).bundle;
}

const read = (n: number, at: number): AuditEvent =>
  auditEvent({
    auditID: auditID(n),
    objectRef: { resource: "secrets", namespace: "payments", name: "db", apiVersion: "v1" },
    requestReceivedTimestamp: instant(at),
    stageTimestamp: instant(at + 1),
  });
const finding = ({ findings }: EvidenceBundle, code: string): EvidenceBundle["findings"][number] | undefined =>
  findings.find((one) => one.code === code);
const atTime = (time: string): AuditEvent => ({ ...read(1, 0), requestReceivedTimestamp: time, stageTimestamp: time });

describe("abuse case 37: clocks", () => {
  test("the distance from event time to receive time is measured for each API server", async () => {
    const reading = received([1, 2, 3, 4, 0.5].map((seconds, n) => [read(n + 1, n * 60), seconds] as const));
    const { coverage, findings } = await bundleOf(reading);
    expect(coverage[0]?.receiveTime).toMatchObject({
      events: 5,
      leastSeconds: 0.5,
      mostSeconds: 4,
      datedAhead: 0,
      receivedLate: 0,
      farAndOutside: 0,
      histogram: [
        [-300, 0],
        [-60, 0],
        [-1, 0],
        [1, 1],
        [10, 4],
        [60, 0],
        [300, 0],
        [3600, 0],
        [86_400, 0],
        [null, 0],
      ],
    });
    expect(coverage[0]?.receiveTime?.medianSeconds).toBeCloseTo(2, 0);
    expect(findings.map(({ code }) => code)).not.toContain("dated-after-receipt");
  });

  test("without a receive time nothing is claimed", async () => {
    const { bundle } = await gathered([read(1, 0)]);
    expect(bundle.coverage[0]).not.toHaveProperty("receiveTime");
  });

  test("an event dated after it was received is found, and is an exception", async () => {
    const bundle = await bundleOf(
      received([
        [read(1, 0), 1],
        [read(2, 600), -301],
        [read(3, 700), -299],
      ]),
    );
    expect(finding(bundle, "dated-after-receipt")).toMatchObject({ count: 1, places: [/^audit\.log:\d+$/] });
    expect(bundle.coverage[0]?.receiveTime).toMatchObject({ datedAhead: 1, leastSeconds: -301 });
    const [exception] = bundle.exceptions.filter(
      ({ rule, sentence }) => rule === "KX-029" && /received/.test(sentence),
    );
    expect(exception?.sentence).toContain("they are dated after they were received");
  });

  test("an event that was dated out of the period is found by its receive time", async () => {
    const bundle = await bundleOf(
      received([
        [read(1, 60), 1],
        [read(2, -86_400), 86_400 + 120],
      ]),
    );
    expect(bundle.totals).toMatchObject({ insidePeriod: 1, outsidePeriod: 1 });
    expect(bundle.coverage[0]?.receiveTime).toMatchObject({ receivedLate: 1, farAndOutside: 1 });
    expect(finding(bundle, "received-late")?.message).toContain(
      "1 event so far from the receive time is dated outside",
    );
  });

  test.each([
    ["a microsecond before the period", "2026-10-14T08:59:59.999999Z", 0],
    ["the period's first instant", "2026-10-14T09:00:00.000000Z", 1],
    ["its last microsecond", "2026-10-14T09:59:59.999999Z", 1],
    ["the first instant after it", "2026-10-14T10:00:00.000000Z", 0],
  ])("%s", async (_name, time, rows) => {
    const { bundle } = await gathered([atTime(time)]);
    expect(bundle.totals.insidePeriod).toBe(rows);
    expect(bundle.registers.find(({ name }) => name === "secrets")?.rows).toBe(rows);
  });

  test("a session that ends at the period's first microsecond overlaps it, one before does not", async () => {
    const session = execOverWebSocket({ n: 1, at: -60 });
    const ended = async (end: string): Promise<number> =>
      (
        await register(
          "sessions",
          session.map((event) => (event.stage === "ResponseComplete" ? { ...event, stageTimestamp: end } : event)),
        )
      ).length;
    expect(await ended("2026-10-14T09:00:00.000000Z")).toBe(1);
    expect(await ended("2026-10-14T08:59:59.999999Z")).toBe(0);
  });

  test.each([
    ["Go's zero time", "0001-01-01T00:00:00Z"],
    ["the end of years", "9999-12-31T23:59:59.999999Z"],
    ["before Kubernetes", "1970-01-01T00:00:00Z"],
  ])("%s is no time: the event may belong to the period, and G5 fails", async (_name, time) => {
    const { bundle } = await gathered([read(1, 60), { ...atTime(time), auditID: auditID(2) }], {
      frameworks: ["soc2"],
    });
    expect(bundle.totals).toMatchObject({ unique: 2, insidePeriod: 1, outsidePeriod: 1 });
    expect(finding(bundle, "undated-events")).toMatchObject({ count: 1 });
    expect(bundle.gates.find(({ id }) => id === "G5")?.result).toBe("fails");
  });

  test("an event dated in the year 1 does not make the log reach back for years", async () => {
    const events = [read(1, 60), { ...atTime("0001-01-01T00:00:00Z"), auditID: auditID(2) }];
    const { bundle } = await gathered(events, { frameworks: ["pci-dss"] });
    expect(bundle.frameworks[0]?.controls.find(({ id }) => id === "10.5.1")?.statusReason).toContain(
      "reach back to 2026-10-14",
    );
  });

  test("a stage that was recorded before its request was received is a clock that ran backwards", async () => {
    const event = { ...read(1, 60), stageTimestamp: instant(59) };
    const { bundle } = await gathered([event]);
    expect(bundle.coverage[0]).toMatchObject({ clockRegressions: 1 });
    expect(finding(bundle, "clock-set-back")).toMatchObject({ count: 1 });
  });
});

const bytesOf = (events: readonly AuditEvent[]): Buffer =>
  Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));

const write = (n: number, at: number, version: string, fields: Partial<AuditEvent> = {}): AuditEvent =>
  auditEvent({
    auditID: auditID(n),
    verb: "update",
    level: "RequestResponse",
    requestURI: "/apis/rbac.authorization.k8s.io/v1/clusterroles/ops",
    objectRef: { resource: "clusterroles", name: "ops", apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" },
    requestReceivedTimestamp: instant(at),
    stageTimestamp: instant(at + 1),
    responseStatus: { metadata: {}, code: 200 },
    responseObject: { metadata: { name: "ops", resourceVersion: version }, rules: [] },
    ...fields,
  });
const regressions = async (...events: readonly AuditEvent[]): Promise<number> =>
  finding((await gathered(events)).bundle, "version-regressions")?.count ?? 0;

async function copies(file: readonly AuditEvent[], webhook: readonly AuditEvent[]): Promise<EvidenceBundle> {
  const list = { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: webhook };
  return bundleOf(
    plainReading([
      { file: "cp-1/audit.log", bytes: bytesOf(file), instance: "cp-1" },
      { file: "received/body-1.json", bytes: Buffer.from(JSON.stringify(list)), instance: "received" },
    ]),
  );
}

describe("abuse case 8: a log that was edited before it was collected", () => {
  const [secret] = secretGet({ n: 1, at: 60, fields: { level: "Metadata" } }).slice(-1) as [AuditEvent];
  const refused = { ...secret, responseStatus: { metadata: {}, code: 403 } };

  test("the file says 200, what the webhook received says 403: a finding, and a row for each", async () => {
    const bundle = await copies([{ ...secret, responseStatus: { metadata: {}, code: 200 } }], [refused]);
    expect(finding(bundle, "contradicted-across-instances")).toMatchObject({ count: 2, places: ["cp-1", "received"] });
    expect(bundle.registers.find(({ name }) => name === "secrets")?.rows).toBe(2);
    expect(bundle.exceptions.some(({ sentence }) => sentence.includes("copies of one log do not agree"))).toBe(true);
  });

  test("copies that agree are only repeated", async () => {
    const bundle = await copies([refused], [refused]);
    expect(finding(bundle, "contradicted-across-instances")).toBeUndefined();
    expect(finding(bundle, "repeated-across-instances")).toMatchObject({ count: 1 });
  });

  test("one copy that has both tellings is contradicted by one that has the first alone", async () => {
    const bundle = await copies([secret, refused], [secret]);
    expect(finding(bundle, "contradicted-across-instances")).toMatchObject({ count: 2 });
    expect(finding(bundle, "conflicting-events")).toBeDefined();
  });

  test("an object's resourceVersion that goes back shows an edited log", async () => {
    expect(await regressions(write(1, 0, "999"), write(2, 60, "1000"), write(3, 120, "1001"))).toBe(0);
    expect(await regressions(write(1, 0, "1000"), write(2, 60, "999"))).toBe(1);
    expect(await regressions(write(1, 0, "1000"), write(2, 60, "999"), write(3, 120, "1001"))).toBe(1);
  });

  test.each<[string, AuditEvent[]]>([
    ["a write that changed nothing", [write(1, 0, "5"), write(2, 60, "5")]],
    ["of two at the same time either is first", [write(1, 0, "6"), write(2, 0.5, "5")]],
    [
      "another object",
      [
        write(1, 0, "6"),
        write(2, 60, "5", {
          objectRef: { resource: "clusterroles", name: "b", apiGroup: "rbac.authorization.k8s.io" },
        }),
      ],
    ],
    [
      "a dry run",
      [
        write(1, 0, "6"),
        write(2, 60, "5", { requestURI: "/apis/rbac.authorization.k8s.io/v1/clusterroles/ops?dryRun=All" }),
      ],
    ],
    ["no number", [write(1, 0, "6"), write(2, 60, "opaque")]],
  ])("nothing is said of %s", async (_name, events) => {
    expect(await regressions(...events)).toBe(0);
  });

  test("one stage that was dropped is a lost event", async () => {
    const both = Array.from({ length: 20 }, (_, n) => secretGet({ n: n + 1, at: n * 10 })).flat();
    const { bundle } = await gathered(
      both.filter((event) => !(event.auditID === both[8]?.auditID && event.stage === "ResponseComplete")),
    );
    expect(finding(bundle, "lost-events")).toMatchObject({ count: 1 });
  });
});
