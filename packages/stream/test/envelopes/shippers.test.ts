import { createHash } from "node:crypto";
import { safeParseEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import type { EnvelopeFacts } from "../../src/envelopes/envelope.js";
import { fixtureRecords, fixtureText } from "./fixture.js";
import { openEnvelopes } from "./open-envelopes.js";

/** kube-apiserver's own lines, which were put into the envelopes. The one with bodies holds numbers that JavaScript forgets. */
const metadata = fixtureText("event-metadata.json");
const bodies = fixtureText("event-bodies.json");

/** The hash of a line by its definition: kube-apiserver's bytes without kind and apiVersion. */
function lineSha256(line: string): string {
  const withoutKind = line.replace('{"kind":"Event","apiVersion":"audit.k8s.io/v1",', "{");
  return createHash("sha256").update(withoutKind).digest("hex");
}

const prod = { cluster: "prod-eu" } as const;
const cp1 = { instance: "cp-1" } as const;
const pod = { instance: "kube-apiserver-cp-1" } as const;
const openshift = {
  origin: "openshift",
  cluster: "7c1d0b6e-0000-4000-8000-00000000c1c1",
  blindSpots: ["filtered-by-platform"],
} as const;

type Row = readonly [fixture: string, envelope: string, facts: EnvelopeFacts];

/** Shapes that carry the line as text: every byte of it comes back. */
const carried: readonly Row[] = [
  ["docker-json-file.jsonl", "docker-json-file", {}],
  ["docker-json-file-pieces.jsonl", "docker-json-file", {}],
  ["fluent-bit.jsonl", "fluent-bit", pod],
  ["fluent-bit-host.jsonl", "fluent-bit", { instance: "cp-2", ...prod }],
  ["fluent-bit-other-pod.jsonl", "fluent-bit", {}],
  ["fluent-bit-pieces.jsonl", "fluent-bit", {}],
  ["fluent-bit-merged-kept-line.jsonl", "fluent-bit-merged", {}],
  ["fluentd.jsonl", "fluentd", cp1],
  ["fluentd-docker-pieces.jsonl", "fluentd", {}],
  ["vector.jsonl", "vector", cp1],
  ["filebeat.jsonl", "filebeat", cp1],
  ["filebeat-original.jsonl", "filebeat", { ...cp1, ...prod }],
  ["elastic-audit-logs-original.jsonl", "elastic-audit-logs", cp1],
  ["logstash.jsonl", "logstash", cp1],
  ["openshift-viaq-line.jsonl", "openshift-viaq", { ...openshift, instance: "master-0" }],
  ["journald.jsonl", "journald", cp1],
  ["journald-bytes.jsonl", "journald", cp1],
  ["loki.jsonl", "loki-jsonl", { ...cp1, ...prod }],
  ["loki-push.json", "loki-streams > loki-stream", { instance: "cp-4" }],
  ["loki-packed.jsonl", "loki-jsonl > loki-packed", pod],
  ["splunk-results.json", "splunk-results > splunk-result", cp1],
  ["graylog.json", "graylog-search > graylog-message", cp1],
  ["datadog-search.json", "datadog-search > datadog", { ...cp1, ...prod }],
];

/** Shapes that carry the event as an object, beside other fields or by itself. */
const parsed: readonly Row[] = [
  ["fluent-bit-parsed.jsonl", "fluent-bit", {}],
  ["fluent-bit-merged.jsonl", "fluent-bit-merged", pod],
  ["fluentd-record.jsonl", "fluentd", {}],
  ["fluentd-merged.jsonl", "fluentd-merged", cp1],
  ["vector-merged.jsonl", "vector-merged", cp1],
  ["filebeat-decoded.jsonl", "filebeat", cp1],
  ["filebeat-merged.jsonl", "filebeat-merged", cp1],
  ["logstash-merged.jsonl", "logstash-merged", cp1],
  ["openshift-viaq.jsonl", "openshift-viaq", { ...openshift, instance: "master-0" }],
  ["openshift-viaq-openshift-api.jsonl", "openshift-viaq", { ...openshift, instance: "master-0/openshiftAPI" }],
  ["elasticsearch-dump.jsonl", "elasticsearch-hit", {}],
  ["cloudevents-list.jsonl", "cloudevents > list", {}],
  ["datadog-archive.jsonl", "datadog", cp1],
];

describe("a shipper's envelope", () => {
  test.each(carried)("%s gives the line that was put in", (fixture, envelope, facts) => {
    const { events, ...rest } = openEnvelopes(fixtureRecords(fixture));
    expect(rest).toEqual({ foreign: [], rejected: [], unknown: [] });
    expect(events).toEqual([
      { event: JSON.parse(bodies), envelope, facts, reconstructed: [], sha256: lineSha256(bodies) },
    ]);
  });

  test.each(parsed)("%s gives the event that was put in", (fixture, envelope, facts) => {
    const { events, ...rest } = openEnvelopes(fixtureRecords(fixture));
    expect(rest).toEqual({ foreign: [], rejected: [], unknown: [] });
    expect(events).toEqual([
      { event: JSON.parse(metadata), envelope, facts, reconstructed: [], sha256: lineSha256(metadata) },
    ]);
  });
});

describe("envelopes of several events", () => {
  test("a search of Elasticsearch holds events and shippers' records", () => {
    const { events } = openEnvelopes(fixtureRecords("elasticsearch-search.json"));
    expect(events.map(({ envelope, facts, sha256 }) => ({ envelope, facts, sha256 }))).toEqual([
      { envelope: "elasticsearch-search > elasticsearch-hit", facts: {}, sha256: lineSha256(metadata) },
      { envelope: "elasticsearch-search > elasticsearch-hit > filebeat", facts: cp1, sha256: lineSha256(bodies) },
    ]);
  });

  test("several searches can fail in part", () => {
    const { events, unknown } = openEnvelopes(fixtureRecords("elasticsearch-msearch.json"));
    expect(events.map(({ envelope }) => envelope)).toEqual([
      "elasticsearch-search > elasticsearch-search > elasticsearch-hit",
    ]);
    expect(unknown).toEqual([{ error: { type: "index_not_found_exception" }, status: 404 }]);
  });

  test("Loki's structured metadata names the API server of its line only", () => {
    const { events } = openEnvelopes(fixtureRecords("loki-http.json"));
    expect(events.map(({ facts, sha256 }) => ({ facts, sha256 }))).toEqual([
      { facts: { instance: "cp-1", cluster: "prod-eu" }, sha256: lineSha256(metadata) },
      { facts: { instance: "kube-apiserver-cp-9", cluster: "prod-eu" }, sha256: lineSha256(bodies) },
    ]);
  });

  test("entries that Loki left out are rejected, numbers are foreign", () => {
    const tail = openEnvelopes(fixtureRecords("loki-tail.json"));
    expect(tail.events).toHaveLength(1);
    expect(tail.rejected).toEqual(["truncated: an entry that Loki left out"]);
    expect(openEnvelopes(fixtureRecords("loki-metrics.json")).foreign).toEqual(["loki-metrics"]);
  });

  test("a preview of Splunk is no second event", () => {
    const { events, foreign, unknown } = openEnvelopes(fixtureRecords("splunk-export.jsonl"));
    expect(events.map(({ envelope, facts, sha256 }) => ({ envelope, facts, sha256 }))).toEqual([
      { envelope: "splunk-export > splunk-result", facts: cp1, sha256: lineSha256(bodies) },
    ]);
    expect({ foreign, unknown }).toEqual({ foreign: ["splunk-preview"], unknown: [] });
  });

  test.each([
    ["splunk-hec.jsonl", [bodies, metadata], [{ ...cp1, ...prod }, cp1]],
    ["cloudevents.jsonl", [metadata, bodies], [{}, {}]],
    ["gelf.jsonl", [bodies, metadata], [cp1, cp1]],
  ])("%s holds text and objects", (fixture, lines, facts) => {
    const { events } = openEnvelopes(fixtureRecords(fixture));
    expect(events.map(({ sha256 }) => sha256)).toEqual(lines.map(lineSha256));
    expect(events.map((event) => event.facts)).toEqual(facts);
  });
});

describe("reconstructed events", () => {
  test("Elastic's annotation keys are restored where they are known", () => {
    const [opened] = openEnvelopes(fixtureRecords("elastic-audit-logs.jsonl")).events;
    const event = JSON.parse(metadata) as Record<string, Record<string, string>>;
    expect(opened).toMatchObject({
      event: { ...event, annotations: { ...event["annotations"], "corp_example/ticket": "A-1" } },
      facts: { instance: "cp-1", cluster: "prod-eu", blindSpots: ["bodies-shortened"] },
      reconstructed: ["annotations.authorization.k8s.io/decision", "annotations.authorization.k8s.io/reason"],
    });
  });

  test("the level that an older OpenShift collector overwrote is restored", () => {
    const { events } = openEnvelopes(fixtureRecords("openshift-viaq-old.jsonl"));
    expect(events).toEqual([
      {
        event: JSON.parse(metadata),
        envelope: "openshift-viaq",
        facts: { ...openshift, instance: "master-0" },
        reconstructed: ["level"],
        sha256: lineSha256(metadata),
      },
    ]);
  });

  test.each(["kube-audit-rest.jsonl", "kube-audit-rest-output.jsonl"])(
    "%s gives a change without outcome",
    (fixture) => {
      const [opened] = openEnvelopes(fixtureRecords(fixture)).events;
      expect(opened?.facts).toEqual({ origin: "kube-audit-rest", blindSpots: ["changes-only", "outcome-unknown"] });
      expect(opened?.event).toEqual({
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        level: "Request",
        auditID: "b7c9",
        stage: "RequestReceived",
        requestURI: "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings",
        verb: "create",
        user: { username: "mira@ledger.example", groups: ["system:authenticated"] },
        objectRef: {
          resource: "rolebindings",
          namespace: "payments",
          name: "ops",
          apiGroup: "rbac.authorization.k8s.io",
          apiVersion: "v1",
        },
        requestObject: { kind: "RoleBinding", metadata: { name: "ops", namespace: "payments" } },
        requestReceivedTimestamp: "2026-03-04T05:06:07Z",
        stageTimestamp: "2026-03-04T05:06:07Z",
      });
      expect(safeParseEvent(opened?.event).success).toBe(true);
      expect(opened?.reconstructed).toContain("auditID");
      expect(opened?.reconstructed).toContain("user");
    },
  );

  test.each([
    ["kube-audit-rest-delete.jsonl", "delete", "/api/v1/namespaces/payments", { propagationPolicy: "Foreground" }],
    ["kube-audit-rest-exec.jsonl", "create", "/api/v1/namespaces/payments/pods/ledger-0/exec", { command: ["sh"] }],
  ])("%s gives %s %s", (fixture, verb, requestURI, requestObject) => {
    const [opened] = openEnvelopes(fixtureRecords(fixture)).events;
    expect(opened?.event).toMatchObject({ verb, requestURI, requestObject });
  });

  test("a dry run is no event", () => {
    const { events, foreign } = openEnvelopes(fixtureRecords("kube-audit-rest-dry-run.jsonl"));
    expect({ events, foreign }).toEqual({ events: [], foreign: ["admission-dry-run"] });
  });
});

describe("what is no event", () => {
  test("a message that journalctl left out is rejected", () => {
    expect(openEnvelopes(fixtureRecords("journald-left-out.jsonl")).rejected).toEqual([
      "truncated: MESSAGE: left out by journalctl, which was called without --all",
    ]);
  });

  test("the node's own audit log is foreign", () => {
    expect(openEnvelopes(fixtureRecords("openshift-viaq-auditd.jsonl")).foreign).toEqual(["linux-audit"]);
  });

  test("records of other programs are named", () => {
    expect(openEnvelopes(fixtureRecords("foreign.jsonl"))).toEqual({
      events: [],
      rejected: [],
      unknown: [],
      foreign: [
        "rancher-api-audit",
        "rancher-api-audit",
        "admission-review",
        "kubernetes-event",
        "kubernetes-event",
        "kubernetes-watch-event",
        "kubernetes-object",
        "audit-policy",
        "falco-alert",
        "policy-report",
        "elasticsearch-bulk-action",
      ],
    });
  });

  test.each(["event-metadata.json", "event-bodies.json"])("%s is in no envelope and not foreign", (fixture) => {
    const { events } = openEnvelopes(fixtureRecords(fixture));
    expect(events.map(({ envelope }) => envelope)).toEqual([""]);
  });
});
