import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isEventLike } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import type { EnvelopeContent } from "../../src/envelopes/envelope.js";
import { foreignKind } from "../../src/envelopes/foreign-kind.js";
import { isMergedEvent } from "../../src/envelopes/merged-event.js";
import { envelopeReaders, mergedReaders } from "../../src/envelopes/registry.js";
import { fixtureRecords } from "./fixture.js";

const fixtures = readdirSync(fileURLToPath(new URL("../fixtures/envelopes/", import.meta.url)));
const readers = [...envelopeReaders, ...mergedReaders];

/** One value of every type, and keys and text that trip careless code. */
const wrongValues: readonly string[] = [
  "null",
  "true",
  "0",
  "-1e999",
  '""',
  '"{"',
  '"\\ud800"',
  '"constructor"',
  "[]",
  "[null]",
  "[[[]]]",
  "[256, -1, 0.5]",
  "{}",
  '{"__proto__":{"auditID":"x","stage":"y"}}',
  '{"toString":1,"hasOwnProperty":2}',
];

describe("envelope readers", () => {
  test.each(fixtures)("%s: no field of a wrong type throws", (fixture) => {
    for (const record of fixtureRecords(fixture)) {
      for (const path of pathsOf(record)) {
        for (const wrong of wrongValues) {
          const value = withValueAt(record, path, JSON.parse(wrong));
          if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
          expectSound(value as Record<string, unknown>);
        }
      }
    }
  });

  test.each(wrongValues)("an object that holds nothing but %s throws nowhere", (wrong) => {
    const value: unknown = JSON.parse(wrong);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    expectSound(value as Record<string, unknown>);
  });
});

/** Every answer is of the contract, whatever the readers were given. One assertion a value, since there are many. */
function expectSound(value: Record<string, unknown>): void {
  const before = JSON.stringify(value);
  const unsound: string[] = [];
  for (const reader of readers) {
    const opened = reader(value);
    if (opened === undefined) continue;
    if (!/^[a-z0-9-]+$/.test(opened.envelope)) unsound.push(opened.envelope);
    for (const { instance, cluster } of [opened.facts, ...opened.contents.map(({ facts }) => facts ?? {})]) {
      if (![instance, cluster].every(isNameOrMissing)) unsound.push(`${opened.envelope}: facts`);
    }
    for (const content of opened.contents) {
      if (!isSoundContent(content, before)) unsound.push(`${opened.envelope}: ${content.kind}`);
    }
  }
  if (!isNameOrMissing(foreignKind(value))) unsound.push("foreign kind");
  if (JSON.stringify(value) !== before) unsound.push("value changed");
  expect(unsound).toEqual([]);
}

function isNameOrMissing(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value !== "");
}

function isSoundContent(content: EnvelopeContent, outer: string): boolean {
  switch (content.kind) {
    case "text":
      return typeof content.text === "string";
    case "bytes":
      return content.bytes instanceof Uint8Array;
    case "rejected":
      return /^[A-Za-z_][\w.]*: |^an entry/.test(content.detail);
    case "foreign":
      return /^[a-z-]+$/.test(content.name);
    default:
      // What is opened must be less than what was there, or opening would never end.
      return typeof content.value === "object" && JSON.stringify(content.value) !== outer;
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  // The first elements of a list stand for all; what lies deep in a body is no envelope's.
  const keys = Object.keys(value).slice(0, Array.isArray(value) ? 2 : undefined);
  if (path.length > 5) return [path];
  return [path, ...keys.flatMap((key) => pathsOf((value as Record<string, unknown>)[key], [...path, key]))];
}

function withValueAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = withValueAt(copy[key], rest, replacement);
  return copy;
}

describe("mergedReaders", () => {
  const merged = fixtures.flatMap((fixture) =>
    fixtureRecords(fixture).flatMap((record): (readonly [string, Record<string, unknown>])[] => {
      const value = record as Record<string, unknown>;
      return isEventLike(value) && isMergedEvent(value) ? [[fixture, value]] : [];
    }),
  );

  test("the fixtures hold merged events of every reader", () => {
    const opening = new Set(
      merged.map(([, value]) => mergedReaders.findIndex((reader) => reader(value) !== undefined)),
    );
    expect([...opening].toSorted()).toEqual([...mergedReaders.keys()]);
  });

  test.each(merged)("%s: what comes out is merged no more, and keeps fields nobody knows", (_, value) => {
    const later: unknown = JSON.parse('{"laterField":{"a":1},"__proto__":"kept"}');
    const withLater = { ...value, ...(later as object), log: undefined };
    Object.defineProperty(withLater, "__proto__", { value: "kept", enumerable: true });
    for (const reader of mergedReaders) {
      for (const content of reader(withLater)?.contents ?? []) {
        if (content.kind !== "value" && content.kind !== "event") throw new Error("expected an event");
        const event = content.value as Record<string, unknown>;
        expect(isMergedEvent(event)).toBe(false);
        expect(event["laterField"]).toEqual({ a: 1 });
        expect(Object.getOwnPropertyDescriptor(event, "__proto__")?.value).toBe("kept");
      }
    }
  });

  test("the timestamp of an older API version is the event's own", () => {
    const event = {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1beta1",
      timestamp: "2017-09-05T10:04:55Z",
      auditID: "a",
      stage: "ResponseComplete",
    };
    const opened = mergedReaders.map((reader) => reader({ ...event, date: 1 })).find(Boolean);
    expect(opened?.contents).toEqual([{ kind: "value", value: event }]);
  });

  test("a kept line of which only a piece is there does not replace the event", () => {
    const event = { auditID: "a-1", stage: "ResponseComplete", verb: "get" };
    for (const log of ['{"auditID":"a-1","sta', '"stage":"x"}', '{"auditID":"another"}']) {
      const opened = mergedReaders.map((reader) => reader({ ...event, date: 1, log })).find(Boolean);
      expect(opened?.contents).toEqual([{ kind: "value", value: event }]);
    }
  });
});

describe("a streamed list", () => {
  const lists = [
    ["elasticsearch-search.json", ["hits", "hits"]],
    ["loki-http.json", ["data", "result"]],
    ["splunk-results.json", ["results"]],
    ["graylog.json", ["messages"]],
    ["datadog-search.json", ["data"]],
  ] as const;

  test.each(lists)("%s: its items open alone, and without the fields around them", (fixture, path) => {
    const [record] = fixtureRecords(fixture);
    const items = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], record) as unknown[];
    const whole = firstOpened(record as Record<string, unknown>);
    const alone = items.map((item) => {
      const wrapped = path.reduceRight<unknown>((value, key) => ({ [key]: value }), [item]);
      return firstOpened(wrapped as Record<string, unknown>);
    });
    expect(alone.map((opened) => opened?.envelope)).toEqual(items.map(() => whole?.envelope));
    expect(alone.flatMap((opened) => opened?.contents)).toEqual(whole?.contents);
  });
});

function firstOpened(value: Record<string, unknown>) {
  return envelopeReaders.map((reader) => reader(value)).find(Boolean);
}
