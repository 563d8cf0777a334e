import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { parseEvent, safeParseEvent } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import { anyAuditEvent } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { isBasicAuditResponse, parseLegacyLine } from "../src/legacy-text.js";
import { legacyLine } from "./legacy-line.js";

const lines = (path: string): string[] =>
  readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")
    .trimEnd()
    .split("\n");

const recorded = lines("../../schema/test/fixtures/recorded-events.jsonl").map((line) => parseEvent(JSON.parse(line)));

/** Lines that the API server's own Go code wrote, beside the event that it wrote them from. */
const written = (
  JSON.parse(lines("../../schema/test/fixtures/encode.json").join("\n")) as {
    encode: { name: string; line: string; legacyLine: string }[];
  }
).encode.filter((row) => row.legacyLine && row.line !== "");

const line = (fields: string): string => `2026-03-04T05:06:07.000001Z AUDIT: ${fields}`;
const whole =
  'id="a1" stage="ResponseComplete" ip="10.1.2.3" method="get" user="alice" groups="\\"devs\\"" as="<self>" asgroups="<lookup>" user-agent="kubectl" namespace="pay" uri="/api/v1/namespaces/pay/secrets/db" response="200"';

function named(user: AuditEvent["user"]): object {
  return {
    ...(user.username && { username: user.username }),
    ...(user.groups?.length && { groups: user.groups }),
  };
}

/** The part of an event that the legacy format records. */
function recordedPart({
  auditID,
  stage,
  requestURI,
  verb,
  sourceIPs,
  userAgent,
  ...event
}: AuditEvent): Record<string, unknown> {
  return {
    auditID,
    stage,
    requestURI,
    verb,
    user: named(event.user),
    impersonatedUser: event.impersonatedUser ? named(event.impersonatedUser) : undefined,
    sourceIPs: sourceIPs?.length ? [sourceIPs[0]] : undefined,
    userAgent: userAgent || undefined,
    namespace: event.objectRef?.namespace || undefined,
    code: event.responseStatus?.code || undefined,
    requestReceivedTimestamp: event.requestReceivedTimestamp,
  };
}

function readBack(text: string): { event: AuditEvent; reconstructed: readonly string[] } {
  const parsed = parseLegacyLine(text);
  expect(parsed, text).toBeDefined();
  const { event, reconstructed } = parsed!;
  return { event: parseEvent(event), reconstructed };
}

function impersonated(user: string, groups: string): unknown {
  const as = whole.replace('as="<self>"', `as=${user}`).replace('asgroups="<lookup>"', `asgroups=${groups}`);
  return readBack(line(as)).event.impersonatedUser;
}

