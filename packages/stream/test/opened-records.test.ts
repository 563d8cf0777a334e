import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { auditEvent, eventList, jsonLines } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type * as registryModule from "../src/envelopes/registry.js";
import { collect, collectBytes } from "./collect.js";

vi.mock("../src/envelopes/registry.js", async (original) => {
  const registry = await original<typeof registryModule>();
  const { boxReader, listReader, pieceReader } = await import("./box-readers.js");
  return {
    ...registry,
    envelopeReaders: [listReader, boxReader, ...registry.envelopeReaders],
    lineReaders: [pieceReader, ...registry.lineReaders],
  };
});

const one = auditEvent({ auditID: "one" });
const two = auditEvent({ auditID: "two" });
const line = JSON.stringify(one);
const boxed = (value: unknown, more: object = {}): string => JSON.stringify({ box: value, ...more });

describe("records in envelopes", () => {
  test("name every envelope around an event, and what they say of it: the inner one first", async () => {
    const inner = boxed(line, { pod: "api-1" });
    const { events, account } = await collectBytes(`\n${boxed(inner, { cluster: "prod" })}\n`, {
      instance: "option",
      cluster: "option",
    });
    expect(events).toMatchObject([
      {
        event: one,
        provenance: {
          byteOffset: 1,
          envelope: "test-box > test-box",
          instance: "api-1",
          instanceBasis: "envelope",
          cluster: "prod",
          clusterBasis: "envelope",
          blindSpots: ["large-events-cut", "no-reads"],
        },
      },
    ]);
    expect(events[0]?.provenance.item).toBeUndefined();
    expect(account.files[0]).toMatchObject({
      records: 1,
      envelopes: { "test-box > test-box": 1 },
      blindSpots: { "large-events-cut": 1, "no-reads": 1 },
    });
  });

  test.each([
    ["openshift-apiserver/audit.log", "master-0/openshift-apiserver"],
    ["master-0-oauth-apiserver.log", "master-0/oauth-apiserver"],
    ["logs/oauth-server_audit.log", "master-0/oauth-server"],
    ["kube-apiserver/audit.log", "master-0"],
    ["my-openshift-apiservers/audit.log", "master-0"],
  ])(
    "the node that a line of %s names is the instance, with the API server of the path: %s",
    async (name, instance) => {
      const { events } = await collect({ name, content: Buffer.from(`master-0 ${line}\n`) });
      expect(events).toMatchObject([{ provenance: { envelope: "host-prefix", instance, instanceBasis: "envelope" } }]);
    },
  );

  test("take instance and cluster from the options where no envelope says them", async () => {
    const { events } = await collectBytes(`${line}\n${boxed(line)}\n`, { instance: "api-9", cluster: "test" });
    const identity = { instance: "api-9", instanceBasis: "option", cluster: "test", clusterBasis: "option" };
    expect(events).toMatchObject([{ provenance: identity }, { provenance: identity }]);
  });

  test.each([
    ["a string", boxed(line)],
    ["an object", boxed(one)],
    ["an EventList in a string", boxed(JSON.stringify(eventList([one])))],
    ["an EventList as an object", boxed(eventList([one]))],
    ["gzip", JSON.stringify({ zip: gzipSync(line).toString("base64") })],
    ["lines in a string", boxed(`\n${line}\n`)],
  ])("have the hash of the event on a line of its own: %s", async (_what, text) => {
    const [plain, enveloped] = await Promise.all([collectBytes(`${line}\n`), collectBytes(`${text}\n`)]);
    expect(enveloped.rejected).toEqual([]);
    expect(enveloped.events.map(({ provenance }) => provenance.contentSha256)).toEqual([
      plain.events[0]?.provenance.contentSha256,
    ]);
  });

  test("count each thing that lies inside as a record, and say which one it is", async () => {
    const text = boxed([one, { kind: "ConfigMap", apiVersion: "v1" }, 5, two]);
    const { events, rejected, account } = await collectBytes(`${text}\n`);
    expect(events.map(({ provenance }) => provenance.item)).toEqual([0, 3]);
    expect(rejected).toMatchObject([{ item: 2, byteOffset: 0, byteLength: text.length, reason: "not-an-event" }]);
    expect(account.totals).toMatchObject({ records: 4, events: 2, rejected: 1, foreign: 1 });
    expect(account.files[0]?.foreignByKind).toEqual({ "kubernetes-object": 1 });
  });

  test("hold any number of documents in one text, also without line ends", async () => {
    const text = jsonLines([one, two]) + line + line + JSON.stringify(eventList([two]));
    const zipped = JSON.stringify({ zip: Buffer.concat([gzipSync(text), gzipSync(line)]).toString("base64") });
    for (const record of [boxed(text + line), zipped]) {
      const { ids, rejected } = await collectBytes(record);
      expect(ids).toEqual(["one", "two", "one", "one", "two", "one"]);
      expect(rejected).toEqual([]);
    }
  });

  test("name what never was an audit event", async () => {
    const klog = 'I0304 05:06:07.000001       1 httplog.go:132] "HTTP" verb="GET"';
    const { account } = await collectBytes(
      [boxed(klog), boxed("started"), boxed(""), JSON.stringify({ foreign: "of-a-reader" }), klog, '{"a":1}'].join(
        "\n",
      ),
    );
    expect(account.totals).toMatchObject({ records: 5, foreign: 5 });
    expect(account.files[0]?.foreignByKind).toEqual({ json: 1, klog: 2, "of-a-reader": 1, text: 1 });
  });

  test("keep what is whole of an event that was cut, and nothing of the field it was cut in", async () => {
    for (let cut = 1; cut < line.length; cut++) {
      const text = line.slice(0, cut);
      const { events, rejected } = await collectBytes(`${boxed(text, { cut: true })}\n`);
      expect(events.length + rejected.length).toBe(1);
      for (const { event, provenance } of events) {
        expect(provenance).toMatchObject({ truncated: true, envelope: "test-box" });
        for (const [field, value] of Object.entries(event)) {
          if (value === null) continue;
          expect([cut, field, value]).toEqual([cut, field, one[field as keyof typeof one]]);
          expect(text).toContain(`"${field}":`);
        }
      }
      expect(rejected.map(({ reason }) => reason)).toEqual(events.length === 1 ? [] : ["truncated"]);
    }
  });

  test("reject what holds a damaged event by its reason", async () => {
    const { rejected } = await collectBytes(
      [
        boxed(line.replace('"verb"', "verb")),
        boxed({ ...one, level: 5 }),
        JSON.stringify({ zip: damaged(gzipSync(line)).toString("base64") }),
      ].join("\n"),
    );
    expect(rejected.map(({ reason, detail }) => `${reason}: ${detail}`)).toEqual([
      expect.stringContaining("not-json: not JSON from byte"),
      "invalid-event: level: expected a string, got a number",
      "decompression-failed: damaged gzip data",
    ]);
  });

  test("keep what is whole of gzip that breaks off, and report the tear", async () => {
    const lines = jsonLines(Array.from({ length: 20 }, (_, at) => auditEvent({ auditID: `${at}-${at ** 7}` })));
    const zipped = Buffer.concat([gzipSync(`${line}\n`), gzipSync(lines)]);
    const firstMember = gzipSync(`${line}\n`).length;
    let most = 0;
    for (let cut = 2; cut < zipped.length; cut += 7) {
      const { events, rejected, account } = await collectBytes(
        JSON.stringify({ zip: zipped.subarray(0, cut).toString("base64") }),
      );
      const whole = events.filter(({ provenance }) => provenance.truncated !== true);
      const written = [line, ...lines.split("\n")].slice(0, whole.length).map((text) => JSON.parse(text) as unknown);
      expect({ cut, events: whole.map(({ event }) => event) }).toEqual({ cut, events: written });
      expect({ cut, whole: whole.length >= (cut >= firstMember ? 1 : 0) }).toEqual({ cut, whole: true });
      // Cut exactly behind a member, nothing shows that there was another.
      const last = rejected.at(-1);
      if (cut !== firstMember)
        expect(`${last?.reason}: ${last?.detail}`).toBe("decompression-failed: gzip data that breaks off");
      expect(account.totals.records).toBe(events.length + rejected.length + account.totals.foreign);
      most = Math.max(most, whole.length);
    }
    expect(most).toBeGreaterThan(10);
  });
});

