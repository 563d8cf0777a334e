import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { isEventLike } from "@kaudit/schema";
import type { EnvelopeContent, EnvelopeFacts } from "../../src/envelopes/envelope.js";
import { envelopeReaders } from "../../src/envelopes/registry.js";

/** What is found at the end of all envelopes. */
export interface Found {
  /** Envelopes from the outermost to the innermost. */
  readonly path: string;
  readonly facts: EnvelopeFacts;
  readonly event?: unknown;
  readonly reconstructed?: readonly string[];
  /** Text that is no JSON. */
  readonly text?: string;
  readonly cut?: true;
  readonly foreign?: string;
  /** `reason: detail` */
  readonly rejected?: string;
  /** A value that is no event and no envelope. */
  readonly unknown?: unknown;
}

/** Gives the records of a fixture, opened to the end: the items of an array, or the values of its lines. */
export function openFixture(name: string): readonly Found[] {
  return fixtureRecords(name).flatMap((record) => openRecord(record));
}

/** Gives the records of a fixture as they stand in the file. */
export function fixtureRecords(name: string): readonly unknown[] {
  const text = readFileSync(new URL(`../fixtures/envelopes/${name}`, import.meta.url), "utf8");
  if (name.endsWith(".jsonl")) return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : [value];
}

/** Opens every envelope around a record with the registered readers. */
export function openRecord(value: unknown, path: readonly string[] = [], facts: EnvelopeFacts = {}): readonly Found[] {
  const place = { path: path.join(" > "), facts };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [{ ...place, unknown: value }];
  for (const reader of envelopeReaders) {
    const opened = reader(value as Record<string, unknown>);
    if (opened === undefined) continue;
    const inner = [...path, opened.envelope];
    return opened.contents.flatMap((content) =>
      openContent(content, inner, withOuter(withOuter(content.facts ?? {}, opened.facts), facts)),
    );
  }
  return [isEventLike(value) ? { ...place, event: value } : { ...place, unknown: value }];
}

function openContent(content: EnvelopeContent, path: readonly string[], facts: EnvelopeFacts): readonly Found[] {
  const place = { path: path.join(" > "), facts };
  switch (content.kind) {
    case "value":
      return openRecord(content.value, path, facts);
    case "bytes":
      return openBytes(content.bytes, path, facts);
    case "event":
      return [{ ...place, event: content.value, reconstructed: content.reconstructed }];
    case "foreign":
      return [{ ...place, foreign: content.name }];
    case "rejected":
      return [{ ...place, rejected: `${content.reason}: ${content.detail}` }];
    case "text":
      return openText(content.text, path, facts, content.cut);
  }
}

function openText(text: string, path: readonly string[], facts: EnvelopeFacts, cut?: true): readonly Found[] {
  const place = { path: path.join(" > "), facts };
  try {
    return openRecord(JSON.parse(text), path, facts);
  } catch {
    return [{ ...place, text, ...(cut && { cut }) }];
  }
}

function openBytes(bytes: Uint8Array, path: readonly string[], facts: EnvelopeFacts): readonly Found[] {
  let text = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      text = gunzipSync(bytes);
    } catch {
      return [{ path: path.join(" > "), facts, unknown: "damaged gzip" }];
    }
  }
  return openText(new TextDecoder().decode(text), path, facts);
}

function withOuter(inner: EnvelopeFacts, outer: EnvelopeFacts): EnvelopeFacts {
  const blindSpots = [...new Set([...(inner.blindSpots ?? []), ...(outer.blindSpots ?? [])])].toSorted();
  return { ...outer, ...inner, ...(blindSpots.length > 0 && { blindSpots }) };
}
