import type { LogWriter } from "@kaudit/schema";
import { auditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { writerOfPath } from "../../src/envelopes/log-writer.js";
import { collect, collectBytes } from "../collect.js";

const line = JSON.stringify(auditEvent());
const web: LogWriter = { namespace: "shop", pod: "web-0", container: "app" };
const id = "0123456789abcdef".repeat(4);

describe("provenance.writer", () => {
  test.each<readonly [what: string, text: string, writer: LogWriter]>([
    [
      "Fluent Bit",
      JSON.stringify({
        date: 1,
        log: line,
        kubernetes: { namespace_name: "shop", pod_name: "web-0", container_name: "app" },
      }),
      web,
    ],
    [
      "Fluent Bit's tag, without metadata",
      JSON.stringify({ date: 1, tag: `kube.var.log.containers.web-0_shop_app-${id}.log`, log: line }),
      web,
    ],
    [
      "Fluent Bit, merged",
      JSON.stringify({
        date: 1,
        ...auditEvent(),
        kubernetes: { namespace_name: "shop", pod_name: "web-0", container_name: "app" },
      }),
      web,
    ],
    [
      "Filebeat",
      JSON.stringify({
        "@timestamp": "2026-03-04T05:06:07Z",
        message: line,
        agent: {},
        kubernetes: { namespace: "shop", pod: { name: "web-0" }, container: { name: "app" } },
      }),
      web,
    ],
    [
      "Filebeat's path, without metadata",
      JSON.stringify({
        "@timestamp": "2026-03-04T05:06:07Z",
        message: line,
        agent: {},
        log: { file: { path: "/var/log/pods/shop_web-0_5d3c1f5e-0000-4000-8000-000000000001/app/0.log" } },
      }),
      web,
    ],
    [
      "Vector",
      JSON.stringify({
        source_type: "kubernetes_logs",
        message: line,
        kubernetes: { pod_namespace: "shop", pod_name: "web-0", container_name: "app" },
      }),
      web,
    ],
    [
      "Loki",
      JSON.stringify({
        labels: { namespace: "shop", pod: "web-0", container: "app" },
        line,
        timestamp: "2026-03-04T05:06:07Z",
      }),
      web,
    ],
    [
      "Google Cloud's container log",
      JSON.stringify({
        logName: "projects/p/logs/stdout",
        insertId: "i",
        resource: {
          type: "k8s_container",
          labels: { namespace_name: "shop", pod_name: "web-0", container_name: "app" },
        },
        jsonPayload: auditEvent(),
      }),
      web,
    ],
    [
      "Datadog",
      JSON.stringify({
        message: line,
        attributes: {},
        tags: ["kube_namespace:shop", "pod_name:web-0", "kube_container_name:app"],
      }),
      web,
    ],
    [
      "a CloudWatch stream of Container Insights",
      JSON.stringify({
        logStreamName: `ip-10-0-0-1-application.var.log.containers.web-0_shop_app-${id}.log`,
        timestamp: 1_772_600_767_004,
        message: line,
      }),
      web,
    ],
    [
      "Docker's journal",
      JSON.stringify({
        MESSAGE: line,
        _HOSTNAME: "m1",
        CONTAINER_NAME: "k8s_app_web-0_shop_5d3c1f5e-0000-4000-8000-000000000001_0",
      }),
      web,
    ],
    ["kubectl logs --prefix", `[pod/web-0/app] ${line}`, { pod: "web-0", container: "app" }],
    ["stern", `shop web-0 app ${line}`, web],
  ])("is the container that %s names", async (_what, text, writer) => {
    const { events } = await collectBytes(`${text}\n`);
    expect(events).toMatchObject([{ event: { auditID: auditEvent().auditID } }]);
    expect(events[0]?.provenance.writer).toEqual(writer);
  });

  test("is the container that the kubelet named the file after", async () => {
    const path = "shop_web-0_5d3c1f5e-0000-4000-8000-000000000001/app/0.log";
    const content = Buffer.from(`2026-03-04T05:06:07Z stdout F ${line}\n${line}\n`);
    const { events } = await collect({ name: path, content });
    expect(events.map(({ provenance }) => provenance.writer)).toEqual([web, web]);
  });

  test("is not what the writer itself put around an event", async () => {
    const planted = { date: 1, log: line, kubernetes: { namespace_name: "kube-system", pod_name: "kube-apiserver-a" } };
    const outer = { date: 1, log: JSON.stringify(planted), kubernetes: { namespace_name: "shop", pod_name: "web-0" } };
    const { events } = await collectBytes(JSON.stringify(outer));
    expect(events).toMatchObject([{ provenance: { envelope: "fluent-bit > fluent-bit" } }]);
    expect(events[0]?.provenance.writer).toEqual({ namespace: "shop", pod: "web-0" });
  });

  test("is missing where nothing names one", async () => {
    const { events } = await collectBytes(`${line}\n${JSON.stringify({ date: 1, log: line })}\n`);
    expect(events).toHaveLength(2);
    for (const { provenance } of events) expect(provenance).not.toHaveProperty("writer");
  });
});

describe("writerOfPath", () => {
  test.each<readonly [path: string, writer: LogWriter]>([
    [`/var/log/containers/web-0_shop_app-${id}.log`, web],
    ["pods/shop_web-0_5d3c1f5e-0000-4000-8000-000000000001/app/12.log.20260304-050607.gz", web],
    // A static pod's uid is a hash without dashes.
    [
      "kube-system_kube-apiserver-cp-1_0123456789abcdef0123456789abcdef/kube-apiserver/0.log",
      { namespace: "kube-system", pod: "kube-apiserver-cp-1", container: "kube-apiserver" },
    ],
  ])("%s", (path, writer) => {
    expect(writerOfPath(path)).toEqual(writer);
  });

  test.each(["audit.log", "web-0_shop_app.log", "containers/web-0_shop_app-0123.log", "a_b_c/d/0.log"])(
    "%s names none",
    (path) => {
      expect(writerOfPath(path)).toBeUndefined();
    },
  );
});
