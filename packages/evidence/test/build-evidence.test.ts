import { createMemorySpool } from "@kaudit/schema";
import type { AuditEvent, Spool } from "@kaudit/schema";
import {
  anyAuditEvents,
  auditEvent,
  auditID,
  execOverSpdy,
  execOverWebSocket,
  forbidden,
  hostileStrings,
  human,
  impersonatedSecretGet,
  installErrorMatchers,
  instant,
  jsonLines,
  podDelete,
  roleBindingCreate,
  secretGet,
  secretList,
  serviceAccount,
  unauthorized,
} from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EvidenceBundle, buildEvidence, registerNames, registerSchemas, serializeBundle } from "../src/index.js";
import type { Evidence, RegisterName } from "../src/index.js";
import { plainReading, readingOf } from "./support/event-reading.js";
import { builtOptions, builtPeriod, gathered, register, rowsIn } from "./support/gathered.js";
import { steadyTraffic } from "./support/steady-traffic.js";

installErrorMatchers();

/** One of everything, seconds apart. */
const someOfEach: readonly AuditEvent[] = [
  ...secretGet({ n: 1 }),
  ...secretList({ n: 2, namespace: "" }),
  ...execOverWebSocket({ n: 3 }),
  ...execOverSpdy({ n: 4, open: true }),
  ...unauthorized({ n: 5 }),
  ...forbidden({ n: 6 }),
  ...roleBindingCreate({ n: 7 }),
  ...podDelete({ n: 8 }),
  tokenRequest(10),
  namespacePatch(11),
  ...impersonatedSecretGet({ n: 9 }),
];

function tokenRequest(n: number): AuditEvent {
  return auditEvent({
    verb: "create",
    auditID: auditID(n),
    requestURI: "/api/v1/namespaces/team-a/serviceaccounts/robot/token",
    objectRef: {
      resource: "serviceaccounts",
      subresource: "token",
      namespace: "team-a",
      name: "robot",
      apiVersion: "v1",
    },
    responseStatus: { code: 201 },
    requestReceivedTimestamp: instant(8),
  });
}

function namespacePatch(n: number): AuditEvent {
  return auditEvent({
    verb: "patch",
    auditID: auditID(n),
    requestURI: "/api/v1/namespaces/team-a",
    objectRef: { resource: "namespaces", namespace: "team-a", name: "team-a", apiVersion: "v1" },
    requestReceivedTimestamp: instant(8),
  });
}

function lines(events: readonly AuditEvent[]): Buffer {
  return Buffer.from(jsonLines(events));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

function at(requestReceivedTimestamp: string, n: number): AuditEvent {
  return auditEvent({ verb: "delete", auditID: auditID(n), requestReceivedTimestamp, stageTimestamp: instant(1800) });
}

/** All rows of all registers but `source`, which says where an event was found. */
async function contentOf(evidence: Evidence): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const name of registerNames) {
    all[name] = (await rowsIn(evidence, name)).map(({ source: _source, ...row }) => row);
  }
  return all;
}