/** Deflated data in which a block is of a type that does not exist. */
function damaged(gzip: Buffer): Buffer {
  const copy = Buffer.from(gzip);
  copy[10] = 0xff;
  return copy;
}

describe("bounds", () => {
  test("envelopes are opened eight deep", async () => {
    const nested = (depth: number): string => (depth === 0 ? line : boxed(nested(depth - 1)));
    expect((await collectBytes(nested(8))).ids).toEqual(["one"]);
    expect((await collectBytes(nested(9))).rejected).toMatchObject([{ reason: "too-deep" }]);
  });

  test("compressed contents may grow to four longest records", async () => {
    const options = { maxRecordBytes: 100_000 };
    expect((await collectBytes(bomb(400_000), options)).account.totals.rejected).toBe(0);
    const { rejected } = await collectBytes(bomb(400_001), options);
    expect(rejected).toMatchObject([{ reason: "decompression-failed", detail: "grows to more than 400,000 bytes" }]);
  });

  test("a record that holds too many things ends with one rejected record", async () => {
    const { account, rejected } = await collectBytes(boxed(Array.from({ length: 140_000 }, () => ({}))));
    expect(account.totals).toMatchObject({ foreign: 131_072, rejected: 1 });
    expect(rejected).toMatchObject([{ item: 131_072, reason: "too-long" }]);
  });
});

