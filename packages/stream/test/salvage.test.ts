import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { anyAuditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { salvageEvent } from "../src/salvage.js";

const recorded = readFileSync(
  fileURLToPath(new URL("../../schema/test/fixtures/recorded-events.jsonl", import.meta.url)),
  "utf8",
)
  .trimEnd()
  .split("\n");

const needed = ["level", "auditID", "stage", "requestURI", "verb", "user"];

/** In kube-apiserver's order the user is the last of the six that are needed. */
const beginning =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a1","stage":"ResponseComplete","requestURI":"/api/v1/secrets","verb":"create","user":{"username":"alice"}';
const six = {
  level: "Request",
  auditID: "a1",
  stage: "ResponseComplete",
  requestURI: "/api/v1/secrets",
  verb: "create",
};
const head = { kind: "Event", apiVersion: "audit.k8s.io/v1", ...six, user: { username: "alice" } };

/** Every member given is the whole event's own, they are its first ones, and the six are among them. */
function expectPartOf(text: string, whole: Readonly<Record<string, unknown>>): number {
  const salvaged = salvageEvent(text);
  if (salvaged === undefined) return 0;
  const given = Object.keys(salvaged.event);
  expect(given).toEqual(Object.keys(whole).slice(0, given.length));
  for (const key of given) expect(salvaged.event[key]).toEqual(whole[key]);
  expect(given).toEqual(expect.arrayContaining(needed));
  return given.length;
}

describe("salvageEvent", () => {
  test("gives only what was whole, for every prefix of recorded events", () => {
    // Evenly spread; the property below takes any index.
    for (const line of recorded) {
      const whole = JSON.parse(line) as Record<string, unknown>;
      const step = Math.max(1, Math.floor(line.length / 120));
      let before = 0;
      for (let end = 0; end <= line.length; end += step) {
        const count = expectPartOf(line.slice(0, end), whole);
        expect(count).toBeGreaterThanOrEqual(before);
        before = count;
      }
      expect(salvageEvent(line)?.event).toEqual(whole);
    }
  });

  test("gives only what was whole, for prefixes of any event, whatever follows the cut", () => {
    fc.assert(
      fc.property(
        anyAuditEvent(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("", "[Truncated...]", "...", "\n", '{"kind":"Event",', '{"level":"None","auditID":"x"}'),
        fc.constantFrom(undefined, 2),
        (event, part, tail, indent) => {
          const text = JSON.stringify(event, null, indent);
          const whole = JSON.parse(text) as Record<string, unknown>;
          expectPartOf(text.slice(0, Math.floor((text.length - 1) * part)) + tail, whole);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["behind a comma", ","],
    ["in a key", ',"userAg'],
    ["behind a key", ',"userAgent"'],
    ["in a string", ',"userAgent":"kub'],
    ["in an escape", ',"userAgent":"kub\\'],
    ["in a Unicode escape", ',"userAgent":"kub\\u00'],
    ["between two surrogates", ',"userAgent":"kub\\ud83d'],
    ["in a number", ',"later":12'],
    ["in a literal", ',"requestObject":nul'],
    ["behind a literal", ',"requestObject":null'],
    ["behind a string", ',"userAgent":"kubectl"'],
    ["in a body", ',"requestObject":{"kind":"Secret","data":{"a":"b"},"metadata":{'],
    [
      "in a body that holds an event",
      ',"requestObject":{"a":1,"verb":"get","user":{"username":"eve"},"sourceIPs":["6.6.6.6"],',
    ],
    ["by CloudWatch in a string", ',"userAgent":"kub[Truncated...]'],
    ["by CloudWatch behind a colon", ',"sourceIPs":[Truncated...]'],
    ["by CloudWatch in a list", ',"sourceIPs":["10.0.0.1",[Truncated...]'],
    ["by CloudWatch in a number", ',"later":12[Truncated...]'],
    [
      "and another event follows in a string",
      ',"userAgent":"kub{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"None"}',
    ],
    ["and another event follows in a list", ',"sourceIPs":["10.0.0.1",{"kind":"Event"}'],
  ])("gives the members before one that is cut %s", (_, rest) => {
    expect(salvageEvent(beginning + rest)).toEqual({ event: head });
  });

  test("gives later members as they are", () => {
    const text = `${beginning},"sourceIPs":["10.0.0.1"],"objectRef":{"resource":"secrets"},"requestObject":{"dat`;
    expect(salvageEvent(text)?.event).toEqual({
      ...head,
      sourceIPs: ["10.0.0.1"],
      objectRef: { resource: "secrets" },
    });
  });

  test("reads the items of lists, which have no kind, and JSON over several lines", () => {
    const text = JSON.stringify({ ...six, user: { username: "alice" }, requestObject: { a: "b" } }, null, 2);
    expect(salvageEvent(text.slice(0, -8))?.event).toEqual({ ...six, user: { username: "alice" } });
  });

  test("keeps a member called __proto__ a member", () => {
    const event = salvageEvent(`${beginning},"__proto__":{"verb":"get"},`)?.event;
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect(Object.keys(event ?? {})).toContain("__proto__");
    expect(event?.["verb"]).toBe("create");
  });

  test.each([
    ["nothing", ""],
    ["no object", '["kind"'],
    ["an empty object", "{}"],
    ["another kind", `${beginning.replace('"Event"', '"Secret"')},`],
    ["another API", `${beginning.replace("audit.k8s.io/v1", "v1")},`],
    ["another program's record", `${beginning.replace("{", '{"log":"x",')},`],
    ["a cut user", beginning.slice(0, -1)],
    ["a user whose end cannot be seen", beginning],
    ["a user that is a list", `${beginning.replace('{"username":"alice"}', "[]")},`],
    ["a user that is null", `${beginning.replace('{"username":"alice"}', "null")},`],
    ["a verb that is a number", `${beginning.replace('"create"', "1")},`],
    ["a broken member before the user", `${beginning.replace('"create"', '"cre\nate"')},`],
    ["an unknown escape before the user", `${beginning.replace('"create"', String.raw`"\q"`)},`],
    ["the six only inside a body", `{"kind":"Event","requestObject":${beginning}},`],
  ])("gives nothing for %s", (_, text) => {
    expect(salvageEvent(text)).toBeUndefined();
  });

  test("takes deep and long text without throwing, in time proportional to its length", () => {
    const size = 4_000_000;
    for (const rest of [
      `"requestObject":${"[".repeat(size)}`,
      `"requestObject":${"[".repeat(2_000)}${"]".repeat(2_000)},"a":1,`,
      `"requestObject":"${"\\".repeat(size)}`,
      `"requestObject":${" ".repeat(size)}`,
      '"'.repeat(size),
      '"a":'.repeat(size / 4),
    ]) {
      expect(salvageEvent(`${beginning},${rest}`)).toEqual({ event: head });
    }
  });
});