describe("buildEvidence", { timeout: 60_000 }, () => {
  test("puts each request into its registers, and rows and bundle have the documented shape", async () => {
    const evidence = await gathered(someOfEach, { frameworks: ["soc2"] });
    expect(Object.fromEntries(evidence.bundle.registers.map(({ name, rows }) => [name, rows]))).toEqual({
      secrets: 4,
      rbac: 1,
      sessions: 2,
      authentication: 1,
      authorization: 1,
      credentials: 1,
      impersonation: 1,
      deletions: 1,
      configuration: 1,
    });
    EvidenceBundle.parse(evidence.bundle);
    for (const name of registerNames) {
      const rows = await rowsIn(evidence, name);
      for (const row of rows) registerSchemas[name].parse(row);
      expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(rows.length);
    }
  });

  test("totals tie: events, unique, duplicates, inside and outside of the period", async () => {
    const outside = secretGet({ n: 20, at: 3600 });
    const twice = [...someOfEach, ...someOfEach.slice(0, 5), ...outside];
    const { bundle } = await gathered(twice);
    expect(bundle.totals).toMatchObject({
      events: twice.length,
      unique: someOfEach.length + outside.length,
      duplicates: 5,
      conflicts: 0,
      insidePeriod: someOfEach.length,
      outsidePeriod: outside.length,
    });
    expect(bundle.coverage).toMatchObject([
      {
        cluster: "prod-eu-1",
        instance: "cp-1",
        instanceBasis: "directory",
        firstTimestamp: instant(1),
        lastTimestamp: instant(9),
        events: someOfEach.length,
        hours: [["2026-10-14T09:00:00Z", someOfEach.length]],
        duplicates: 5,
      },
    ]);
  });

  test("the same input gives the same bytes", async () => {
    const texts = await Promise.all(
      [1, 2].map(async () => serializeBundle((await gathered(someOfEach, { frameworks: ["soc2"] })).bundle)),
    );
    expect(texts[0]).toBe(texts[1]);
  });

  test("the order of events, their split over files and repetitions change no row", async () => {
    const expected = await contentOf(await gathered(someOfEach));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...someOfEach], { minLength: someOfEach.length }),
        fc.array(fc.nat(someOfEach.length - 1), { maxLength: 4 }),
        fc.nat(someOfEach.length),
        async (shuffled, repeated, cut) => {
          const all = [...shuffled, ...repeated.map((at) => someOfEach[at] as AuditEvent)];
          const reading = plainReading([
            { file: "b.log", bytes: lines(all.slice(0, cut)) },
            { file: "a.log", bytes: lines(all.slice(cut)) },
          ]);
          const evidence = await buildEvidence(reading, builtOptions());
          expect(await contentOf(evidence)).toEqual(expected);
          expect(evidence.bundle.totals).toMatchObject({ unique: someOfEach.length, duplicates: repeated.length });
        },
      ),
      { numRuns: 40 },
    );
  });

  test("arbitrary events give rows of the documented shape, and totals that tie", async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditEvents(), async (events) => {
        const wide = { from: "0001-01-01T00:00:00Z", to: "9999-12-31T00:00:00Z", label: "all" };
        const evidence = await gathered(events, { period: wide, frameworks: ["soc2"] });
        EvidenceBundle.parse(evidence.bundle);
        const { totals, registers } = evidence.bundle;
        expect(totals.events).toBe(totals.unique + totals.duplicates);
        expect(totals.unique).toBe(totals.insidePeriod + totals.outsidePeriod);
        for (const { name, rows, summary } of registers) {
          const all = await rowsIn(evidence, name);
          for (const row of all) registerSchemas[name].parse(row);
          expect(all).toHaveLength(rows);
          expect([sum(summary.byOutcome), sum(summary.byActorKind), sum(summary.byKind)]).toEqual([rows, rows, rows]);
          expect(summary.overTime.reduce((total, [, , good, other]) => total + good + other, 0)).toBe(rows);
          const keys = all.map((row) => [row.time, row.apiserver]);
          expect(keys.map(([time]) => time)).toEqual(keys.map(([time]) => time).toSorted());
        }
      }),
      { numRuns: 150 },
    );
  });

  test("every hostile string in every field of a request leaves the rows whole", async () => {
    const events = hostileStrings.flatMap(({ value }, n) =>
      forbidden({
        n,
        at: n / 10,
        name: value,
        user: { username: value, groups: [value] },
        fields: {
          auditID: value,
          userAgent: value,
          sourceIPs: [value],
          requestURI: `/api/v1/namespaces/team-a/secrets/${value}`,
          annotations: { "authorization.k8s.io/decision": value, "authorization.k8s.io/reason": value },
        },
      }),
    );
    const evidence = await gathered(events);
    const rows = await rowsIn(evidence, "secrets");
    expect(rows).toHaveLength(hostileStrings.length);
    // Texts come through as they are (long ones cut): making them safe is up to whoever shows them.
    // User info in an address is masked even in a name.
    const short = hostileStrings.filter(({ name, value }) => value.length < 200 && name !== "URL");
    for (const { name, value } of short)
      expect([name, rows.some((row) => row.userAgent === value && row.actor === value)]).toEqual([name, true]);
    for (const row of rows) registerSchemas.secrets.parse(row);
  });

  test("stages, methods and constraints that are no words of Kubernetes count as other", async () => {
    const forged = [
      ...["__proto__", "constructor", "x".repeat(1000)].map((stage, n) => auditEvent({ stage, auditID: auditID(n) })),
      ...impersonatedSecretGet({ n: 9, fields: { authenticationMetadata: { impersonationConstraint: "__proto__" } } }),
    ];
    const { bundle } = await gathered(forged);
    expect(bundle.totals.eventsByStage).toEqual({ other: 3, RequestReceived: 1, ResponseComplete: 1 });
    expect(bundle.inputs[0]?.eventsByStage).toEqual(bundle.totals.eventsByStage);
    expect(bundle.registers.find(({ name }) => name === "impersonation")?.summary.byKind).toEqual({ other: 1 });
    expect(JSON.parse(serializeBundle(bundle))).toEqual(bundle);
  });

  test("requests that share an Audit-ID, chosen by the client, stay apart", async () => {
    const shared = { auditID: "my-own-audit-id-1" };
    const rows = await register("secrets", [
      ...secretGet({ n: 1, name: "one", fields: shared }),
      ...secretGet({ n: 2, name: "two", fields: shared }),
      ...secretGet({ n: 2, name: "two", user: human("bob"), fields: shared }),
    ]);
    expect(rows.map(({ name, actor, auditID: id }) => [name, actor, id])).toEqual([
      ["one", "alice", "my-own-audit-id-1"],
      ["two", "alice", "my-own-audit-id-1"],
      ["two", "bob", "my-own-audit-id-1"],
    ]);
  });

  test.each([
    ["empty", ""],
    ["not a UUID", "../../etc/passwd"],
    ["with line ends and NUL", "a\nb\u0000c"],
    ["with the separators of a key", "id\u0000\u0000get\u0000\u0000"],
    ["of ten kilobytes", "x".repeat(10_240)],
  ])("an Audit-ID that is %s is kept as text, cut with its hash when long", async (_name, id) => {
    const [row] = await register("secrets", secretGet({ fields: { auditID: id } }));
    if (id.length < 500) expect(row?.auditID).toBe(id);
    else expect(row?.auditID).toMatch(/^x{400,}… \[10240 characters in all, sha256 [0-9a-f]{16}\]$/);
    expect(row?.auditIDs).toEqual([row?.auditID]);
  });

  test("an event with the key of another and other content is reported, and both are rows", async () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    const forged: AuditEvent = { ...complete, responseStatus: { metadata: {}, code: 403 } };
    const others = [...unauthorized({ n: 50 }), ...forbidden({ n: 51 }), ...execOverWebSocket({ n: 52 })];
    const evidence = await gathered([received, complete, forged, ...others, ...steadyTraffic(builtPeriod)], {
      frameworks: ["soc2"],
    });
    const rows = await rowsIn(evidence, "secrets");
    const told = rows.filter(({ auditID: id }) => id === received.auditID);
    expect(told.map(({ code }) => code).toSorted()).toEqual([200, 403]);
    expect(new Set(told.map(({ rowId }) => rowId)).size).toBe(2);
    expect(evidence.bundle.totals).toMatchObject({ duplicates: 0, conflicts: 2 });
    const finding = evidence.bundle.findings.find(({ code }) => code === "conflicting-events");
    expect(finding).toMatchObject({ count: 2 });
    expect(finding?.places).toHaveLength(2);
    const control = evidence.bundle.frameworks[0]?.controls.find(({ id }) => id === "CC6.1");
    expect(control).toMatchObject({ status: "exceptions" });
  });

  test("a ResponseStarted written twice for one watch (Kubernetes 1.30) is one request without conflict", async () => {
    const watch = auditEvent({
      verb: "watch",
      requestURI: "/api/v1/secrets?watch=true",
      objectRef: { resource: "secrets", apiVersion: "v1" },
      stage: "ResponseStarted",
    });
    const evidence = await gathered([
      watch,
      { ...watch, stageTimestamp: instant(0.5) },
      { ...watch, stage: "ResponseComplete", stageTimestamp: instant(60) },
    ]);
    expect(await rowsIn(evidence, "secrets")).toMatchObject([{ access: "watch", bulk: true, clusterWide: true }]);
    expect(evidence.bundle.findings).toEqual([]);
  });

  test("the same log under two folders is said, because its rows count twice", async () => {
    const bytes = lines(podDelete());
    const reading = plainReading([
      { file: "a/audit.log", bytes, instance: "a" },
      { file: "b/audit.log", bytes, instance: "b" },
    ]);
    const { bundle } = await buildEvidence(reading, builtOptions());
    expect(bundle.totals).toMatchObject({ events: 2, unique: 2, duplicates: 0 });
    expect(bundle.findings).toMatchObject([{ code: "repeated-across-instances", count: 1, places: ["a", "b"] }]);
  });

  test("the period is half-open, and only requestReceivedTimestamp decides", async () => {
    const rows = await register("deletions", [
      at("2026-10-14T08:59:59.999999Z", 1),
      at("2026-10-14T08:59:59.999999999Z", 2),
      at("2026-10-14T09:00:00Z", 3),
      at("2026-10-14T10:00:00+01:00", 4),
      at("2026-10-14T09:59:59.999999999Z", 5),
      at("2026-10-14T10:00:00.000000Z", 6),
      at("2026-10-14T10:59:59.999999+01:00", 7),
    ]);
    expect(rows.map(({ auditID: id }) => id)).toEqual([3, 4, 5, 7].map(auditID));
  });

  test("events without a readable time are counted and said, in no register", async () => {
    const { bundle } = await gathered([
      auditEvent({ verb: "delete", requestReceivedTimestamp: null }),
      auditEvent({ verb: "delete", auditID: auditID(2), requestReceivedTimestamp: "yesterday" }),
    ]);
    expect(bundle.totals).toMatchObject({ unique: 2, insidePeriod: 0, outsidePeriod: 2 });
    expect(bundle.findings).toMatchObject([{ code: "undated-events", count: 2 }]);
    expect(bundle.registers.every(({ rows }) => rows === 0)).toBe(true);
  });

  test("timestamps of any precision and offset become one form, UTC with six digits", async () => {
    const rows = await register("deletions", [
      auditEvent({ verb: "delete", requestReceivedTimestamp: "2026-10-14T11:00:07.5+02:00" }),
    ]);
    expect(rows[0]?.time).toBe("2026-10-14T09:00:07.500000Z");
  });

  test("fills only the registers asked for, and those that a framework needs", async () => {
    const few = await gathered(someOfEach, { registers: ["deletions"] });
    expect(few.bundle.registers.map(({ name }) => name)).toEqual(["deletions"]);
    expect(() => few.rows("secrets")).toThrowCode("KAUDIT_EVIDENCE_REGISTER_NOT_FILLED");
    const needed = await gathered(someOfEach, { registers: ["deletions"], frameworks: ["soc2"] });
    expect(needed.bundle.registers.map(({ name }) => name)).toEqual([...registerNames]);
  });

  test("rows can be read more than once", async () => {
    const evidence = await gathered(someOfEach);
    expect(await rowsIn(evidence, "secrets")).toEqual(await rowsIn(evidence, "secrets"));
  });

  test.each([
    [{ from: "2026-10-14T10:00:00Z", to: "2026-10-14T09:00:00Z", label: "" }],
    [{ from: "2026-10-14T10:00:00Z", to: "2026-10-14T10:00:00Z", label: "" }],
    [{ from: "October", to: "2026-10-14T10:00:00Z", label: "" }],
  ])("refuses the period %j", async (period) => {
    await expect(gathered([], { period })).toRejectWithCode("KAUDIT_EVIDENCE_PERIOD_INVALID");
  });

  test("refuses an unknown framework before it reads anything", async () => {
    let read = 0;
    const { account } = readingOf([]);
    const reading = {
      account,
      async *[Symbol.asyncIterator]() {
        read++;
        yield* [];
      },
    };
    await expect(buildEvidence(reading, builtOptions({ frameworks: ["soc3"] }))).toRejectWithCode(
      "KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK",
    );
    expect(read).toBe(0);
  });

  test("refuses a reading whose account does not tie with the events it gave", async () => {
    const reading = readingOf(someOfEach);
    const narrowed = {
      account: reading.account,
      async *[Symbol.asyncIterator]() {
        for await (const sourced of reading) if (sourced.event.verb !== "delete") yield sourced;
      },
    };
    await expect(buildEvidence(narrowed, builtOptions())).toRejectWithCode("KAUDIT_EVIDENCE_TOTALS_MISMATCH");
  });

  test("passes on what the reading throws", async () => {
    const failed = new Error("disk gone");
    const reading = {
      account: Promise.reject(failed),
      // oxlint-disable-next-line require-yield -- it fails before the first event
      async *[Symbol.asyncIterator]() {
        throw failed;
      },
    };
    await expect(buildEvidence(reading, builtOptions())).rejects.toBe(failed);
  });

  test("events outside of the evidence classes cost no row of the spool", async () => {
    const events = Array.from({ length: 500 }, (_, n) =>
      auditEvent({ auditID: auditID(n), requestReceivedTimestamp: instant(n) }),
    );
    const appended = new Map<string, number>();
    const { bundle } = await gathered([...events, ...secretGet({ n: 900 })], { spool: countingSpool(appended) });
    expect(bundle.totals.unique).toBe(502);
    expect(Object.fromEntries(appended)).toEqual({ "evidence-partials": 2, "evidence-register-secrets": 1 });
  });

  test("older changes of access are read for what they left, and make no rows", async () => {
    const before = { ...builtPeriod, from: instant(100), to: instant(200) };
    const [row, ...others] = await register(
      "rbac",
      [...roleBindingCreate({ n: 1 }), ...roleBindingCreate({ n: 150, fields: deletedBinding })],
      { period: before },
    );
    expect(others).toEqual([]);
    expect(row).toMatchObject({ change: "delete", after: "", raisesPrivilege: "false" });
    expect(JSON.parse(row?.before ?? "")).toMatchObject({
      subjects: [{ name: "mallory" }],
      roleRef: { name: "admin" },
    });
  });

  test("tells names apart that look alike, and says so", async () => {
    const names = ["alice", "alice\u200b", "\u0430lice", "alice ", "bob"];
    const events = names.flatMap((name, n) => podDelete({ n, user: human(name) }));
    const evidence = await gathered(events);
    expect(evidence.bundle.registers.find(({ name }) => name === "deletions")?.summary.actors).toHaveLength(
      names.length,
    );
    const finding = evidence.bundle.findings.find(({ code }) => code === "confusable-actors");
    expect(finding).toMatchObject({ count: 1 });
    for (const name of names.slice(0, 4)) expect(finding?.places[0]).toContain(JSON.stringify(name));
  });

  test("service accounts with and without the right groups are told apart in the summary", async () => {
    const { bundle } = await gathered([
      ...podDelete({ n: 1, user: serviceAccount("payments", "app") }),
      ...podDelete({ n: 2, user: { username: "system:serviceaccount:payments:app", groups: ["developers"] } }),
    ]);
    const deletions = bundle.registers.find(({ name }) => name === "deletions");
    expect(deletions?.summary.byActorKind).toMatchObject({ serviceaccount: 1, system: 1 });
  });
});

const deletedBinding: Partial<AuditEvent> = {
  verb: "delete",
  requestURI: "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a/rolebindings/mallory-admin",
  requestObject: { kind: "DeleteOptions", apiVersion: "rbac.authorization.k8s.io/v1" },
  responseObject: { kind: "Status", apiVersion: "v1", status: "Success" },
  responseStatus: { metadata: {}, status: "Success", code: 200 },
};

function countingSpool(appended: Map<string, number>): Spool {
  const spool = createMemorySpool();
  return {
    close: () => spool.close(),
    open<Row>(name: string, key: (row: Row) => string) {
      const rows = spool.open(name, key);
      return {
        append(row: Row) {
          appended.set(name, (appended.get(name) ?? 0) + 1);
          return rows.append(row);
        },
        get size() {
          return rows.size;
        },
        sorted: () => rows.sorted(),
      };
    },
  };
}

test("names of registers are those of the contract", () => {
  expect(registerNames satisfies readonly RegisterName[]).toEqual([
    "secrets",
    "rbac",
    "sessions",
    "authentication",
    "authorization",
    "credentials",
    "impersonation",
    "deletions",
    "configuration",
  ]);
});
