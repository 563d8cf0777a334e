import { auditEvent, instant } from "@kaudit/testkit";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../../src/index.js";
import type { EvidenceOptions } from "../../src/index.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions, builtPeriod, gathered } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

const minutes = (from: number, to: number) => (ms: number) => {
  const minute = (ms - Date.parse(builtPeriod.from)) / 60_000;
  return minute >= from && minute < to;
};

const line = (event: AuditEvent): string => `${JSON.stringify(event)}\n`;

async function coverage(events: readonly AuditEvent[], options: Partial<EvidenceOptions> = {}) {
  const { bundle } = await gathered(events, options);
  const [server] = bundle.coverage;
  if (server === undefined) throw new Error("no API server");
  return server;
}

const started = (at: string): AuditEvent =>
  auditEvent({
    auditID: `start-${at}`,
    verb: "get",
    user: { username: "system:apiserver", groups: ["system:masters"] },
    requestURI: "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin",
    objectRef: { resource: "clusterroles", name: "cluster-admin", apiGroup: "rbac.authorization.k8s.io" },
    requestReceivedTimestamp: at,
    stageTimestamp: at,
  });

describe("coverage", () => {
  test("of a steady log is the whole period", async () => {
    expect(await coverage(steadyTraffic(builtPeriod))).toMatchObject({
      cluster: "prod-eu-1",
      periodSeconds: 3600,
      coveredSeconds: 3600,
      thresholdSeconds: 120,
      gaps: [],
      gapsTotal: 0,
      complete: true,
      days: [["2026-10-14", 3600, 360]],
    });
  });

  test("lacks three minutes that were taken out, with exact edges (abuse case 9)", async () => {
    const server = await coverage(steadyTraffic({ ...builtPeriod, without: minutes(20, 23) }));
    expect(server.gaps).toEqual([
      {
        from: "2026-10-14T09:19:50.000Z",
        to: "2026-10-14T09:23:00.000Z",
        seconds: 190,
        cause: "silent",
        explained: null,
      },
    ]);
    expect(server).toMatchObject({ coveredSeconds: 3410, gapsUnexplained: 1 });
  });

  test("does not depend on the order of events, files or the number of them", async () => {
    const events = steadyTraffic({ ...builtPeriod, without: minutes(20, 23) });
    const files = [0, 1, 2].map((n) => ({
      file: `${2 - n}.log`,
      bytes: Buffer.from(
        events
          .filter((_, index) => index % 3 === n)
          .map(line)
          .join(""),
      ),
    }));
    const { bundle } = await buildEvidence(plainReading(files), builtOptions());
    const [one] = bundle.coverage;
    const reversed = await coverage(events.toReversed());
    const inOrder = await coverage(events);
    expect(one?.gaps.map(({ cause: _cause, ...gap }) => gap)).toEqual(
      inOrder.gaps.map(({ cause: _cause, ...gap }) => gap),
    );
    expect(reversed.gaps).toEqual(inOrder.gaps);
    expect(one?.days).toEqual(inOrder.days);
  });

  test("tells what lies before the first and after the last event", async () => {
    const server = await coverage(steadyTraffic({ from: "2026-10-14T09:10:00Z", to: "2026-10-14T09:40:00Z" }));
    expect(server.gaps.map(({ cause, seconds }) => [cause, seconds])).toEqual([
      ["before-first", 600],
      ["after-last", 1210],
    ]);
  });

  test("of a log of one moment is that moment, not the whole hour", async () => {
    const server = await coverage([
      auditEvent({ requestReceivedTimestamp: instant(600), stageTimestamp: instant(600) }),
    ]);
    expect(server.coveredSeconds).toBe(0);
    expect(server.gapsUnexplained).toBe(2);
  });

  test("a silence over the edge of the period is judged by its whole length and counted inside", async () => {
    const before = steadyTraffic({ from: "2026-10-14T08:00:00Z", to: "2026-10-14T08:58:00Z" });
    const after = steadyTraffic({ from: "2026-10-14T09:01:00Z", to: builtPeriod.to });
    const server = await coverage([...before, ...after]);
    expect(server.gaps).toMatchObject([
      { from: "2026-10-14T09:00:00.000Z", to: "2026-10-14T09:01:00.000Z", cause: "silent" },
    ]);
  });

  test("a start of the API server after a silence tells its cause, and is listed", async () => {
    const server = await coverage([
      ...steadyTraffic({ ...builtPeriod, without: minutes(20, 23) }),
      started("2026-10-14T09:23:00.500000Z"),
    ]);
    expect(server.gaps).toMatchObject([{ cause: "restart" }]);
    expect(server.restarts).toEqual(["2026-10-14T09:23:00.500Z"]);
  });

  test("two starts within half a minute are two", async () => {
    const server = await coverage([
      ...steadyTraffic(builtPeriod),
      started("2026-10-14T09:23:00.500000Z"),
      started("2026-10-14T09:23:01.500000Z"),
      started("2026-10-14T09:23:22.500000Z"),
    ]);
    expect(server.restarts).toEqual(["2026-10-14T09:23:00.500Z", "2026-10-14T09:23:22.500Z"]);
  });

  test("a silence between two files is a missing file, as is one in which requests were served", async () => {
    const reading = plainReading([
      {
        file: "audit-1.log",
        bytes: Buffer.from(steadyTraffic({ from: builtPeriod.from, to: "2026-10-14T09:20:00Z" }).map(line).join("")),
      },
      {
        file: "audit.log",
        bytes: Buffer.from(steadyTraffic({ from: "2026-10-14T09:23:00Z", to: builtPeriod.to }).map(line).join("")),
      },
    ]);
    const { bundle } = await buildEvidence(reading, builtOptions());
    expect(bundle.coverage[0]?.gaps).toMatchObject([{ cause: "rotation" }]);
    const watch = auditEvent({
      verb: "watch",
      requestReceivedTimestamp: "2026-10-14T09:00:30.000000Z",
      stageTimestamp: "2026-10-14T09:05:00.000000Z",
    });
    const served = await coverage([watch, ...steadyTraffic({ from: "2026-10-14T09:01:00Z", to: builtPeriod.to })]);
    expect(served.gaps).toMatchObject([{ cause: "rotation", from: "2026-10-14T09:00:00.000Z" }]);
  });

  test("heartbeats that stop while other events go on are a gap of their own", async () => {
    const people = steadyTraffic({ ...builtPeriod, everySeconds: 20 }).map((event) =>
      auditEvent({
        auditID: `p-${event.auditID}`,
        requestReceivedTimestamp: event.requestReceivedTimestamp,
        stageTimestamp: event.stageTimestamp,
      }),
    );
    const server = await coverage([...people, ...steadyTraffic({ ...builtPeriod, without: minutes(30, 34) })]);
    expect(server.gaps).toMatchObject([{ cause: "heartbeats-missing", seconds: 250 }]);
  });

  test("explanations stay visible, and explain no more than their time", async () => {
    const events = steadyTraffic({ ...builtPeriod, without: minutes(10, 30) });
    const explained = {
      from: "2026-10-14T09:10:00Z",
      to: "2026-10-14T09:20:00Z",
      reason: "Upgrade of cp-1",
      ticket: "OPS-2231",
    };
    const server = await coverage(events, { coverage: { explainedGaps: [explained] } });
    expect(server.gaps.map(({ from, to, explained: why }) => [from, to, why])).toEqual([
      ["2026-10-14T09:09:50.000Z", "2026-10-14T09:20:00.000Z", "Upgrade of cp-1 (OPS-2231)"],
      ["2026-10-14T09:20:00.000Z", "2026-10-14T09:30:00.000Z", null],
    ]);
    expect(server).toMatchObject({ gapsTotal: 2, gapsUnexplained: 1 });
    const elsewhere = await coverage(events, { coverage: { explainedGaps: [{ ...explained, apiServers: ["cp-9"] }] } });
    expect(elsewhere.gaps.map(({ explained: why }) => why)).toEqual([null]);
  });

  test("an API server that is expected and was not seen is one gap", async () => {
    const { bundle } = await gathered(steadyTraffic(builtPeriod), {
      coverage: { expectedApiServers: ["cp-1", "cp-2"] },
    });
    expect(
      bundle.coverage.map(({ instance, coveredSeconds, gapsUnexplained }) => [
        instance,
        coveredSeconds,
        gapsUnexplained,
      ]),
    ).toEqual([
      ["cp-1", 3600, 0],
      ["cp-2", 0, 1],
    ]);
  });

  test("a threshold of the configuration holds instead of the adaptive one", async () => {
    const events = steadyTraffic({ ...builtPeriod, without: minutes(20, 23) });
    expect((await coverage(events, { coverage: { thresholdMinutes: 5 } })).gaps).toEqual([]);
    expect((await coverage(events, { coverage: { thresholdMinutes: 1 } })).gaps).toHaveLength(1);
  });
});

