import { auditEvent, auditID, eventList, instant, jsonLines } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { collectBytes } from "./collect.js";

const one = auditEvent();
const line = JSON.stringify(one);

/** An event whose line is `length` bytes long. */
function padded(length: number): string {
  return JSON.stringify(auditEvent({ userAgent: "x".repeat(length - line.length + (one.userAgent?.length ?? 0)) }));
}

/** Every JSON type a field can have. */
const jsonTypes: Readonly<Record<string, unknown>> = {
  null: null,
  boolean: true,
  number: 5,
  string: "x",
  array: [],
  object: {},
  "array of numbers": [1],
  "object of numbers": { a: 1 },
};

describe("records of a wrong shape", () => {
  test.each(
    ["", ...Object.keys(one)].flatMap((field) =>
      Object.keys(jsonTypes).map((type) => [field === "" ? "the record" : field, type] as const),
    ),
  )("with %s as %s are kept or rejected, counted, and the next event is read", async (field, type) => {
    const value = field === "the record" ? jsonTypes[type] : { ...one, [field]: jsonTypes[type] };
    const { account, ids } = await collectBytes(
      `${JSON.stringify(value)}\n${JSON.stringify(auditEvent({ auditID: "next" }))}\n`,
    );
    expect(ids.at(-1)).toBe("next");
    expect(account.totals.records).toBe(account.totals.events + account.totals.rejected + account.totals.foreign);
    // An empty array as a line is no record of anything; all others are one.
    expect(account.totals.records).toBe(2);
  });

  test.each([
    ["level", { level: 5 }, "level: expected a string, got a number"],
    ["user", { user: [] }, "user: expected an object, got an array"],
    ["groups", { user: { groups: [1] } }, "user.groups[0]: expected a string, got a number"],
    ["annotations", { annotations: { hunter2: 1 } }, "annotations.*: expected a string, got a number"],
    ["a missing stage", { stage: undefined }, "stage: expected a string, got nothing"],
    ["two fields", { level: 5, stage: 6 }, "level: expected a string, got a number, and 1 more"],
  ])("name the field and the types, never a value: %s", async (_what, fields, detail) => {
    const { rejected } = await collectBytes(`${JSON.stringify({ ...one, ...fields })}\n`);
    expect(rejected).toMatchObject([{ reason: "invalid-event", detail, byteOffset: 0 }]);
  });

  test.each([
    ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":{}}', "items: expected an array, got an object"],
    ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":5}', "items: expected an array, got a number"],
    ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[5]}', "expected a JSON object, got a number"],
    ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[null]}', "expected a JSON object, got null"],
    ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[[]]}', "expected a JSON object, got an array"],
    ['["a"]', "expected a JSON object, got an array"],
  ])("of a list are rejected one by one: %s", async (text, detail) => {
    const { rejected } = await collectBytes(`${text}\n`);
    expect(rejected.map((record) => record.detail)).toEqual([detail]);
  });

  test("of another kind are foreign", async () => {
    const foreign = [
      '{"kind":5}',
      '{"kind":"Event","apiVersion":"v1","reason":"Scheduled"}',
      '{"kind":"PodList","apiVersion":"v1","items":[{},{}]}',
      '{"kind":"EventList","apiVersion":"v1","metadata":{},"items":[{},{}]}',
      '{"items":[{},{}],"kind":"EventList","apiVersion":"v1"}',
      '{"auditIDs":["a"],"stage":"x"}',
      "{}",
      'I0304 05:06:07.000001       1 httplog.go:132] "HTTP" verb="GET"',
    ];
    const { account, ids } = await collectBytes(`${foreign.join("\n")}\n${line}\n`);
    expect(ids).toEqual([auditID(1)]);
    expect(account.totals).toMatchObject({ records: foreign.length + 1, foreign: foreign.length, rejected: 0 });
  });

  test.each([
    [
      "torn legacy text",
      '2026-11-22T12:24:19.673798941Z AUDIT: id="e4" stage="Panic"',
      "a damaged audit line of the legacy text format",
    ],
    ["text around an event", `""${line}`, "text around an audit event"],
    [
      "an event where a client could have written it",
      JSON.stringify({ requestBody: one }),
      "an audit event somewhere inside an unknown envelope",
    ],
    [
      "an event inside another Kubernetes object",
      JSON.stringify({ kind: "ConfigMap", apiVersion: "v1", data: { event: line } }),
      "an audit event somewhere inside an unknown envelope",
    ],
  ])("that hold audit records in a form that is not read are rejected by name: %s", async (_what, text, detail) => {
    const { rejected } = await collectBytes(`${text}\n`);
    expect(rejected.map((record) => record.detail)).toEqual([detail]);
  });
});

