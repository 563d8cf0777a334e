import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { anyAuditEvent } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEvent, parseEvent, stringifyEvent, stringifyEventList } from "../src/index.js";
import type { AuditEvent, EventList } from "../src/index.js";
import golden from "./fixtures/encode.json" with { type: "json" };

const recorded = readFileSync(new URL("fixtures/recorded-events.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const logs = new URL("../../../../shared/data/logs/", import.meta.url);

const minimal = parseEvent({
  level: "Metadata",
  auditID: "x",
  stage: "ResponseComplete",
  requestURI: "/",
  verb: "get",
  user: {},
  requestReceivedTimestamp: null,
  stageTimestamp: null,
});

describe("stringifyEvent", () => {
  /** What JavaScript cannot know, by the name of the case: what Go wrote, and what is written here. */
  const unlike: Record<string, readonly [go: string, here: string]> = {
    full: ['"n":1.0e3', '"n":1000'],
    "EventList of full and zero": ['"n":1.0e3', '"n":1000'],
    // Go before 1.22.
    "control chars": ["\\u0008\\u000c", "\\b\\f"],
  };

  test.each(golden.encode.filter(({ line }) => line !== ""))("writes what Go writes: $name", ({ name, line }) => {
    const value = JSON.parse(line) as AuditEvent | EventList;
    const written = "items" in value ? stringifyEventList(value as EventList) : stringifyEvent(value as AuditEvent);
    const [go, here] = unlike[name] ?? ["", ""];
    expect(line).toContain(go);
    expect(`${written}\n`).toBe(line.replace(go, here));
  });

  test.each(golden.decode.filter((row) => row.Out !== ""))("writes what Go decoded: $Name", ({ Name, In, Out }) => {
    const written = `${stringifyEvent(JSON.parse(In) as AuditEvent)}\n`;
    // Go drops unknown fields; they are evidence here.
    expect(Name === "unknown field" ? written.replace(',"foo":1', "") : written).toBe(Out);
    expect(written.includes('"foo":1')).toBe(Name === "unknown field");
  });

  test("every recorded event comes out as the bytes it was read from", () => {
    expect(recorded.length).toBeGreaterThan(100);
    for (const line of recorded) expect(stringifyEvent(JSON.parse(line) as AuditEvent)).toBe(line);
  });

  test.each([
    ["number spelling", '{"a":1.0e3}', '{"a":1000}'],
    ["integers beyond 2^53", '{"a":12345678901234567890}', '{"a":12345678901234567000}'],
    ["duplicate keys", '{"a":1,"a":2}', '{"a":2}'],
    ["keys like array indexes", '{"b":1,"10":2,"9":3}', '{"9":3,"10":2,"b":1}'],
    ["escapes of ordinary characters", '{"a":"\\u00e9\\/"}', '{"a":"é/"}'],
  ])("%s inside a body is lost by JSON.parse", (_what, sent, written) => {
    const event = { ...minimal, requestObject: JSON.parse(sent) as unknown };
    expect(stringifyEvent(event)).toContain(`"requestObject":${written}`);
    expect(written).not.toBe(sent);
  });

  test("a lone surrogate is U+FFFD in a field, and stays an escape in a body", () => {
    const event = { ...minimal, userAgent: "\ud800", requestObject: "\ud800" };
    expect(stringifyEvent(event)).toContain('"userAgent":"\\ufffd","requestObject":"\\ud800"');
  });

  test.each([
    ["2026-10-14T09:00:00Z", "2026-10-14T09:00:00.000000Z"],
    ["2026-10-14T09:00:00.1234569Z", "2026-10-14T09:00:00.123456Z"],
    ["2026-10-14T01:00:00.5+02:30", "2026-10-13T22:30:00.500000Z"],
  ])("the time %s is written as %s", (stageTimestamp, written) => {
    expect(stringifyEvent({ ...minimal, stageTimestamp })).toContain(`"stageTimestamp":"${written}"`);
  });

  test("Go's zero time is null", () => {
    const stageTimestamp = "0001-01-01T00:00:00Z";
    expect(stringifyEvent({ ...minimal, stageTimestamp })).toContain('"stageTimestamp":null');
  });

  test("annotations and extra are in byte order, whatever their keys look like", () => {
    const annotations = { "\u{1f600}": "5", "\ue000": "4", b: "3", "10": "1", "9": "2" };
    const user = { extra: { "2": ["b"], "10": ["a"] } };
    const line = stringifyEvent({ ...minimal, user, annotations });
    expect(line).toContain('"annotations":{"10":"1","9":"2","b":"3","\ue000":"4","\u{1f600}":"5"}');
    expect(line).toContain('"extra":{"10":["a"],"2":["b"]}');
  });

  test("empty fields are left out where Go leaves them out", () => {
    const event = {
      ...minimal,
      kind: "",
      apiVersion: "",
      user: { username: "", uid: "", groups: [], extra: {} },
      impersonatedUser: null,
      sourceIPs: null,
      userAgent: "",
      objectRef: {},
      responseStatus: { code: 0, details: { causes: [], retryAfterSeconds: 0 } },
      annotations: {},
    };
    expect(stringifyEvent(event)).toBe(
      '{"level":"Metadata","auditID":"x","stage":"ResponseComplete","requestURI":"/","verb":"get","user":{},' +
        '"objectRef":{},"responseStatus":{"metadata":{},"details":{}},' +
        '"requestReceivedTimestamp":null,"stageTimestamp":null}',
    );
  });

  test("an item of a list has neither kind nor apiVersion", () => {
    const event = { ...minimal, kind: "Event", apiVersion: "audit.k8s.io/v1" };
    expect(stringifyEvent(event, { asListItem: true })).toBe(stringifyEvent(minimal));
    expect(stringifyEvent(event)).toBe(
      stringifyEvent(minimal).replace("{", '{"kind":"Event","apiVersion":"audit.k8s.io/v1",'),
    );
  });

  test("parsing what was written gives the event back", () => {
    fc.assert(
      fc.property(anyAuditEvent(), (event) => {
        const written = JSON.parse(stringifyEvent(event)) as AuditEvent;
        expect(checkEvent(written)).toEqual([]);
        expect(written).toEqual(withoutEmpty(event));
        expect(stringifyEvent(written)).toBe(stringifyEvent(event));
      }),
    );
  });

  test("unknown fields survive at every place, and a field called __proto__ is data like any other", () => {
    const unknownFields = fc
      .dictionary(
        fc.string({ maxLength: 8 }).filter((name) => !knownNames.has(name)),
        fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
        { maxKeys: 4 },
      )
      .map((fields) => JSON.stringify({ ...fields, x: 1 }).replace('"x":1', '"__proto__":{"polluted":true}'));
    fc.assert(
      fc.property(unknownFields, (fields) => {
        const inside = fields.slice(1, -1);
        const line =
          '{"level":"Metadata","auditID":"x","stage":"Panic","requestURI":"/","verb":"get",' +
          `"user":{${inside}},"authenticationMetadata":{${inside}},"objectRef":{${inside}},` +
          `"responseStatus":{"metadata":{${inside}},"details":{"causes":[{${inside}}],${inside}},${inside}},` +
          `"requestReceivedTimestamp":null,"stageTimestamp":null,${inside}}`;
        const event = parseEvent(JSON.parse(line));
        expect(JSON.parse(stringifyEvent(event))).toStrictEqual(JSON.parse(line));
        expect(stringifyEvent(event).match(/"__proto__":\{"polluted":true\}/g)).toHaveLength(8);
        expect(Object.hasOwn({}, "polluted") || "polluted" in {}).toBe(false);
      }),
    );
  });

  test.skipIf(!existsSync(logs))("every line of the recorded logs comes out as it was", { timeout: 60_000 }, () => {
    const tally = { lines: 0, different: 0 };
    for (const line of recordedLines()) {
      tally.lines++;
      if (stringifyEvent(JSON.parse(line) as AuditEvent) !== line) tally.different++;
    }
    expect(tally).toEqual({ lines: 17_090, different: 0 });
  });
});

describe("stringifyEventList", () => {
  test("no items are null, as Go writes them", () => {
    const empty = '{"metadata":{},"items":null}';
    expect(stringifyEventList({})).toBe(empty);
    expect(stringifyEventList({ metadata: null, items: [] })).toBe(empty);
  });

  test("metadata and unknown fields are kept", () => {
    const list = '{"kind":"EventList","metadata":{"resourceVersion":"7","x":1},"items":null,"y":[2]}';
    expect(stringifyEventList(JSON.parse(list) as EventList)).toBe(list);
  });

  test.skipIf(!existsSync(logs))("the recorded webhook bodies come out as they were", () => {
    const folder = new URL("webhook-batches/received/", logs);
    const bodies = readdirSync(folder).filter((name) => name.startsWith("body-"));
    expect(bodies).toHaveLength(5);
    for (const name of bodies) {
      const body = readFileSync(new URL(name, folder), "utf8").trimEnd();
      expect(stringifyEventList(JSON.parse(body) as EventList) === body).toBe(true);
    }
  });
});

const knownNames: ReadonlySet<string> = new Set(
  (
    "kind apiVersion metadata items level stage verb user status message reason details code name group uid causes " +
    "field groups extra username resource auditID continue selfLink x"
  ).split(" "),
);

/** The same event without what Go leaves out, with surrogates that stand alone replaced outside the request's body. */
function withoutEmpty(event: AuditEvent): unknown {
  const { requestObject, responseObject, ...fields } = event;
  const pruned = prune(fields, "") as object;
  const bodies = {
    ...(requestObject !== undefined && { requestObject }),
    ...(responseObject !== undefined && { responseObject }),
  };
  return { ...pruned, ...bodies };
}

const alwaysWritten = /^(?:level|auditID|stage|requestURI|verb|user|metadata|objectRef)$/;
const maps = /^(?:annotations|extra)$/;

function prune(value: unknown, parent: string): unknown {
  if (typeof value === "string") return value.replace(/[\ud800-\udfff]/gu, "\ufffd");
  if (Array.isArray(value)) return value.map((element) => prune(element, ""));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, field]) => {
    const isEmpty = field === "" || (typeof field === "object" && field !== null && Object.keys(field).length === 0);
    if (isEmpty && !maps.test(parent) && !alwaysWritten.test(name)) return [];
    return [[prune(name, ""), prune(field, name)]];
  });
  return Object.fromEntries(entries) as unknown;
}

function* recordedLines(): Generator<string> {
  for (const folder of readdirSync(logs, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of readdirSync(new URL(`${folder.name}/`, logs))) {
      if (!/\.log(?:\.gz|\.1|\.txt)?$/.test(name)) continue;
      const bytes = readFileSync(new URL(`${folder.name}/${name}`, logs));
      const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      for (const line of text.split("\n")) if (isWhole(line)) yield line;
    }
  }
}

/** The logs hold legacy text, and one event that was torn when the disk was full. */
function isWhole(line: string): boolean {
  if (!line.startsWith('{"kind":"Event"')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
