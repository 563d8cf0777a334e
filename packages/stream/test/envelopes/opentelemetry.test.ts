import { auditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { collectBytes } from "../collect.js";

const event = auditEvent({ responseStatus: { metadata: {}, code: 200 } });
const line = JSON.stringify(event);

function text(value: string): object {
  return { stringValue: value };
}

function attributes(fields: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value: text(value) }));
}

function logs(resource: Readonly<Record<string, string>>, ...records: readonly unknown[]): string {
  const resourceLogs = [
    { resource: { attributes: attributes(resource) }, scopeLogs: [{ scope: {}, logRecords: records }] },
  ];
  return `${JSON.stringify({ resourceLogs })}\n`;
}

/** A JSON value as OTLP has it. */
function anyValue(value: unknown): object {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  const values = Object.entries(value as object).map(([key, one]) => ({ key, value: anyValue(one) }));
  return { kvlistValue: { values } };
}

describe("logs of OpenTelemetry", () => {
  test("give the line that was put in, byte for byte", async () => {
    const body = logs({ "host.name": "cp-1", "k8s.cluster.name": "prod" }, { body: text(line) });
    const { events, account } = await collectBytes(body, { raw: true });
    expect(events).toMatchObject([
      { event, provenance: { envelope: "otlp", instance: "cp-1", instanceBasis: "envelope", cluster: "prod" } },
    ]);
    expect(Buffer.from(events[0]?.raw ?? []).toString()).toBe(line);
    expect(account.totals).toMatchObject({ records: 1, events: 1 });
  });

  test("give an event that a collector parsed, whole numbers as numbers", async () => {
    const { events } = await collectBytes(logs({}, { body: anyValue(event) }));
    expect(events.map((found) => found.event)).toEqual([event]);
  });

  test("name the container that wrote, and take only kube-apiserver's pod for an instance", async () => {
    const pod = { "k8s.namespace.name": "shop", "k8s.pod.name": "web-0", "k8s.node.name": "n1" };
    const { events } = await collectBytes(logs(pod, { body: text(line) }));
    expect(events[0]?.provenance).toMatchObject({
      writer: { namespace: "shop", pod: "web-0" },
      instance: "stream",
      instanceBasis: "option",
    });
    const own = { "k8s.namespace.name": "kube-system", "k8s.pod.name": "kube-apiserver-n1" };
    const ownEvents = (await collectBytes(logs(own, { body: text(line) }))).events;
    expect(ownEvents[0]?.provenance).toMatchObject({ instance: "kube-apiserver-n1", instanceBasis: "envelope" });
  });

  test("give a cut event the record's time", async () => {
    const cut = line.slice(0, line.indexOf(',"requestReceivedTimestamp"') + 20);
    const record = { timeUnixNano: "1772600767004002000", body: text(`${cut}\n`) };
    const { events, rejected } = await collectBytes(logs({}, record, { body: text(line) }));
    expect(rejected).toEqual([]);
    expect(events).toMatchObject([
      {
        event: { requestReceivedTimestamp: "2026-03-04T05:06:07.004002Z" },
        provenance: { truncated: true, item: 0 },
      },
      { event, provenance: { item: 1 } },
    ]);
  });

  test("count other programs' lines as foreign, and reject a body that is neither text nor an object", async () => {
    const klog = "I0304 05:06:07.000001       1 main.go:1] text";
    const { account, rejected } = await collectBytes(
      logs({}, { body: text(klog) }, { body: text("started") }, { body: { intValue: "7" } }, {}),
    );
    expect(account.files[0]).toMatchObject({ records: 4, events: 0, foreignByKind: { klog: 1, text: 1 } });
    expect(rejected.map(({ reason, detail }) => `${reason}: ${detail}`)).toEqual([
      "not-an-event: body: expected text or an object",
      "not-an-event: body: expected text or an object",
    ]);
  });

  test("longer than a record may be are read item by item", async () => {
    const body = `{"resourceLogs":[${[1, 2, 3]
      .map(() => JSON.stringify({ scopeLogs: [{ logRecords: [{ body: text(line) }] }] }))
      .join()}]}`;
    const { events, rejected } = await collectBytes(body, { maxRecordBytes: line.length * 2 });
    expect(rejected).toEqual([]);
    expect(events).toHaveLength(3);
  });

  test.each([{ resourceLogs: [] }, { resourceLogs: [1] }, { resourceLogs: {} }, { scopeLogs: [] }])(
    "%j is none",
    async (value) => {
      const { account } = await collectBytes(`${JSON.stringify(value)}\n`);
      expect(account.files[0]?.foreignByKind).toEqual({ json: 1 });
    },
  );
});
