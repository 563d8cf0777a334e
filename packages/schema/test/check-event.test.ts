import { readFileSync } from "node:fs";
import { anyAuditEvent } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AuditEvent, checkEvent, checkEventList, describeProblem, EventList } from "../src/index.js";

const recorded = readFileSync(new URL("fixtures/recorded-events.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

/** An event with every field of the API, each with a value. */
const full = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "RequestResponse",
  auditID: "id",
  stage: "ResponseComplete",
  requestURI: "/api/v1/pods",
  verb: "list",
  user: { username: "alice", uid: "u", groups: ["g"], extra: { k: ["v"] } },
  impersonatedUser: { username: "bob", uid: "u", groups: ["g"], extra: { k: ["v"] } },
  authenticationMetadata: { impersonationConstraint: "impersonate:user-info" },
  sourceIPs: ["10.0.0.1"],
  userAgent: "kubectl",
  objectRef: {
    resource: "pods",
    namespace: "default",
    name: "web",
    uid: "u",
    apiGroup: "apps",
    apiVersion: "v1",
    resourceVersion: "7",
    subresource: "status",
  },
  responseStatus: { metadata: {}, status: "Failure", message: "m", reason: "Forbidden", details: {}, code: 403 },
  requestObject: { a: 1 },
  responseObject: [1],
  requestReceivedTimestamp: "2026-10-14T09:00:00.000000Z",
  stageTimestamp: "2026-10-14T09:00:00.000001Z",
  annotations: { a: "b" },
};

/** One value of each JSON type, each with a text that must not turn up in a problem. */
const jsonValues = {
  nothing: undefined,
  null: null,
  "a boolean": true,
  "a number": 424_242,
  "a string": "canary-value",
  "an array": ["canary-element", 1],
  "an object": { canary: { canary: 1 } },
};

/** What the API's Go types accept, by field. A list or a map may be null; a pointer may be null; a string may not. */
const acceptedTypes: readonly (readonly [path: string, types: readonly (keyof typeof jsonValues)[]])[] = [
  ...["kind", "apiVersion", "userAgent"].map((path) => [path, ["nothing", "a string"]] as const),
  ...["level", "auditID", "stage", "requestURI", "verb"].map((path) => [path, ["a string"]] as const),
  ["user", ["an object"]],
  ["impersonatedUser", ["nothing", "null", "an object"]],
  ...["user", "impersonatedUser"].flatMap((user) => [
    [`${user}.username`, ["nothing", "a string"]] as const,
    [`${user}.uid`, ["nothing", "a string"]] as const,
    [`${user}.groups`, ["nothing", "null"]] as const,
    [`${user}.groups[0]`, ["a string"]] as const,
    [`${user}.extra`, ["nothing", "null"]] as const,
    [`${user}.extra.*`, ["null"]] as const,
    [`${user}.extra.*[0]`, ["a string"]] as const,
  ]),
  ["authenticationMetadata", ["nothing", "null", "an object"]],
  ["authenticationMetadata.impersonationConstraint", ["nothing", "a string"]],
  ["sourceIPs", ["nothing", "null"]],
  ["sourceIPs[0]", ["a string"]],
  ["objectRef", ["nothing", "null", "an object"]],
  ...Object.keys(full.objectRef).map((field) => [`objectRef.${field}`, ["nothing", "a string"]] as const),
  ["responseStatus", ["nothing", "null", "an object"]],
  ...["status", "message", "reason"].map((field) => [`responseStatus.${field}`, ["nothing", "a string"]] as const),
  ["responseStatus.code", ["nothing", "a number"]],
  ["responseStatus.metadata", Object.keys(jsonValues) as (keyof typeof jsonValues)[]],
  ["responseStatus.details", Object.keys(jsonValues) as (keyof typeof jsonValues)[]],
  ["requestObject", Object.keys(jsonValues) as (keyof typeof jsonValues)[]],
  ["responseObject", Object.keys(jsonValues) as (keyof typeof jsonValues)[]],
  ["requestReceivedTimestamp", ["null"]],
  ["stageTimestamp", ["null"]],
  ["annotations", ["nothing", "null"]],
  ["annotations.*", ["a string"]],
];

const cases = acceptedTypes.flatMap(([path, types]) =>
  (Object.keys(jsonValues) as (keyof typeof jsonValues)[])
    // A map's key that holds nothing, and a list's element, are not something that JSON can say.
    .filter((type) => type !== "nothing" || !/[*\]]$/.test(path))
    .map((type) => ({ path, type, accepted: types.includes(type), event: withValue(path, jsonValues[type]) })),
);

