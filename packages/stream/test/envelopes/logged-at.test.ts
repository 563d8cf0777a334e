import { readFileSync } from "node:fs";
import { auditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { collectBytes } from "../collect.js";

const line = JSON.stringify(auditEvent());
const folder = new URL("../fixtures/envelopes/", import.meta.url);
const own = "2026-03-04T05:06:07.004000Z";

/** The fixtures whose envelopes tell a time, with the one that stands around their first event. */
const timed: readonly (readonly [fixture: string, envelope: string, loggedAt: string])[] = [
  ["shippers/docker-json-file.jsonl", "docker-json-file", "2026-03-04T05:06:08.100000Z"],
  ["shippers/fluent-bit.jsonl", "fluent-bit", "2026-03-04T05:06:08.010203Z"],
  ["shippers/fluent-bit-merged.jsonl", "fluent-bit-merged", "2026-03-04T05:06:07.000000Z"],
  ["shippers/fluentd-merged.jsonl", "fluentd-merged", own],
  ["shippers/vector.jsonl", "vector", "2026-03-04T05:06:08.500000Z"],
  ["shippers/vector-merged.jsonl", "vector-merged", "2026-03-04T05:06:07.500000Z"],
  ["shippers/filebeat.jsonl", "filebeat", "2026-03-04T05:06:08.500000Z"],
  ["shippers/filebeat-decoded.jsonl", "filebeat", "2026-03-04T05:06:07.500000Z"],
  ["shippers/elastic-audit-logs-original.jsonl", "elastic-audit-logs", "2026-03-04T05:06:08.500000Z"],
  ["shippers/logstash.jsonl", "logstash", "2026-03-04T05:06:08.500000Z"],
  ["shippers/openshift-viaq.jsonl", "openshift-viaq", "2026-03-04T05:06:07.500000Z"],
  ["shippers/journald.jsonl", "journald", "2026-03-04T05:06:08.010203Z"],
  ["shippers/loki.jsonl", "loki-jsonl", "2026-03-04T05:06:08.010203Z"],
  ["shippers/loki-http.json", "loki-streams > loki-stream", "2026-03-04T05:06:07.004002Z"],
  ["shippers/loki-push.json", "loki-streams > loki-stream", "2026-03-04T05:06:08.010203Z"],
  ["shippers/splunk-hec.jsonl", "splunk-hec", "2026-03-04T05:06:08.010000Z"],
  ["shippers/splunk-results.json", "splunk-results > splunk-result", "2026-03-04T05:06:08.010000Z"],
  ["shippers/gelf.jsonl", "gelf", "2026-03-04T05:06:08.010000Z"],
  ["shippers/graylog.json", "graylog-search > graylog-message", "2026-03-04T05:06:08.010000Z"],
  ["shippers/datadog-archive.jsonl", "datadog", own],
  ["cloudwatch-subscription.json", "cloudwatch-subscription", own],
  ["filter-log-events.json", "cloudwatch-events", own],
  ["filter-log-events-items.json", "json-array > cloudwatch-event", own],
  ["firehose-records.json", "firehose-records > cloudwatch-subscription", own],
  ["lambda-awslogs.json", "lambda-awslogs > cloudwatch-subscription", own],
  ["logs-insights-results.json", "logs-insights", own],
  ["logs-insights-console.json", "json-array > logs-insights", own],
  ["azure-event-hub.json", "azure-records > azure-diagnostics", own],
  ["aks-audit.jsonl", "aks-audit-table", own],
  ["log-analytics.json", "log-analytics > azure-diagnostics-table", own],
  ["gke-entry.jsonl", "google-audit-log", "2026-03-04T05:06:07.000001Z"],
  ["pubsub-pull.json", "pubsub-pull > pubsub > google-audit-log", "2026-03-04T05:06:07.000001Z"],
  ["bigquery.jsonl", "bigquery-audit-log", "2026-03-04T05:06:07.000001Z"],
  ["alibaba-sls.jsonl", "alibaba-sls", "2026-03-04T05:06:07.000000Z"],
  ["ovh-logs.jsonl", "ovh-logs", own],
  ["ocsf.jsonl", "ocsf", own],
];

/** Lines with the time before the record. */
const prefixed: readonly (readonly [envelope: string, text: string, loggedAt: string])[] = [
  ["cri", `2026-03-04T06:06:07.004005006+01:00 stdout F ${line}`, "2026-03-04T05:06:07.004005Z"],
  ["syslog", `<14>1 2026-03-04T05:06:07.004Z cp-1 kube-apiserver 1 - - ${line}`, own],
];

describe("provenance.loggedAt", () => {
  test.each(timed)("%s: when %s tells that the line was logged", async (fixture, envelope, loggedAt) => {
    const { events } = await collectBytes(readFileSync(new URL(fixture, folder)));
    expect(events[0]?.provenance).toMatchObject({ envelope, loggedAt });
  });

  test.each(prefixed)("%s: the time before the record, in UTC", async (envelope, text, loggedAt) => {
    const { events } = await collectBytes(`${text}\n`);
    expect(events[0]?.provenance).toMatchObject({ envelope, loggedAt });
  });

  test("of two envelopes the inner one is closer to the writing", async () => {
    const inner = JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-03-04T05:06:07.004Z" });
    const { events } = await collectBytes(`2026-03-04T07:00:00Z stdout F ${inner}\n`);
    expect(events[0]?.provenance).toMatchObject({ envelope: "cri > docker-json-file", loggedAt: own });
  });

  test("of two envelopes the outer one counts where the inner tells none", async () => {
    const inner = JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "yesterday" });
    const { events } = await collectBytes(`2026-03-04T07:00:00Z stdout F ${inner}\n`);
    expect(events[0]?.provenance).toMatchObject({ loggedAt: "2026-03-04T07:00:00.000000Z" });
  });

  test("each line of one envelope has its own time", async () => {
    const { events } = await collectBytes(readFileSync(new URL("shippers/loki-http.json", folder)));
    expect(events.map(({ provenance }) => provenance.loggedAt)).toEqual([
      "2026-03-04T05:06:07.004002Z",
      "2026-03-04T05:06:08.010203Z",
    ]);
  });

  test.each([
    ["kube-apiserver's own file", line],
    ["a list", JSON.stringify({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [auditEvent()] })],
    ["RFC 3164, without year and zone", `<14>Mar  4 05:06:07 m1 kube-apiserver[1]: ${line}`],
    ["an envelope whose time is none", JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "yesterday" })],
  ])("is left out where nothing tells it: %s", async (_what, text) => {
    const { events } = await collectBytes(`${text}\n`);
    expect(events).toHaveLength(1);
    expect(events[0]?.provenance).not.toHaveProperty("loggedAt");
  });
});