describe("an event is never searched inside", () => {
  const forged = auditEvent({ auditID: "forged" });
  const forgedLine = JSON.stringify(forged);
  const hostile: fc.Arbitrary<unknown> = fc.letrec<{ body: unknown }>((tie) => ({
    body: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(forged, forgedLine, boxed(forgedLine), { box: forgedLine }, [forged], {
        log: forgedLine,
      }),
      fc.dictionary(fc.constantFrom("message", "log", "items", "box", "hits", "records"), tie("body"), { maxKeys: 3 }),
      fc.array(tie("body"), { maxLength: 3 }),
    ),
  })).body;

  test("whatever a client sent, in whatever envelope, wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, fc.nat(), fc.nat(2), async (requestObject, responseObject, cut, form) => {
        const event = auditEvent({ auditID: "victim", level: "RequestResponse", requestObject, responseObject });
        const whole = JSON.stringify(event);
        const text = cut % 2 === 0 ? whole : whole.slice(0, cut % whole.length);
        const record = [text, boxed(text), boxed(text, { cut: true })][form] as string;
        const { ids, account } = await collectBytes(`${record}\n`);
        expect(ids.filter((id) => id !== "victim")).toEqual([]);
        expect(account.totals.records).toBe(ids.length + account.totals.rejected + account.totals.foreign);
        if (text === whole) expect(ids).toEqual(["victim"]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("records in pieces", () => {
  const long = JSON.stringify(auditEvent({ auditID: "long", userAgent: "é".repeat(50) }));
  test.each([1, 7, 100, 1000])("of %i bytes are one record, each stream for itself", async (size) => {
    const out = piecesOf(long, size, "stdout");
    const err = piecesOf(line, size, "stderr");
    const mixed = Array.from({ length: Math.max(out.length, err.length) }, (_, at) => [out[at] ?? "", err[at] ?? ""]);
    const text = Buffer.from(mixed.flat().join(""), "latin1");
    const { events, rejected, account } = await collectBytes(text);
    expect(rejected).toEqual([]);
    expect(account.totals.records).toBe(2);
    const byId = Object.fromEntries(events.map(({ event, provenance }) => [event.auditID, { event, provenance }]));
    expect(byId["long"]).toMatchObject({
      event: JSON.parse(long),
      provenance: { byteOffset: 0, envelope: "test-piece" },
    });
    expect(byId["one"]).toMatchObject({ event: one, provenance: { byteOffset: out[0]?.length } });
  });

  test("that are more than the limit are one rejected record, and the next is read", async () => {
    const text = [...piecesOf("x".repeat(5000), 100, "stdout"), ...piecesOf(line, 100, "stdout")].join("");
    const { ids, rejected } = await collectBytes(text, { maxRecordBytes: 1000 });
    expect(ids).toEqual(["one"]);
    expect(rejected).toMatchObject([{ reason: "too-long", byteOffset: 0 }]);
  });

  test("whose last one never comes are one record: what is whole of an event is kept", async () => {
    const unfinished = piecesOf(line, 100, "stdout").slice(0, -1).join("");
    const { events, account } = await collectBytes(unfinished);
    expect(account.totals.records).toBe(1);
    expect(events).toMatchObject([{ event: { auditID: "one" }, provenance: { truncated: true, byteOffset: 0 } }]);
    const early = await collectBytes(piecesOf(line, 100, "stdout").slice(0, 2).join(""));
    expect(early.rejected).toMatchObject([{ reason: "truncated", byteOffset: 0 }]);
  });

  test("never become an event that was planted where a piece begins", async () => {
    const forged = JSON.stringify(auditEvent({ auditID: "forged" }));
    const start = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","requestObject":';
    const pieces = [`P ${start}`, `P ${forged}`, "F }"].map((piece) => `test-piece stdout ${piece}\n`);
    const { ids, account } = await collectBytes(pieces.join(""));
    expect(ids).toEqual([]);
    expect(account.totals).toMatchObject({ records: 1, rejected: 1 });
    const docker = [start, forged, "}\n"].map((log) => JSON.stringify({ log, stream: "stdout", time: "t" }));
    expect((await collectBytes(docker.join("\n"))).ids).toEqual([]);
  });
});

describe("long lists", () => {
  const paths = ["events", "records", "Records", "logEvents", "results", "value", "hits.hits"];
  const events = Array.from({ length: 20 }, (_, n) => auditEvent({ auditID: `e${n}` }));
  const items = events.map((event) => ({ box: JSON.stringify(event) }));
  test.each(paths)("under %s are read item by item where the document is over the limit", async (path) => {
    for (const indent of [undefined, 2]) {
      const text = JSON.stringify(documentOf(path.split("."), items), null, indent);
      const whole = await collectBytes(text);
      const streamed = await collectBytes(text, { maxRecordBytes: 2000 });
      expect(whole.ids).toEqual(events.map(({ auditID }) => auditID));
      expect(streamed.ids).toEqual(whole.ids);
      expect(streamed.rejected).toEqual([]);
      const hashes = (read: typeof whole) => read.events.map(({ provenance }) => provenance.contentSha256);
      expect(hashes(streamed)).toEqual(hashes(whole));
    }
  });

  test("that are torn give the items before the tear", async () => {
    for (const indent of [undefined, 2]) {
      const text = JSON.stringify({ header: "h", events: items }, null, indent);
      const { ids, rejected } = await collectBytes(`${text.slice(0, Math.floor(text.length / 2))}\n${line}\n`);
      expect(ids.at(-1)).toBe("one");
      expect(ids.length).toBeGreaterThan(5);
      expect(ids.slice(0, -1)).toEqual(events.slice(0, ids.length - 1).map(({ auditID }) => auditID));
      expect(rejected).toMatchObject([{ reason: "truncated" }]);
    }
  });

  test("never begin inside an event", async () => {
    const event = { ...auditEvent({ auditID: "victim" }), events: items, userAgent: "x".repeat(3000) };
    const { ids, rejected } = await collectBytes(JSON.stringify(event), { maxRecordBytes: 2000 });
    expect(ids).toEqual([]);
    expect(rejected).toMatchObject([{ reason: "too-long" }]);
  });
});

const folder = fileURLToPath(new URL("fixtures/envelopes/", import.meta.url));
const fixtures = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(?:jsonl?|log|txt|csv)$/.test(name),
);
const withoutRaw = ({ events, rejected, account }: Awaited<ReturnType<typeof collectBytes>>) => ({
  events,
  rejected,
  account,
});

describe("fixtures of every envelope", () => {
  test.each(fixtures)("%s: any chunking gives the same", async (name) => {
    const bytes = readFileSync(folder + name);
    for (const options of [{}, { maxRecordBytes: 700 }]) {
      const whole = withoutRaw(await collectBytes(bytes, options));
      for (const sizes of [[1], [97, 3], [1000, 1]]) {
        expect(withoutRaw(await collectBytes(bytes, options, sizes))).toEqual(whole);
      }
    }
  });

  test.each(fixtures)("%s: the same again under another name is the same by content", async (name) => {
    const bytes = readFileSync(folder + name);
    const once = await hashesOf(bytes);
    expect(await hashesOf(Buffer.concat([bytes, Buffer.from("\n"), bytes]))).toEqual([...once, ...once]);
  });

  test.each(fixtures.filter((name) => name.endsWith(".jsonl") || name.endsWith(".json")))(
    "%s: no field of a wrong type throws or goes uncounted",
    async (name) => {
      const text = readFileSync(folder + name, "utf8").trimEnd();
      const records = name.endsWith(".jsonl") ? text.split("\n").slice(0, 2) : [text];
      const wrong: unknown[] = [null, true, 5, "x", "{", [], [1], {}, { a: 1 }, ["{}"]];
      const lines = records.flatMap((record) => {
        const value = JSON.parse(record) as Record<string, unknown>;
        return pathsOf(value).flatMap((path) => wrong.map((type) => JSON.stringify(replaced(value, path, type))));
      });
      const { account, events, rejected } = await collectBytes(`${lines.join("\n")}\n${line}\n`);
      expect(account.totals.records).toBe(events.length + rejected.length + account.totals.foreign);
      expect(events.filter(({ event }) => event.auditID === "one").map(({ event }) => event)).toEqual([one]);
    },
  );
});

/** Every place in a value, three fields deep: where envelopes have their own fields. */
function pathsOf(value: unknown, depth = 3): (readonly string[])[] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  // The first elements of a list stand for all.
  const fields = Object.entries(value).slice(0, Array.isArray(value) ? 2 : undefined);
  return fields.flatMap(([key, held]) => [[key], ...pathsOf(held, depth - 1).map((path) => [key, ...path])]);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

async function hashesOf(bytes: Buffer): Promise<string[]> {
  return (await collectBytes(bytes)).events.map(({ provenance }) => provenance.contentSha256);
}

/** A box with so many bytes, compressed. */
function bomb(bytes: number): string {
  return JSON.stringify({ zip: gzipSync(Buffer.alloc(bytes, 0x20)).toString("base64") });
}

/** Cuts text as a container runtime does. */
function piecesOf(text: string, size: number, stream: string): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const tag = at + size >= bytes.length ? "F" : "P";
    pieces.push(`test-piece ${stream} ${tag} ${bytes.subarray(at, at + size).toString("latin1")}\n`);
  }
  return pieces;
}

/** A document with a list, and fields before and behind it. */
function documentOf(path: readonly string[], list: unknown[]): unknown {
  const fields = path.reduceRight<unknown>((value, key) => ({ [key]: value }), list) as object;
  return { header: "h", pod: "api-3", ...fields, after: ["x".repeat(100)] };
}