function withValue(path: string, value: unknown): Record<string, unknown> {
  const event = structuredClone(full) as Record<string, unknown>;
  const steps = path.split(/\.|(?=\[)/);
  let place: Record<string, unknown> | unknown[] = event;
  for (const [at, step] of steps.entries()) {
    const key = step.startsWith("[") ? Number(step.slice(1, -1)) : step === "*" ? Object.keys(place)[0]! : step;
    const holder = place as Record<string | number, unknown>;
    if (at < steps.length - 1) place = holder[key] as Record<string, unknown>;
    else if (value === undefined) delete holder[key];
    else holder[key] = value;
  }
  return event;
}

/** The problems that zod finds, told as `checkEvent` tells them: keys of maps hidden, the first of a list or a map only. */
function zodProblems(value: unknown): readonly string[] {
  const result = AuditEvent.safeParse(value);
  if (result.success) return [];
  const paths = result.error.issues.map(({ path }) => {
    const shown = path.map((step, at) => {
      if (typeof step === "number") return `[${step}]`;
      const hidden = path[at - 1] === "annotations" || path[at - 1] === "extra";
      return `${at === 0 ? "" : "."}${hidden ? "*" : String(step)}`;
    });
    return shown.join("");
  });
  const seen = new Set<string>();
  return paths.filter((path) => {
    const container = path.replace(/(?:\.\*.*|\[\d+\])$/, "");
    if (container === path) return true;
    return !seen.has(container) && seen.add(container);
  });
}

describe("checkEvent", () => {
  test("nothing is wrong with recorded events, with the full event and with generated ones", () => {
    for (const line of recorded) expect(checkEvent(JSON.parse(line))).toEqual([]);
    expect(checkEvent(full)).toEqual([]);
    fc.assert(fc.property(anyAuditEvent(), (event) => void expect(checkEvent(event)).toEqual([])));
  });

  test("the table asks for more than 300 combinations of field and type", () => {
    expect(cases.length).toBeGreaterThan(300);
  });

  test.each(cases)("$path as $type: accepted $accepted", ({ path, type, accepted, event }) => {
    const problems = checkEvent(event);
    // The array and the object of the table hold elements of a wrong type themselves.
    const inside = new RegExp(`^${path.replaceAll(/[.*[\]]/g, "\\$&")}(?:[.[].*)?$`);
    expect(problems.filter((problem) => !inside.test(problem.path))).toEqual([]);
    expect(problems.length === 0).toBe(accepted);
    expect(problems.length).toBeLessThanOrEqual(1);
    if (problems[0]?.path === path && problems[0].found !== "another string") expect(problems[0].found).toBe(type);
    expect(JSON.stringify(problems)).not.toMatch(/canary|424242/);
    expect(problems.map((problem) => problem.path)).toEqual(zodProblems(event));
  });

  test.each(Object.entries(jsonValues))("%s in place of an event is refused as a whole", (type, value) => {
    const problems = checkEvent(value);
    if (type === "an object") expect(problems.map((problem) => problem.path)).toEqual(zodProblems(value));
    else expect(problems).toEqual([{ path: "", expected: "an object", found: type }]);
  });

  test.each(["yesterday", "", "2026-10-14", "2026-13-14T09:00:00Z", "2026-02-30T09:00:00Z", "2026-10-14T24:00:00Z"])(
    "the timestamp %o is refused",
    (stageTimestamp) => {
      expect(checkEvent({ ...full, stageTimestamp })).toEqual([
        { path: "stageTimestamp", expected: "an RFC 3339 time", found: "another string" },
      ]);
    },
  );

  test("a number too large for JavaScript is no status code", () => {
    const event = JSON.parse(JSON.stringify(full).replace('"code":403', '"code":1e999')) as unknown;
    expect(checkEvent(event)).toEqual([
      { path: "responseStatus.code", expected: "a number", found: "a number out of range" },
    ]);
  });

  test("all problems are told at once, in the order of the fields, and none holds a value", () => {
    const problems = checkEvent({
      auditID: 5,
      stage: "s",
      verb: null,
      user: { groups: ["a", 7, 8] },
      annotations: { t: 1 },
    });
    expect(problems.map(describeProblem)).toEqual([
      "level: expected a string, got nothing",
      "auditID: expected a string, got a number",
      "requestURI: expected a string, got nothing",
      "verb: expected a string, got null",
      "user.groups[1]: expected a string, got a number",
      "requestReceivedTimestamp: expected a string, got nothing",
      "stageTimestamp: expected a string, got nothing",
      "annotations.*: expected a string, got a number",
    ]);
  });

  test("a field called __proto__ is looked at like any other", () => {
    const event = JSON.parse(JSON.stringify(full).replace('"a":"b"', '"__proto__":{"b":1}')) as unknown;
    expect(checkEvent(event).map((problem) => problem.path)).toEqual(["annotations.*"]);
  });

  test("it finds what the zod schema finds, in any JSON", () => {
    const wrong = fc.oneof(
      fc.constantFrom(...Object.values(jsonValues).slice(1)),
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as unknown),
    );
    const paths = acceptedTypes.map(([path]) => path).filter((path) => !path.includes("*") && !path.includes("["));
    const event = fc.array(fc.tuple(fc.constantFrom(...paths), wrong), { maxLength: 4 }).map((changes) => {
      const changed = structuredClone(full) as Record<string, unknown>;
      for (const [path, value] of changes) {
        const [field, inner] = path.split(".") as [string, string?];
        if (inner === undefined) changed[field] = value;
        else changed[field] = { ...(changed[field] as object), [inner]: value };
      }
      return changed;
    });
    fc.assert(
      fc.property(event, (value) => {
        expect(checkEvent(value).map((problem) => problem.path)).toEqual(zodProblems(value));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("checkEventList", () => {
  test.each([
    ["an empty list as Go writes it", { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: null }],
    ["a list without metadata", { metadata: null, items: [] }],
    ["items without kind and apiVersion", { items: [{ ...full, kind: undefined, apiVersion: undefined }] }],
    ["nothing at all", {}],
  ])("%s is accepted, by the zod schema too", (_what, list) => {
    expect(checkEventList(list)).toEqual([]);
    expect(EventList.safeParse(list).success).toBe(true);
  });

  test.each([
    ["items as an object", { items: {} }, "items: expected an array, got an object"],
    ["a number as kind", { kind: 5 }, "kind: expected a string, got a number"],
    ["an array as metadata", { metadata: [] }, "metadata: expected an object, got an array"],
    ["a bad item", { items: [full, { ...full, verb: 1 }] }, "items[1].verb: expected a string, got a number"],
    ["no item", { items: [null] }, "items[0]: expected an object, got null"],
    ["an array", [], "expected an object, got an array"],
  ])("%s is refused, by the zod schema too", (_what, list, problem) => {
    expect(checkEventList(list).map(describeProblem)).toEqual([problem]);
    expect(EventList.safeParse(list).success).toBe(false);
  });
});
