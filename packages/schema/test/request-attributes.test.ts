import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { attributesOf, parseEvent, requestInfo } from "../src/index.js";
import type { AuditEvent, RequestAttributes } from "../src/index.js";
import golden from "./fixtures/requestinfo.json" with { type: "json" };

const recorded = readFileSync(new URL("fixtures/recorded-events.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const logs = new URL("../../../../shared/data/logs/", import.meta.url);

const user = { username: "alice", groups: ["developers", "system:authenticated"] };

describe("attributesOf", () => {
  test("has the shape that policies, rules and registers share", () => {
    const attributes = attributesOf({
      requestURI: "/apis/apps/v1/namespaces/team-a/deployments/web/scale?timeout=1s",
      verb: "get",
      user,
    });
    expect(attributes).toEqual({
      user: "alice",
      groups: ["developers", "system:authenticated"],
      verb: "get",
      apiGroup: "apps",
      apiVersion: "v1",
      resource: "deployments",
      subresource: "scale",
      namespace: "team-a",
      name: "web",
      path: "/apis/apps/v1/namespaces/team-a/deployments/web/scale",
      isResourceRequest: true,
    });
    expectTypeOf(attributes).toEqualTypeOf<RequestAttributes>();
    expectTypeOf(attributes.user).toEqualTypeOf<string | null>();
  });

  test.each([
    ["an empty user is not authenticated", {}, null, []],
    ["empty fields are no user either", { username: "", groups: [] }, null, []],
    ["null groups are no groups", { username: "alice", groups: null }, "alice", []],
    ["groups without a name are a user without a name", { groups: ["g"] }, "", ["g"]],
  ])("%s", (_fact, who, name, groups) => {
    expect(attributesOf({ requestURI: "/version", verb: "get", user: who })).toMatchObject({ user: name, groups });
  });

  test("the impersonated user is not asked", () => {
    const event = { requestURI: "/version", verb: "get", user, impersonatedUser: { username: "admin" } };
    expect(attributesOf(event).user).toBe("alice");
  });

  test.each(golden.cases.filter((row) => !("error" in row)))(
    "$method $uri is read as kube-apiserver read it",
    ({ recordedRequestURI, verb, ...row }) => {
      const { method: _method, uri: _uri, apiPrefix: _apiPrefix, ...expected } = row;
      const attributes = attributesOf({ requestURI: recordedRequestURI, verb, user });
      expect(attributes).toEqual({ ...expected, verb, user: "alice", groups: user.groups });
    },
  );

  test("names that the body filled into objectRef at a create are not taken", () => {
    const objectRef = { resource: "pods", namespace: "team-a", name: "from-body", apiVersion: "v1" };
    const event = { requestURI: "/api/v1/namespaces/team-a/pods", verb: "create", user, objectRef };
    expect(attributesOf(event)).toMatchObject({ resource: "pods", name: "" });
  });

  test("doubled slashes shift what kube-apiserver understood, and the path shows what was tried", () => {
    // Recorded with objectRef {"name":"namespaces","apiVersion":"v1","subresource":"team-a"} and code 404.
    const event = { requestURI: "//api/v1//namespaces/team-a/secrets", verb: "get", user };
    expect(attributesOf(event)).toMatchObject({
      resource: "",
      name: "namespaces",
      subresource: "team-a",
      namespace: "",
      path: "//api/v1//namespaces/team-a/secrets",
    });
  });

  test.each([
    ["an encoded slash", "/api/v1/namespaces/team-a/secrets/..%2f..%2fetc", { name: "..", subresource: ".." }],
    ["an encoded resource", "/api/v1/namespaces/team-a/%73ecrets/db", { resource: "secrets", name: "db" }],
    ["another case is another resource", "/api/v1/namespaces/team-a/Secrets/db", { resource: "Secrets" }],
    ["a subresource in another case", "/api/v1/namespaces/team-a/pods/web/EXEC", { subresource: "EXEC" }],
    ["a NUL", "/api/v1/namespaces/team-a/secrets/%00nul", { name: "\0nul" }],
    ["bytes that are not UTF-8", "/api/v1/namespaces/team-a/secrets/%ff%e9%9b%41", { name: "\ufffd\ufffd\ufffdA" }],
    ["a character in escapes", "/api/v1/namespaces/team-a/secrets/%E9%9B%AA", { name: "雪" }],
  ])("%s", (_what, requestURI, expected) => {
    expect(attributesOf({ requestURI, verb: "get", user })).toMatchObject({ namespace: "team-a", ...expected });
  });

  test("HEAD is recorded as get or list, and is one", () => {
    expect(requestInfo("HEAD", "/api/v1/secrets").verb).toBe("list");
    expect(attributesOf({ requestURI: "/api/v1/secrets", verb: "list", user })).toMatchObject({ resource: "secrets" });
  });

  describe("when the URI cannot tell", () => {
    const objectRef = { resource: "pods", namespace: "team-a", name: "web", apiVersion: "v1" };

    test.each(["", "not-a-path", "/api/v1/pods/%zz", "/k8s/clusters/c-1/api/v1/pods", "/api/v1/watch"])(
      "%o: objectRef is asked",
      (requestURI) => {
        expect(attributesOf({ requestURI, verb: "get", user, objectRef })).toMatchObject({
          ...objectRef,
          apiGroup: "",
          subresource: "",
          isResourceRequest: true,
        });
        expect(attributesOf({ requestURI, verb: "create", user, objectRef }).name).toBe("");
        const exec = { ...objectRef, subresource: "exec" };
        expect(attributesOf({ requestURI, verb: "create", user, objectRef: exec }).name).toBe("web");
      },
    );

    test("a path without objectRef is a non-resource request", () => {
      expect(attributesOf({ requestURI: "/healthz?verbose", verb: "get", user })).toEqual({
        user: "alice",
        groups: user.groups,
        verb: "get",
        apiGroup: "",
        apiVersion: "",
        resource: "",
        subresource: "",
        namespace: "",
        name: "",
        path: "/healthz",
        isResourceRequest: false,
      });
      expect(attributesOf({ requestURI: "%zz?a=b", verb: "get", user, objectRef: null })).toMatchObject({
        path: "%zz",
        isResourceRequest: false,
      });
    });
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (uri, verb) => {
        expect(attributesOf({ requestURI: uri, verb, user }).verb).toBe(verb);
        expect(attributesOf({ requestURI: `/api/v1/${uri}`, verb, user }).verb).toBe(verb);
      }),
    );
  });

  test("agrees with objectRef for every recorded event, but for names filled in from the body at a create", () => {
    const events = recorded.map((line) => parseEvent(JSON.parse(line)));
    expect(disagreements(events)).toEqual({ "name at create": 8 });
  });

  test.skipIf(!existsSync(logs))("agrees with objectRef in all recorded logs", { timeout: 60_000 }, () => {
    const events = [...recordedEvents()];
    expect(events.length).toBe(18_641);
    expect(disagreements(events)).toEqual({ "name at create": 2_811 });
  });
});

