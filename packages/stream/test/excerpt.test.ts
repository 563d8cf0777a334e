import { findSecretCanaries, seedSecretCanaries, secretCanaries } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskedExcerpt } from "../src/excerpt.js";
import { collectBytes } from "./collect.js";

function excerptOf(text: string): string {
  const bytes = Buffer.from(text);
  return maskedExcerpt(bytes, bytes.length);
}

describe("maskedExcerpt", () => {
  test.each([
    [
      "words of Kubernetes' own are shown",
      '{"kind":"Event","level":"Metadata","stage":"Panic","verb":"get"}',
      '{"kind":"Event","level":"Metadata","stage":"Panic","verb":"get"}',
    ],
    [
      "an audit id that is a UUID is shown",
      '{"auditID":"6f1c1d5e-0000-4000-8000-000000000001"',
      '{"auditID":"6f1c1d5e-0000-4000-8000-000000000001"',
    ],
    ["an audit id that is not is masked", '{"auditID":"hunter2"}', '{"auditID":"…"}'],
    [
      "values are masked whatever their type",
      '{"requestURI":"/x","code":403,"name":null,"user":true}',
      '{"requestURI":"…","code":…,"name":…,"user":…}',
    ],
    [
      "names that are no field of an Event are masked",
      '{"hunter2":"x","level":"Metadata"}',
      '{"…":"…","level":"Metadata"}',
    ],
    ["a word under another field is masked", '{"verb":"Metadata","stage":"get"}', '{"verb":"…","stage":"…"}'],
    ["an escaped word is masked", '{"verb":"\\u0067et"}', '{"verb":"…"}'],
    ["a torn string is masked", '{"verb":"get","userAgent":"hunte', '{"verb":"get","userAgent":"…'],
    ["white space is left out", '{ "kind" :\n "Event" }', '{"kind":"Event"}'],
    ["text is described", "password=hunter2", "text, 16 bytes"],
    ["binary data is described", "\u0001hunter2", "binary data, 8 bytes"],
    ["a single byte is one byte", "x", "text, 1 byte"],
  ])("%s", (_fact, text, excerpt) => {
    expect(excerptOf(text)).toBe(excerpt);
  });

  test("is at most 160 characters", () => {
    fc.assert(fc.property(fc.string({ maxLength: 4000 }), (text) => excerptOf(`{${text}`).length <= 160));
  });

  test("shows no character of any text that is not one of the known words", () => {
    const known = /"(?:kind|apiVersion|level|stage|verb|auditID|user|name|Event|Metadata|get)"|[{}[\],:…"]/g;
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"kind"',
        '"Event"',
        '"user"',
        '"level"',
        '"Metadata"',
        " ",
      ),
      fc.stringMatching(/^[a-z0-9]{3,8}$/),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(excerptOf(`{${pieces.join("")}`).replaceAll(known, "")).toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("rejected records", () => {
  test("hold no secret, wherever the record is damaged (40 canaries in every field)", async () => {
    const seeded = seedSecretCanaries();
    expect(new Set(seeded.map(({ canary }) => canary)).size).toBe(secretCanaries.length);
    const lines = seeded.map(({ event }) => JSON.stringify(event));
    const damages: ((line: string) => string)[] = [
      (line) => line.slice(0, -1),
      (line) => line.slice(0, Math.floor(line.length / 2)),
      (line) => line.replace('"kind":"Event",', '"kind":"Event",,'),
      (line) => line.replace('"level":"', '"level":5,"x":"'),
      (line) => line.slice(1),
      (line) => `<14>Mar  4 05:06:07 m1 kube-apiserver[1]: ${line}`,
      (line) => line.replaceAll('"', "'"),
      (line) => JSON.stringify({ message: line }),
      (line) => JSON.stringify(line),
      (line) => `[${line}`,
      (line) => JSON.stringify(JSON.parse(line), null, 2).slice(0, -2),
    ];
    const log = damages.flatMap((damage) => lines.map(damage)).join("\n");
    const { rejected, events } = await collectBytes(log);
    // Torn ones can be events without their end. Some of the damages are only something around a whole event.
    const whole = events.filter(({ provenance }) => provenance.truncated !== true);
    expect(whole.length).toBeGreaterThanOrEqual(lines.length * 3);
    expect(rejected.length).toBeGreaterThan(lines.length * 4);
    expect(findSecretCanaries(JSON.stringify(rejected))).toEqual([]);

    const tooLong = await collectBytes(lines.join("\n"), { maxRecordBytes: 100 });
    expect(tooLong.rejected.length).toBe(lines.length);
    expect(findSecretCanaries(JSON.stringify(tooLong.rejected))).toEqual([]);
  });
});