describe("parseLegacyLine", () => {
  test("reads a line in full", () => {
    expect(parseLegacyLine(line(whole))).toEqual({
      event: {
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        level: "Metadata",
        auditID: "a1",
        stage: "ResponseComplete",
        requestURI: "/api/v1/namespaces/pay/secrets/db",
        verb: "get",
        user: { username: "alice", groups: ["devs"] },
        sourceIPs: ["10.1.2.3"],
        userAgent: "kubectl",
        objectRef: { resource: "secrets", namespace: "pay", name: "db", apiVersion: "v1" },
        responseStatus: { metadata: {}, code: 200 },
        requestReceivedTimestamp: "2026-03-04T05:06:07.000001Z",
        stageTimestamp: null,
      },
      reconstructed: ["level", "objectRef.resource", "objectRef.name", "objectRef.apiVersion"],
    });
  });

  test("reads every line that a kube-apiserver wrote", () => {
    const log = lines("fixtures/legacy-text.log");
    expect(log.filter((text) => text.includes(" AUDIT: id="))).toHaveLength(6);
    for (const text of log) {
      const { event } = readBack(text);
      expect(text).toContain(`AUDIT: id="${event.auditID}" stage="${event.stage}"`);
      expect(text).toContain(`uri="${event.requestURI}"`);
      expect(text.slice(0, 26)).toBe(event.requestReceivedTimestamp?.slice(0, -1));
    }
  });

  test.each(written)("reads the line that Go wrote of the event '$name'", ({ line: json, legacyLine: text }) => {
    expect(recordedPart(readBack(text).event)).toEqual(recordedPart(parseEvent(JSON.parse(json))));
  });

  test("rebuilds the objectRef that kube-apiserver recorded, but for what it took from a body", () => {
    for (const event of recorded) {
      const rebuilt = readBack(legacyLine(event)).event.objectRef ?? undefined;
      const objectRef = { ...event.objectRef };
      delete objectRef.uid;
      delete objectRef.resourceVersion;
      if (event.verb === "create" && rebuilt?.name === undefined) delete objectRef.name;
      expect(rebuilt ?? {}, event.requestURI).toEqual(objectRef);
    }
  });

  test("gives what was written, for any event", () => {
    fc.assert(
      fc.property(anyAuditEvent(), (event) => {
        const wellFormed = parseEvent(JSON.parse(JSON.stringify(event).replace(/\\ud[89a-f][0-9a-f]{2}/g, "?")));
        const { user, impersonatedUser } = wellFormed;
        // These words stand for "none": the format cannot tell a user of that name.
        fc.pre(user.username !== "<none>" && impersonatedUser?.username !== "<self>");
        const { namespace: readNamespace, ...read } = recordedPart(readBack(legacyLine(wellFormed)).event);
        const { namespace, ...rest } = recordedPart(wellFormed);
        expect(read).toEqual(rest);
        // Where no namespace is recorded, the URI's stands for it.
        if (namespace !== undefined) expect(readNamespace).toBe(namespace);
      }),
    );
  });

  test("knows the stage's time only where it is the request's", () => {
    const received = readBack(
      line(whole.replace("ResponseComplete", "RequestReceived").replace('"200"', '"<deferred>"')),
    );
    expect(received.event.stageTimestamp).toBe("2026-03-04T05:06:07.000001Z");
    expect(received.event.responseStatus).toBeUndefined();
    expect(received.reconstructed).toContain("stageTimestamp");
  });

  test("converts local time to UTC", () => {
    const local = `2026-03-04T07:06:07.123456789+02:00 AUDIT: ${whole}`;
    expect(readBack(local).event.requestReceivedTimestamp).toBe("2026-03-04T05:06:07.123456Z");
  });

  test("tells who a request was made as", () => {
    expect(impersonated('"bob"', '"<lookup>"')).toEqual({ username: "bob" });
    expect(impersonated('"bob"', String.raw`"\"a\",\"b\\\"c\",\"d,e\""`)).toEqual({
      username: "bob",
      groups: ["a", 'b"c', "d,e"],
    });
    expect(impersonated('""', '"<lookup>"')).toEqual({});
    expect(impersonated('"<self>"', String.raw`"\"a\""`)).toEqual({ username: "<self>", groups: ["a"] });
    expect(impersonated('"<self>"', '"<lookup>"')).toBeUndefined();
  });

  test("gives no user for a request that was not authenticated", () => {
    const text = line(whole.replace('user="alice" groups="\\"devs\\""', 'user="<none>" groups="<none>"'));
    expect(readBack(text).event.user).toEqual({});
  });

  test("reads lines without a user agent, as before 1.21", () => {
    expect(readBack(line(whole.replace(' user-agent="kubectl"', ""))).event.userAgent).toBeUndefined();
  });

  test("does not take a field from inside a client's words", () => {
    const text = line(whole.replace('"kubectl"', String.raw`"x\" uri=\"/healthz\" response=\"500"`));
    expect(readBack(text).event).toMatchObject({
      userAgent: 'x" uri="/healthz" response="500',
      requestURI: "/api/v1/namespaces/pay/secrets/db",
      responseStatus: { code: 200 },
    });
  });

  test.each([
    [
      "a client's name",
      "/api/v1/namespaces/__proto__/secrets/constructor",
      { namespace: "__proto__", name: "constructor" },
    ],
    [
      "a cluster-scoped subresource",
      "/api/v1/nodes/n1/proxy/logs",
      { resource: "nodes", name: "n1", subresource: "proxy" },
    ],
    ["a group", "/apis/apps/v1/deployments/d", { resource: "deployments", apiGroup: "apps", apiVersion: "v1" }],
  ])("rebuilds objectRef of %s", (_, uri, expected) => {
    const text = line(whole.replace("/api/v1/namespaces/pay/secrets/db", uri).replace('"pay"', '"<none>"'));
    expect(readBack(text).event.objectRef).toMatchObject(expected);
  });

  test.each(["/healthz", "no-uri", "/api/v1/watch", "/%zz", ""])("gives no objectRef for %j", (uri) => {
    const text = line(whole.replace("/api/v1/namespaces/pay/secrets/db", uri).replace('"pay"', '"<none>"'));
    const { event, reconstructed } = readBack(text);
    expect(event.objectRef).toBeUndefined();
    expect(reconstructed).toEqual(["level"]);
  });

  test.each([
    ["another text", "2026-03-04T05:06:07Z something else"],
    ["a month that is none", `2026-13-04T05:06:07Z AUDIT: ${whole}`],
    ["a line that breaks off", line(whole.slice(0, -1))],
    ["a line without its last field", line(whole.replace(' response="200"', ""))],
    ["a line without its URI", line(whole.replace(/ uri="[^"]*"/, ""))],
    ["a line without its user", line(whole.replace(/ user="[^"]*"/, ""))],
    ["a field twice", line(`${whole} uri="/healthz"`)],
    ["an unknown field", line(`${whole} extra="x"`)],
    ["text behind", line(`${whole} and more`)],
    ["a code that is none", line(whole.replace('"200"', '"OK"'))],
    ["groups not quoted", line(whole.replace(String.raw`"\"devs\""`, '"devs"'))],
    ["groups with text behind", line(whole.replace(String.raw`"\"devs\""`, String.raw`"\"devs\"x"`))],
    ["an unknown escape", line(whole.replace('"kubectl"', String.raw`"\q"`))],
  ])("gives nothing for %s", (_, text) => {
    expect(parseLegacyLine(text)).toBeUndefined();
  });

  test("throws for no beginning of a line, and for no wrong byte in it", () => {
    const text = line(whole);
    for (let at = 0; at <= text.length; at++) {
      expect(parseLegacyLine(text.slice(0, at)) === undefined).toBe(at < text.length);
      for (const wrong of ["\\", '"', "\0", " "]) {
        const parsed = parseLegacyLine(text.slice(0, at) + wrong + text.slice(at + 1));
        if (parsed !== undefined) expect(safeParseEvent(parsed.event).success).toBe(true);
      }
    }
  });
});

describe("the basic audit of Kubernetes 1.4 to 1.7", () => {
  const request =
    '2017-03-21T03:57:09.106841886-04:00 AUDIT: id="b1" ip="127.0.0.1" method="GET" user="admin" groups="\\"system:masters\\"" as="<self>" asgroups="<lookup>" namespace="default" uri="/api/v1/namespaces/default/pods"';
  const response = '2017-03-21T03:57:09.108403639-04:00 AUDIT: id="b1" response="200"';

  test("gives a received request for the first line", () => {
    const { event, reconstructed } = readBack(request);
    expect(event).toMatchObject({
      auditID: "b1",
      stage: "RequestReceived",
      verb: "list",
      user: { username: "admin", groups: ["system:masters"] },
      objectRef: { resource: "pods", namespace: "default", apiVersion: "v1" },
      requestReceivedTimestamp: "2017-03-21T07:57:09.106841Z",
    });
    expect(event.responseStatus).toBeUndefined();
    expect(reconstructed).toEqual([
      "level",
      "stage",
      "verb",
      "requestReceivedTimestamp",
      "stageTimestamp",
      "objectRef.resource",
      "objectRef.apiVersion",
    ]);
  });

  test("reads the oldest form, without groups", () => {
    const oldest = request.replace(/ (?:as)?groups="(?:[^"\\]|\\.)*"/g, "");
    expect(oldest).not.toContain("groups");
    expect(readBack(oldest).event.user).toEqual({ username: "admin" });
  });

  test("gives no event for the second line, and says what it is", () => {
    expect(parseLegacyLine(response)).toBeUndefined();
    expect(isBasicAuditResponse(response)).toBe(true);
    for (const text of [request, line(whole), "text", response.slice(0, -1)]) {
      expect(isBasicAuditResponse(text)).toBe(false);
    }
  });
});