const compared = ["resource", "subresource", "namespace", "name", "apiGroup", "apiVersion"] as const;

function disagreements(events: readonly AuditEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const attributes = attributesOf(event);
    const found: string[] = [];
    if (attributes.isResourceRequest !== Object.hasOwn(event, "objectRef")) found.push("kind");
    for (const field of compared) {
      if ((event.objectRef?.[field] ?? "") === attributes[field]) continue;
      const filledIn = event.verb === "create" && attributes[field] === "";
      found.push(filledIn ? `${field} at create` : `${field}: ${event.requestURI}`);
    }
    for (const what of found) counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

function* recordedEvents(): Generator<AuditEvent> {
  for (const folder of readdirSync(logs, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const files = readdirSync(new URL(`${folder.name}/`, logs), { recursive: true }) as string[];
    for (const name of files) {
      const url = new URL(`${folder.name}/${name}`, logs);
      if (/body-\d+\.json$/.test(name)) {
        yield* (JSON.parse(readFileSync(url, "utf8")) as { items: AuditEvent[] }).items;
      } else if (/\.log(?:\.gz|\.1|\.txt)?$/.test(name)) {
        const bytes = name.endsWith(".gz") ? gunzipSync(readFileSync(url)) : readFileSync(url);
        for (const line of bytes.toString("utf8").split("\n")) {
          const event = jsonOf(line);
          if (event !== undefined) yield event;
        }
      }
    }
  }
}

/** The logs hold legacy text, and one event that was torn when the disk was full. */
function jsonOf(line: string): AuditEvent | undefined {
  if (!line.startsWith('{"kind":"Event"')) return undefined;
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}
