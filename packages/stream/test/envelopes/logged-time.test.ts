import { gzipSync } from "node:zlib";
import { auditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { envelopeTime, readTime } from "../../src/envelopes/envelope-time.js";
import { collectBytes } from "../collect.js";

const {
  requestReceivedTimestamp: _received,
  stageTimestamp: _stage,
  annotations: _annotations,
  ...head
} = auditEvent();
/** Cut inside its body: what kube-apiserver writes behind it, the times and the annotations, is gone. */
const cut = JSON.stringify({ ...head, auditID: "cut", level: "Request", requestObject: { kind: "Secret" } }).slice(
  0,
  -5,
);
const mark = `${cut}[Truncated...]`;
/** 2026-03-04T05:06:07.004Z */
const milliseconds = 1_772_600_767_004;
const time = "2026-03-04T05:06:07.004000Z";

const subscription = {
  messageType: "DATA_MESSAGE",
  logGroup: "/aws/eks/prod/cluster",
  logStream: "kube-apiserver-audit-0a1b",
  logEvents: [{ id: "1", timestamp: milliseconds, message: mark }],
};

describe("an event whose end was cut off", () => {
  test.each<readonly [envelope: string, text: string]>([
    ["cloudwatch-events", JSON.stringify({ events: [{ timestamp: milliseconds, ingestionTime: 1, message: mark }] })],
    ["cloudwatch-event", JSON.stringify({ logStreamName: "a", ingestionTime: milliseconds, message: mark })],
    ["cloudwatch-subscription", JSON.stringify(subscription)],
    [
      "lambda-awslogs > cloudwatch-subscription",
      JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(subscription)).toString("base64") } }),
    ],
    [
      "logs-insights",
      JSON.stringify({
        results: [
          [
            { field: "@timestamp", value: "2026-03-04 05:06:07.004" },
            { field: "@message", value: mark },
          ],
        ],
      }),
    ],
    [
      "azure-records > azure-diagnostics",
      JSON.stringify({
        records: [
          {
            time: "2026-03-04T05:06:07.004Z",
            category: "kube-audit",
            resourceId: "/S/MANAGEDCLUSTERS/PROD",
            properties: { log: cut },
          },
        ],
      }),
    ],
    [
      "google-log-entry",
      JSON.stringify({ logName: "l", insertId: "i", timestamp: "2026-03-04T05:06:07.004Z", textPayload: cut }),
    ],
    ["alibaba-sls", JSON.stringify({ __time__: "1772600767", content: cut, ms: 0 })],
    ["fluent-bit", JSON.stringify({ date: 1_772_600_767.004, log: cut, logtag: "P" })],
    ["docker-json-file", JSON.stringify({ log: cut, stream: "stdout", time: "2026-03-04T05:06:07.004Z" })],
    ["cri", `2026-03-04T06:06:07.004000000+01:00 stdout P ${cut}`],
    [
      "cri > fluent-bit",
      `2026-03-04T07:00:00Z stdout F ${JSON.stringify({ date: 1_772_600_767.004, log: cut, logtag: "P" })}`,
    ],
  ])("has the time of %s, marked as reconstructed", async (envelope, text) => {
    const { events, rejected, account } = await collectBytes(`${text}\n`);
    expect(rejected).toEqual([]);
    const expected = envelope === "alibaba-sls" ? "2026-03-04T05:06:07.000000Z" : time;
    expect(events).toMatchObject([
      {
        event: { auditID: "cut", requestReceivedTimestamp: expected, stageTimestamp: expected },
        provenance: { envelope, truncated: true, reconstructed: ["requestReceivedTimestamp", "stageTimestamp"] },
      },
    ]);
    expect(account.files[0]).toMatchObject({ firstTimestamp: expected, truncatedEvents: 1 });
  });

  test("keeps the time that was not cut off", async () => {
    const line = JSON.stringify(auditEvent()).replace(/,"stageTimestamp".*$/, ',"stage');
    const { events } = await collectBytes(JSON.stringify({ date: 1_772_600_767.004, log: line, logtag: "P" }));
    expect(events).toMatchObject([
      {
        event: { requestReceivedTimestamp: auditEvent().requestReceivedTimestamp, stageTimestamp: time },
        provenance: { reconstructed: ["stageTimestamp"] },
      },
    ]);
  });

  test.each([
    ["nothing tells one", `${cut}\n`],
    ["RFC 3164 tells neither year nor zone", `<14>Mar  4 05:06:07 m1 kube-apiserver[1]: ${cut}\n`],
    ["what is there is no time", JSON.stringify({ date: "yesterday", log: cut, logtag: "P" })],
  ])("has none where %s", async (_what, text) => {
    const { events } = await collectBytes(text);
    for (const { event, provenance } of events) {
      expect(event).toMatchObject({ requestReceivedTimestamp: null, stageTimestamp: null });
      expect(provenance.reconstructed).toBeUndefined();
    }
    expect((await collectBytes(text)).account.files[0]?.firstTimestamp ?? null).toBeNull();
  });

  test("an event that is whole keeps its own times, whatever is around it", async () => {
    const event = auditEvent();
    const { events } = await collectBytes(JSON.stringify({ date: 1_772_600_767.004, log: JSON.stringify(event) }));
    expect(events).toMatchObject([{ event: { requestReceivedTimestamp: event.requestReceivedTimestamp } }]);
    expect(events[0]?.provenance.reconstructed).toBeUndefined();
  });
});

describe("readTime", () => {
  test.each([
    ["1772600767", "2026-03-04T05:06:07.000000Z"],
    ["1772600767.004002", "2026-03-04T05:06:07.004002Z"],
    ["1772600767004", time],
    ["1772600767004002", "2026-03-04T05:06:07.004002Z"],
    ["1772600767004002999", "2026-03-04T05:06:07.004002Z"],
    ["2026-03-04T05:06:07.004Z", time],
    ["2026-03-04T10:36:07.004+0530", time],
    ["2026-03-04 05:06:07.004 UTC", time],
  ])("%s", (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });

  test.each(["", "0", "177260076", "17726007670", "99999999999999999999", "2026-13-04T05:06:07Z", "Mar  4 05:06:07"])(
    "gives nothing for %j",
    (text) => {
      expect(readTime(text)).toBeUndefined();
    },
  );
});

describe("envelopeTime", () => {
  test("prefers when the line was written to when a service took it in", () => {
    expect(envelopeTime({ ingestionTime: 1_772_600_999_000, timestamp: milliseconds })).toBe(time);
    expect(
      envelopeTime({ __REALTIME_TIMESTAMP: "1772600999000000", _SOURCE_REALTIME_TIMESTAMP: "1772600767004000" }),
    ).toBe(time);
  });

  test.each([null, [], "x", { time: null }, { timestamp: {} }, Object.create({ time: milliseconds })])(
    "gives nothing for %j",
    (value) => {
      expect(envelopeTime(value)).toBeUndefined();
    },
  );
});