describe("records that hold an event, unknown otherwise", () => {
  test.each([
    ["a JSON string", JSON.stringify(line), "json-string"],
    ["an envelope with a string", JSON.stringify({ shipper: { message: line } }), "unknown"],
    ["an envelope with an object", JSON.stringify({ shipper: [{ audit: one }] }), "unknown"],
  ])("are read: %s", async (_what, text, envelope) => {
    const { events, account } = await collectBytes(`${text}\n`);
    expect(events).toMatchObject([{ event: one, provenance: { envelope, byteOffset: 0 } }]);
    expect(account.files[0]).toMatchObject({ records: 1, envelopes: { [envelope]: 1 } });
  });
});

describe("hostile records", () => {
  test.each([
    ["100,000 opening brackets", "[".repeat(100_000), ["truncated"]],
    ["100,000 nested arrays", "[".repeat(100_000) + "]".repeat(100_000), ["too-deep"]],
    [
      "an event nested too deep",
      line.replace('"stage"', `"requestObject":${"[".repeat(5000)}${"]".repeat(5000)},"stage"`),
      ["too-deep"],
    ],
    ["a string of 20 MB", `{"a":"${"x".repeat(20_000_000)}"}`, ["too-long"]],
    ["20 MB of text", "x".repeat(20_000_000), ["too-long"]],
    ["20 MB of digits", "1".repeat(20_000_000), ["too-long"]],
    ["NaN", line.replace('"code":200', '"code":NaN'), ["not-json"]],
    ["a leading zero", line.replace('"code":200', '"code":0200'), ["not-json"]],
    ["a lone number", "5", ["not-an-event"]],
    ["single quotes", line.replaceAll('"', "'"), ["not-json"]],
    ["a control character in a string", line.replace("kubectl", "kube\u0001ctl"), ["not-json"]],
  ])("%s: rejected, counted, and the next event is read", async (_what, text, reasons) => {
    const { rejected, ids, account } = await collectBytes(`${text}\n${line}\n`, {}, [65_536]);
    expect(rejected.map(({ reason }) => reason)).toEqual(reasons);
    expect(ids).toEqual([auditID(1)]);
    expect(account.files[0]?.rejectedByReason).toEqual(Object.fromEntries(reasons.map((reason) => [reason, 1])));
  });

  test("a NUL in a string: what is whole before it is kept, the rest is rejected, and the next event is read", async () => {
    const { rejected, events } = await collectBytes(`${line.replace("kubectl", "kube\0ctl")}\n${line}\n`);
    expect(rejected.map(({ reason }) => reason)).toEqual(["not-json"]);
    expect(events.map(({ event, provenance }) => [event.userAgent, provenance.truncated])).toEqual([
      [undefined, true],
      [one.userAgent, undefined],
    ]);
  });

  test("an event with 100,000 keys is read", async () => {
    const annotations = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, ""]));
    const { events } = await collectBytes(JSON.stringify({ ...one, annotations }));
    expect(Object.keys(events[0]?.event.annotations ?? {}).length).toBe(100_000);
  });

  test("keys called __proto__ stay data, also as a stage", async () => {
    const { events, account } = await collectBytes(
      line
        .replace('"ResponseComplete"', '"__proto__"')
        .replace('"annotations":{', '"__proto__":{"polluted":true},"annotations":{"__proto__":"x",'),
    );
    const event = events[0]?.event as Record<string, unknown>;
    expect(Object.hasOwn(event, "__proto__")).toBe(true);
    expect((event as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(events[0]?.event.annotations ?? {})).toContain("__proto__");
    expect(Object.entries(account.files[0]?.eventsByStage ?? {})).toEqual([["__proto__", 1]]);
  });

  test("the last of duplicate keys counts, as in Go", async () => {
    const { events } = await collectBytes(line.replace('"verb":"get"', '"verb":"get","verb":"delete"'));
    expect(events[0]?.event.verb).toBe("delete");
  });

  test("lone surrogates are kept", async () => {
    const { events } = await collectBytes(line.replace("kubectl", String.raw`\ud800`));
    expect(events[0]?.event.userAgent).toMatch(/^\ud800/);
  });

  test("bytes that are not UTF-8 do not cost the event: replaced, and counted", async () => {
    const [before, after] = line.split("kubectl");
    const bytes = Buffer.concat([
      Buffer.from(`${before}`),
      Buffer.from([0xff, 0xc3, 0x28]),
      Buffer.from(`${after}\n${line}\n`),
    ]);
    const { events, account } = await collectBytes(bytes);
    expect(events.map(({ event }) => event.userAgent?.slice(0, 4))).toEqual(["\ufffd\ufffd(/", "kube"]);
    expect(account.files[0]).toMatchObject({ events: 2, rejected: 0, invalidUtf8Events: 1 });
  });

  test("a replacement character that was written is not an invalid byte", async () => {
    const { account } = await collectBytes(line.replace("kubectl", "\ufffd"));
    expect(account.files[0]).toMatchObject({ events: 1, invalidUtf8Events: 0 });
  });

  test("a record of exactly the limit is read, one byte more is rejected", async () => {
    expect(padded(1000).length).toBe(1000);
    for (const end of ["\n", "\r\n", ""]) {
      const { ids, rejected } = await collectBytes(`${padded(1000)}\n${padded(1001)}${end}`, { maxRecordBytes: 1000 });
      expect(ids).toEqual([auditID(1)]);
      expect(rejected).toMatchObject([
        {
          reason: "too-long",
          byteOffset: 1001,
          byteLength: 1001,
          detail: "longer than the option maxRecordBytes allows (1,000)",
        },
      ]);
    }
  });
});

