import { safeParseEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import type { EnvelopeFacts } from "../../src/envelopes/envelope.js";
import { fixtureRecords, openFixture, openRecord } from "./open-envelopes.js";
import type { Found } from "./open-envelopes.js";

/** The event that was put into every fixture. */
const [event] = fixtureRecords("event.json") as readonly [Record<string, unknown>];
const { kind: _kind, apiVersion: _apiVersion, ...withoutKind } = event;
const klog = "I0304 05:06:07.000001       1 scheduler.go:42] scheduled";
/** Bodies make events large: CloudWatch mostly cuts inside one, and what Go writes behind them is gone. */
const cutInBody = JSON.stringify(event)
  .replace('"Metadata"', '"Request"')
  .replace(/,"requestReceivedTimestamp".*$/, ',"requestObject":{"kind":"Secr');
const tooBig = "skipped-too-big-size-object";

const cut: EnvelopeFacts = { blindSpots: ["large-events-cut"] };
const eks: EnvelopeFacts = { origin: "eks", cluster: "prod", instance: "kube-apiserver-audit-0a1b", ...cut };
const eksStream: EnvelopeFacts = { origin: "eks", instance: "kube-apiserver-audit-0a1b", ...cut };
const aks: EnvelopeFacts = { origin: "aks", cluster: "prod", instance: "kube-apiserver-abc", ...cut };
const aksAdmin: EnvelopeFacts = { ...aks, blindSpots: ["large-events-cut", "no-reads"] };
const prod: EnvelopeFacts = { cluster: "prod" };

type Expected = readonly [fixture: string, found: readonly Partial<Found>[]];

const amazon: readonly Expected[] = [
  [
    "filter-log-events.json",
    [
      { path: "cloudwatch-events", facts: eksStream, event },
      { foreign: "eks-authenticator" },
      { foreign: "klog" },
      { foreign: "klog" },
      {
        facts: { ...eksStream, instance: "kube-apiserver-audit-0c2d" },
        cut: true,
        text: cutInBody,
      },
    ],
  ],
  ["filter-log-events-items.json", [{ path: "cloudwatch-event", facts: eksStream, event }]],
  ["get-log-events.json", [{ path: "cloudwatch-events", facts: cut, event }]],
  ["cloudwatch-subscription.json", [{ path: "cloudwatch-subscription", facts: eks, event }]],
  ["cloudwatch-control.jsonl", []],
  ["lambda-awslogs.json", [{ path: "lambda-awslogs > cloudwatch-subscription", facts: eks, event }]],
  ["kinesis-records.json", [{ path: "kinesis-records > cloudwatch-subscription", facts: eks, event }]],
  [
    "firehose-records.json",
    [
      { path: "firehose-records > cloudwatch-subscription", facts: eks, event },
      { path: "firehose-records", rejected: "not-json: data: expected base64" },
    ],
  ],
  [
    "logs-insights-results.json",
    [
      { path: "logs-insights", facts: eks, event },
      { rejected: "not-an-event: a Logs Insights row without @message" },
      { foreign: "logs-insights-row" },
    ],
  ],
  [
    "logs-insights-console.json",
    [
      { path: "logs-insights", facts: cut, event },
      { path: "logs-insights", facts: eksStream, event },
    ],
  ],
  [
    "sentinel-eks.jsonl",
    [
      { path: "sentinel-eks", facts: { origin: "eks", ...prod, ...cut }, event },
      { path: "sentinel-eks", facts: { origin: "eks", ...cut }, event },
    ],
  ],
  [
    "ocsf.jsonl",
    [
      { path: "ocsf", event },
      { path: "ocsf", event },
      { rejected: "not-an-event: an OCSF record without the audit event it was made from" },
      { foreign: "ocsf" },
    ],
  ],
];

const azure: readonly Expected[] = [
  [
    "azure-event-hub.json",
    [
      { path: "azure-records > azure-diagnostics", facts: aks, event },
      {
        path: "azure-records > azure-diagnostics",
        facts: aksAdmin,
        event: { ...event, level: "RequestResponse", requestObject: tooBig, responseObject: tooBig },
      },
      { foreign: "klog" },
      { foreign: "aks-guard" },
      { foreign: "azure-diagnostics" },
    ],
  ],
  [
    "azure-blob.jsonl",
    [
      { path: "azure-diagnostics", facts: aks, event },
      { path: "azure-diagnostics", facts: aksAdmin, event },
      { path: "azure-diagnostics", facts: aks, event },
    ],
  ],
  [
    "azure-diagnostics-table.json",
    [
      { path: "azure-diagnostics-table", facts: aks, event },
      { facts: aksAdmin, cut: true, text: JSON.stringify(event).slice(0, 300) },
      { foreign: "klog" },
    ],
  ],
  ["aks-control-plane.jsonl", [{ path: "aks-control-plane", foreign: "klog" }]],
];

const google: readonly Expected[] = [
  [
    "gcloud-logging-read.json",
    [
      { path: "google-audit-log", reconstructed: expect.any(Array) as readonly string[] },
      { path: "google-audit-log", foreign: "gcp-audit-log" },
      { path: "google-log-entry", event },
      { path: "google-log-entry", event },
      { path: "google-log-entry", event },
      { path: "google-log-entry", foreign: "google-log-entry" },
    ],
  ],
];

const others: readonly Expected[] = [
  [
    "yandex-audit-trails.jsonl",
    [
      { path: "yandex-audit-trails", facts: { cluster: "cat0prod" }, event },
      { path: "yandex-audit-trails", facts: { cluster: "cat0prod" }, event },
      { rejected: "not-an-event: a record of a request without the API server's event" },
      { foreign: "yandex-audit-trails" },
    ],
  ],
  ["ovh-logs.jsonl", [{ path: "ovh-logs", event }]],
  ["alibaba-sls.jsonl", [{ path: "alibaba-sls", event }]],
  [
    "armo.jsonl",
    [
      { path: "armo", facts: prod, event },
      { path: "armo", facts: prod, event },
    ],
  ],
  ["castai.jsonl", [{ path: "castai", foreign: "castai-audit" }]],
];

describe("envelopeReaders", () => {
  test.each([...amazon, ...azure, ...google, ...others])(
    "give what was put into %s, and what its envelopes say",
    (fixture, expected) => {
      const found = openFixture(fixture);
      expect(found).toHaveLength(expected.length);
      for (const [at, one] of expected.entries()) {
        expect(found[at]).toMatchObject(one);
        if (one.facts !== undefined) expect(found[at]?.facts).toStrictEqual(one.facts);
      }
      for (const one of found) if (one.event !== undefined) expect(safeParseEvent(one.event).success).toBe(true);
    },
  );

  test("an event in an envelope is the very event, with no field more", () => {
    for (const fixture of ["lambda-awslogs.json", "azure-blob.jsonl", "logs-insights-console.json"]) {
      for (const found of openFixture(fixture)) expect(found.event).toStrictEqual(event);
    }
  });
});

describe("aksAuditRow", () => {
  const times = {
    requestReceivedTimestamp: "2026-03-04T05:06:07.0000010Z",
    stageTimestamp: "2026-03-04T05:06:07.0040020Z",
  };

  test.each([
    ["aks-audit.jsonl", "aks-audit-table"],
    ["log-analytics-older.json", "log-analytics > aks-audit-table"],
  ])("%s: every field is renamed, none is derived", (fixture, path) => {
    const [found] = openFixture(fixture);
    const facts = { ...aks, cluster: "prod" };
    expect(found).toStrictEqual({ path, facts, event: { ...withoutKind, ...times }, reconstructed: [] });
    const parsed = safeParseEvent(found?.event);
    expect(parsed).toMatchObject({ success: true, event: withoutKind });
  });

  test("objects and lists as JSON text are the same objects and lists; the table says that reads are left out", () => {
    const [, asText] = openFixture("aks-audit.jsonl");
    expect(asText?.event).toStrictEqual({ ...withoutKind, ...times });
    expect(asText?.facts.blindSpots).toEqual(["large-events-cut", "no-reads"]);
  });

  test("the answer of the query API is read row by row, by the columns' names", () => {
    const [diagnostics, audit] = openFixture("log-analytics.json");
    expect(diagnostics).toMatchObject({ path: "log-analytics > azure-diagnostics-table", event });
    expect(audit).toMatchObject({ path: "log-analytics > aks-audit-table", event: { ...withoutKind, ...times } });
  });

  test("a body that was too big stays the text that stands for it", () => {
    const [row] = fixtureRecords("aks-audit.jsonl") as readonly [Record<string, unknown>];
    const [found] = openRecord({ ...row, RequestObject: tooBig, ResponseObject: '{"kind":"Secret"}' });
    expect(found?.event).toMatchObject({ requestObject: tooBig, responseObject: { kind: "Secret" } });
  });

  test.each([null, "", {}])("%j as the user is the empty user of a request that failed authentication", (User) => {
    const [row] = fixtureRecords("aks-audit.jsonl") as readonly [Record<string, unknown>];
    const [found] = openRecord({ ...row, User });
    expect(found?.event).toHaveProperty("user", {});
  });

  test("a column that was not exported is no time, and no other field is made up", () => {
    const [found] = openRecord({ AuditId: "a", Verb: "get" });
    expect(found?.event).toStrictEqual({
      auditID: "a",
      verb: "get",
      requestReceivedTimestamp: null,
      stageTimestamp: null,
    });
  });
});

describe("events", () => {
  const unauthenticated = { ...event, user: {}, stage: "ResponseStarted", objectRef: undefined, annotations: null };
  test.each([
    ["a request's", event],
    ["one that failed authentication", unauthenticated],
    ["an item of a list", withoutKind],
  ])("%s is no envelope", (_what, plain) => {
    expect(openRecord(plain)).toStrictEqual([{ path: "", facts: {}, event: plain }]);
  });
});

describe("kinesisRecords", () => {
  test("opens the answer of get-records", () => {
    const Data = Buffer.from(JSON.stringify(event)).toString("base64");
    const found = openRecord({ Records: [{ SequenceNumber: "1", PartitionKey: "p", Data }], NextShardIterator: "n" });
    expect(found).toEqual([{ path: "kinesis-records", facts: {}, event }]);
  });
});

describe("pubSubMessage", () => {
  test("leaves a message alone that only has data", () => {
    const record = { message: { data: "hello" } };
    expect(openRecord(record)).toEqual([{ path: "", facts: {}, unknown: record }]);
  });
});

describe("labels never hide an event", () => {
  test.each([
    ["the authenticator's stream", { logStreamName: "authenticator-0a1b", message: JSON.stringify(event) }],
    ["the scheduler's stream", { logStreamName: "kube-scheduler-0a1b", message: JSON.stringify(event) }],
    ["another category", { category: "guard", resourceId: "/x", properties: { log: JSON.stringify(event), pod: "p" } }],
  ])("%s", (_label, record) => {
    expect(openRecord(record)).toMatchObject([{ event }]);
  });

  test("an event that ends in the words of CloudWatch's mark is not cut", () => {
    const message = JSON.stringify({ ...event, userAgent: "[Truncated...]" });
    expect(openRecord({ logStreamName: "kube-apiserver-audit-1", message })[0]?.cut).toBeUndefined();
  });

  test("text of the audit stream that is no JSON stays text", () => {
    expect(openRecord({ logStreamName: "kube-apiserver-audit-1", message: klog })).toMatchObject([{ text: klog }]);
  });
});