describe("the order of events (abuse case 37)", () => {
  test("a few events far behind the others are late", async () => {
    const events = steadyTraffic(builtPeriod);
    const late = events.splice(30, 3);
    const server = await coverage([...events.slice(0, 200), ...late, ...events.slice(200)]);
    expect(server).toMatchObject({ lateEvents: 3, clockRegressions: 0, gaps: [] });
  });

  test("a clock that was set back is counted once, and said", async () => {
    const first = steadyTraffic({ from: builtPeriod.from, to: "2026-10-14T09:40:00Z" });
    const again = steadyTraffic({ from: "2026-10-14T09:20:00Z", to: builtPeriod.to }).map((event) => ({
      ...event,
      auditID: `again-${event.auditID}`,
    }));
    const { bundle } = await gathered([...first, ...again]);
    expect(bundle.coverage[0]).toMatchObject({ clockRegressions: 1, lateEvents: 0 });
    expect(bundle.findings).toMatchObject([{ code: "clock-set-back", count: 1 }]);
  });

  test("a stage recorded before its request was received is a clock that ran backwards", async () => {
    const server = await coverage([
      ...steadyTraffic(builtPeriod),
      auditEvent({ requestReceivedTimestamp: instant(600.5), stageTimestamp: instant(600.4) }),
    ]);
    expect(server.clockRegressions).toBe(1);
  });

  test("one event of the year 9999 or 0001 changes nothing of the period", async () => {
    const far = ["9999-12-31T23:59:59.000000Z", "0001-01-01T00:00:00.000000Z"].map((time, n) =>
      auditEvent({ auditID: `far-${n}`, requestReceivedTimestamp: time, stageTimestamp: time }),
    );
    const server = await coverage([...steadyTraffic(builtPeriod), ...far]);
    expect(server).toMatchObject({ coveredSeconds: 3600, gaps: [] });
  });
});