describe("forms of a record", () => {
  const two = [auditEvent({ auditID: "a" }), auditEvent({ auditID: "b", stageTimestamp: instant(9) })];
  const list = eventList(two);

  test.each([
    ["lines", jsonLines(two), "json-lines"],
    ["lines with CRLF", jsonLines(two).replaceAll("\n", "\r\n"), "json-lines"],
    ["lines between blank ones", `\n\r\n  \n${jsonLines(two).replaceAll("\n", "\n\n\t\n")}`, "json-lines"],
    ["lines behind a byte order mark", `\ufeff${jsonLines(two)}`, "json-lines"],
    [
      "files with byte order marks put together",
      two.map((event) => `\ufeff${JSON.stringify(event)}\n`).join(""),
      "json-lines",
    ],
    ["lines behind a hole of NULs", `${"\0".repeat(5000)}${jsonLines(two)}`, "json-lines"],
    ["no line ends at all", two.map((event) => JSON.stringify(event)).join(""), "json-lines"],
    ["indented documents", two.map((event) => `${JSON.stringify(event, null, 2)}\n`).join(""), "json-document"],
    ["an array", JSON.stringify(two), "json-array"],
    ["an indented array", JSON.stringify(two, null, 2), "json-array"],
    ["an EventList", `${JSON.stringify(list)}\n`, "event-list"],
    ["an indented EventList", JSON.stringify(list, null, 4), "event-list"],
    [
      "an EventList with one item a line",
      `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\n${list.items.map((item) => JSON.stringify(item)).join(",\n")}\n]}`,
      "event-list",
    ],
    [
      "an EventList with sorted keys",
      JSON.stringify({ apiVersion: list.apiVersion, items: list.items, kind: list.kind }),
      "event-list",
    ],
    [
      "an EventList with its items first",
      JSON.stringify({ items: list.items, kind: list.kind, apiVersion: list.apiVersion }),
      "event-list",
    ],
    [
      "two EventLists glued together",
      JSON.stringify(eventList(two.slice(0, 1))) + JSON.stringify(eventList(two.slice(1))),
      "event-list",
    ],
    ["items alone, one a line", jsonLines(list.items), "json-lines"],
  ])("%s give the same events, each where it stands", async (_what, text, envelope) => {
    const { events, rejected, account } = await collectBytes(text);
    expect(rejected).toEqual([]);
    expect(account.totals).toMatchObject({ records: 2, events: 2, foreign: 0 });
    expect(events.map(({ event }) => ({ kind: "Event", apiVersion: "audit.k8s.io/v1", ...event }))).toEqual(two);
    expect(events.map(({ provenance }) => provenance.envelope)).toEqual([envelope, envelope]);
    const bytes = Buffer.from(text);
    for (const [i, { provenance }] of events.entries()) {
      const rest = bytes.toString("utf8", provenance.byteOffset);
      expect(rest.startsWith("{")).toBe(true);
      expect(rest.indexOf(`"auditID"`)).toBe(rest.search(/"auditID": ?"[ab]"/));
      expect(rest.match(/"auditID": ?"([ab])"/)?.[1]).toBe(two[i]?.auditID);
    }
  });

  test("holes of NULs are counted, as bytes and not as records", async () => {
    const { account } = await collectBytes(`${"\0".repeat(700)}${line}\n\0\0${line}\n${"\0".repeat(30)}`);
    expect(account.files[0]).toMatchObject({ records: 2, nulBytes: 732 });
  });

  test("an EventList longer than the limit is read item by item; only an item over the limit is rejected", async () => {
    const items = Array.from({ length: 500 }, (_, n) =>
      auditEvent({ auditID: auditID(n), userAgent: n === 250 ? "x".repeat(5000) : "short" }),
    );
    const text = JSON.stringify(eventList(items));
    expect(text.length).toBeGreaterThan(200_000);
    for (const sizes of [[], [1000]]) {
      const { ids, rejected } = await collectBytes(text, { maxRecordBytes: 2000 }, sizes);
      expect(ids).toEqual(items.map((item) => item.auditID).filter((id) => id !== auditID(250)));
      expect(rejected).toMatchObject([
        {
          reason: "too-long",
          byteOffset: text.indexOf(JSON.stringify(eventList(items).items[250])),
          byteLength: JSON.stringify(eventList(items).items[250]).length,
        },
      ]);
    }
  });

  test("items that were read stay read when their list breaks off", async () => {
    const text = JSON.stringify(list);
    const cut = text.indexOf('"auditID":"b"');
    const { ids, rejected } = await collectBytes(text.slice(0, cut));
    expect(ids).toEqual(["a"]);
    expect(rejected).toMatchObject([{ reason: "truncated", byteOffset: text.lastIndexOf('{"level"', cut) }]);
    const unclosed = await collectBytes(`${text.slice(0, -2)}\n`);
    expect(unclosed.ids).toEqual(["a", "b"]);
    expect(unclosed.rejected).toMatchObject([
      { reason: "truncated", detail: "the list is not closed before the end of the file" },
    ]);
  });

  test("older versions are upgraded and say so, as lines and as items", async () => {
    const old = {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1beta1",
      metadata: { creationTimestamp: "2017-09-05T10:04:56Z" },
      level: "Metadata",
      timestamp: "2017-09-05T10:04:55Z",
      auditID: "old",
      stage: "ResponseComplete",
      requestURI: "/",
      verb: "get",
      user: {},
    };
    const { kind: _kind, apiVersion: _apiVersion, ...item } = old;
    const asList = { kind: "EventList", apiVersion: "audit.k8s.io/v1beta1", metadata: {}, items: [item] };
    const { events, rejected } = await collectBytes(`${JSON.stringify(old)}\n${JSON.stringify(asList)}\n`);
    expect(rejected).toEqual([]);
    expect(events.map(({ provenance }) => provenance.upgradedFrom)).toEqual([
      "audit.k8s.io/v1beta1",
      "audit.k8s.io/v1beta1",
    ]);
    expect(events.map(({ event }) => [event.requestReceivedTimestamp, event.stageTimestamp])).toEqual([
      ["2017-09-05T10:04:55.000000Z", "2017-09-05T10:04:56.000000Z"],
      ["2017-09-05T10:04:55.000000Z", "2017-09-05T10:04:56.000000Z"],
    ]);
    expect(events[0]?.provenance.contentSha256).toBe(events[1]?.provenance.contentSha256);
    const { events: current } = await collectBytes(line);
    expect(Object.hasOwn(current[0]?.provenance ?? {}, "upgradedFrom")).toBe(false);
  });
});

describe("provenance.impliedObjectRef", () => {
  const disguised = auditEvent({
    requestURI: "//api/v1//namespaces/team-a/secrets?limit=500",
    objectRef: { resource: "", name: "namespaces", subresource: "team-a", apiVersion: "v1" },
  });

  test("says what the URI of a request means where kube-apiserver saw something else", async () => {
    const content = `${JSON.stringify(disguised)}\n${JSON.stringify({ date: 1, log: JSON.stringify(disguised) })}\n`;
    const { events } = await collectBytes(content);
    expect(events).toHaveLength(2);
    for (const { event, provenance } of events) {
      expect(event).toEqual(disguised);
      expect(provenance.impliedObjectRef).toEqual({ resource: "secrets", namespace: "team-a", apiVersion: "v1" });
    }
  });

  test("is missing where there is one reading only", async () => {
    const { events } = await collectBytes(`${line}\n`);
    expect(events[0]?.provenance).not.toHaveProperty("impliedObjectRef");
  });
});
