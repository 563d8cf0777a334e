import * as fc from "fast-check";
import { auditEvent, hostileText } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import type { OpenedLine } from "../src/envelopes/envelope.js";
import { lineReaders } from "../src/envelopes/registry.js";
import { RecordFramer } from "../src/framing.js";

const event = JSON.stringify(auditEvent());
const item = event.slice(event.indexOf('"level"')).replace(/^/, "{");
const list = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[]}';
const legacy = '2026-03-04T05:06:07.000001Z AUDIT: id="a1" stage="Panic"';
const klog = "I0304 05:06:07.000001       1 trace.go:236] slow";
const sdQuoted = String.raw`[meta@1 seq="1" note="a \"b\" \] c"][origin ip="10.0.0.1"]`;

/** As the driver does: the first 4,096 bytes as Latin-1. */
function open(line: string): OpenedLine | undefined {
  const head = Buffer.from(line).subarray(0, 4096).toString("latin1");
  for (const reader of lineReaders) {
    const opened = reader(head);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

const cut = { blindSpots: ["large-events-cut"] };
const onM1 = { instance: "m1", ...cut };

const rows: readonly (readonly [prefix: string, content: string, envelope: string, facts: object])[] = [
  ["2026-03-04T05:06:07.123456789Z stdout F ", event, "cri", {}],
  ["2026-03-04T05:06:07.1+02:00 stderr P ", '{"kind":"Ev', "cri", {}],
  ["2026-03-04T05:06:07Z stdout F ", 'any rest of a record"}', "cri", {}],
  ["2026-03-04T05:06:07Z stdout F:tag ", event, "cri", {}],
  ["2026-03-04T05:06:07Z stdout F", "", "cri", {}],

  ["<14>Mar  4 05:06:07 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["Mar  4 05:06:07 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["Mar 14 05:06:07.123456 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["Mar 14 05:06:07 10.0.0.5 audit: ", event, "syslog", { instance: "10.0.0.5", ...cut }],
  ["Mar  4 05:06:07 m1 ", event, "syslog", onM1],
  ["Mar  4 05:06:07 localhost kube-apiserver: ", event, "syslog", cut],
  ["<14>Mar  4 05:06:07 kube-apiserver[1]: ", event, "syslog", cut],
  ["Mar  4 05:06:07 m1 kube-audit: @cee: ", event, "syslog", onM1],
  ["Mar  4 05:06:07 m1 kube-apiserver[1]: ", klog, "syslog", onM1],
  ["Mar  4 05:06:07 m1 kube-apiserver[1]: ", legacy, "syslog", onM1],
  ["<14>1 2026-03-04T05:06:07Z m1 kube-apiserver 1 audit - ", event, "syslog", onM1],
  ["<14>1 2026-03-04T05:06:07.000001+00:00 m1 kube-apiserver - - - \ufeff", event, "syslog", onM1],
  [`<14>1 - - - - - ${sdQuoted} `, event, "syslog", cut],
  ["2048 <14>1 2026-03-04T05:06:07Z m1 kube-apiserver 1 audit - ", event, "syslog", onM1],
  ["812 <14>Mar  4 05:06:07 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["2026-03-04T05:06:07.123456+00:00 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["2026-03-04T05:06:07+0000 m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["Wed 2026-03-04 05:06:07 UTC m1 kube-apiserver[1]: ", event, "syslog", onM1],
  ["1772600767.123456 m1 kube-apiserver[1]: ", event, "syslog", onM1],

  ["2026-03-04T05:06:07.004Z ", event, "cloudwatch-export", cut],
  ["2026-03-04T05:06:07.004Z ", klog, "cloudwatch-export", cut],
  ["2026-03-04T05:06:07.004005006Z ", event, "timestamp", {}],
  ["2026-03-04T05:06:07.004005006Z ", legacy, "timestamp", {}],

  ["2026-03-04T05:06:07+00:00\tkube.audit\t", event, "fluentd-file", {}],
  ["2026-03-04T05:06:07+00:00\tkube.audit\t", '{"log":"x"}', "fluentd-file", {}],

  ["[pod/kube-apiserver-m1/kube-apiserver] ", event, "kubectl-logs", { instance: "kube-apiserver-m1" }],
  [
    "[pod/kube-apiserver-m1/kube-apiserver] ",
    `2026-03-04T05:06:07.5Z ${event}`,
    "kubectl-logs",
    { instance: "kube-apiserver-m1" },
  ],

  ["m1 ", event, "host-prefix", { instance: "m1" }],
  ["master-0.ocp.example.com ", list, "host-prefix", { instance: "master-0.ocp.example.com" }],
  ["10.0.0.5 ", event, "host-prefix", { instance: "10.0.0.5" }],
  ["master-0 ", legacy, "host-prefix", { instance: "master-0" }],

  ["[pod/audit-webhook-5d/app] ", event, "kubectl-logs", {}],
  ["audit-webhook-5d app ", event, "stern", {}],
  ["kube-apiserver-m1 kube-apiserver ", event, "stern", { instance: "kube-apiserver-m1" }],
  ["kube-system kube-apiserver-m1 kube-apiserver ", event, "stern", { instance: "kube-apiserver-m1" }],
  [
    "\u001b[92mkube-apiserver-m1\u001b[0m \u001b[32mkube-apiserver\u001b[0m ",
    event,
    "stern",
    { instance: "kube-apiserver-m1" },
  ],

  ["audit.log:", event, "any-prefix", {}],
  ["audit.log:17:", item, "any-prefix", {}],
  ["kube-apiserver-1  | ", list, "any-prefix", {}],
  ["INFO ", event, "any-prefix", {}],
  ["2026/03/04 05:06:07 [audit] (é) ", event, "any-prefix", {}],
];

describe("lineReaders", () => {
  test.each(rows)("take off %j before %.12s… as %s", (prefix, content, envelope, facts) => {
    const opened = open(prefix + content);
    expect(opened).toMatchObject({ envelope, start: Buffer.byteLength(prefix) });
    expect(opened?.facts).toEqual(facts);
  });

  test("tell the pieces of a record apart", () => {
    expect(open("2026-03-04T05:06:07Z stdout P {")?.piece).toEqual({ stream: "stdout", isLast: false });
    expect(open("2026-03-04T05:06:07Z stderr F }")?.piece).toEqual({ stream: "stderr", isLast: true });
    expect(open(`m1 ${event}`)?.piece).toBeUndefined();
  });

  test.each([
    ["an event", event],
    ["an empty line", ""],
    ["the legacy text format", legacy],
    ["klog", klog],
    ["klog that quotes an event", `${klog} ${event}`],
    ["prose", "the quick brown fox"],
    ["another program's JSON behind other words", 'level=info msg=x {"a":1}'],
    ["a quoted event", `msg="${event}"`],
    ["an escaped event", `line ${JSON.stringify(event)}`],
    ["an event in the middle of a word", `x${event}`],
    ["an event behind another brace", `{x} ${event}`],
    ["an event further on than 1,024 characters", `${" x".repeat(600)} ${event}`],
    ["a stranger's words in syslog", `Mar  4 05:06:07 m1 sshd[9]: Invalid user ${event}`],
    ["a stranger's words in structured syslog", `<38>1 2026-03-04T05:06:07Z m1 sshd 9 - - Invalid user ${event}`],
    ["a stranger's words in journalctl's output", `2026-03-04T05:06:07+0000 m1 sshd[9]: Invalid user ${event}`],
    ["another API's event", 'm1: {"kind":"Event","apiVersion":"v1"}'],
  ])("leave alone %s", (_, line) => {
    expect(open(line)).toBeUndefined();
  });

  test.each([
    [`[pod/kube-apiserver-m1/kube-apiserver] ${event}`, "text"],
    [`[name] ${event}`, "text"],
    ["[true,null]", "document"],
    ["[1]", "document"],
    [`[${event}]`, "document"],
  ])("are asked about a bracket that is no JSON: %.20s", (line, kind) => {
    const seen: string[] = [];
    const sink = {
      document: () => seen.push("document"),
      text: () => seen.push("text"),
      damaged: () => seen.push("damaged"),
      eventList: () => seen.push("list"),
      padding: () => seen.push("padding"),
    };
    const framer = new RecordFramer(sink, { maxRecordBytes: 1 << 20, maxDepth: 100 });
    for (const byte of Buffer.from(line)) framer.push(Buffer.from([byte]));
    framer.end();
    expect(new Set(seen)).toEqual(new Set([kind]));
  });

  test("never throw, and begin within what they were given", () => {
    const word = fc.oneof(
      hostileText(),
      fc.constantFrom(...rows.map(([prefix]) => prefix), event, "[", "<14>", "\x1b["),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const head = Buffer.from(words.join("")).toString("latin1").slice(0, 4096);
        for (const reader of lineReaders) {
          const start = reader(head)?.start;
          if (start !== undefined) expect(start > 0 && start <= head.length).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("take little time for the worst of lines", () => {
    const worst = [
      "a".repeat(4096),
      "a ".repeat(2048),
      "a.-".repeat(1365),
      `<14>1 - - - - - ${'[a b="'.repeat(600)}`,
      `<14>1 - - - - - [a${' b="\\"'.repeat(600)}`,
      `Mar  4 05:06:07 ${"a:".repeat(2000)}`,
      `${"\x1b[1m".repeat(1000)}`,
      `2026-03-04T05:06:07Z ${"T".repeat(4000)}`,
      `1 2 ${"9".repeat(4000)}`,
    ];
    const begun = performance.now();
    for (let run = 0; run < 100; run++) for (const line of worst) open(line);
    // 900 lines; a reader that goes back over a line again and again takes seconds.
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