const request = (n: number, at: number, stages: readonly string[]): AuditEvent[] =>
  stages.map((stage) =>
    auditEvent({
      auditID: `r-${n}`,
      stage,
      requestReceivedTimestamp: instant(at),
      stageTimestamp: instant(at + 0.1),
    }),
  );

describe("lost events", () => {
  const whole = Array.from({ length: 30 }, (_, n) =>
    request(n, 100 + n, ["RequestReceived", "ResponseComplete"]),
  ).flat();

  test("a request without its end, or without its beginning, is one", async () => {
    const server = await coverage([
      ...steadyTraffic(builtPeriod),
      ...whole,
      ...request(100, 500, ["RequestReceived"]),
      ...request(101, 501, ["ResponseComplete"]),
    ]);
    expect(server).toMatchObject({ orphanedRequests: 1, unbegunRequests: 1 });
  });

  test("watches, sessions, failed logins, and requests that the end of the log cut off are none", async () => {
    const watch = request(100, 500, ["RequestReceived"]).map((event) => ({ ...event, verb: "watch" }));
    const login = request(101, 501, ["ResponseStarted"]).map((event) => ({ ...event, responseStatus: { code: 401 } }));
    const server = await coverage([
      ...steadyTraffic(builtPeriod),
      ...whole,
      ...watch,
      ...login,
      ...request(102, 3590, ["RequestReceived"]),
    ]);
    expect(server).toMatchObject({ orphanedRequests: 0, unbegunRequests: 0 });
  });
});
