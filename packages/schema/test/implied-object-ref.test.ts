import { hostileText } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { impliedObjectRef } from "../src/index.js";

const secrets = { resource: "secrets", namespace: "team-a", apiVersion: "v1" };

describe("impliedObjectRef", () => {
  test.each([
    ["//api/v1//namespaces/team-a/secrets", secrets],
    ["/api/v1/namespaces//team-a/secrets?limit=1", secrets],
    ["/api/v1/./namespaces/team-a/x/../secrets", secrets],
    ["/api/v1/namespaces/team-a/%2573ecrets", secrets],
    ["/API/V1/Namespaces/team-a/Secrets", secrets],
    ["/api/v1/namespaces/team-a/SECRETS/db", { ...secrets, name: "db" }],
    ["/api/v1//nodes/n1/proxy/pods", { resource: "nodes", name: "n1", apiVersion: "v1", subresource: "proxy" }],
    [
      "/apis//rbac.authorization.k8s.io/v1/clusterroles",
      { resource: "clusterroles", apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" },
    ],
    ["/api/v1//watch/secrets", { resource: "secrets", apiVersion: "v1" }],
    // Go's server answers 400 and nothing is audited, but a log can hold it all the same.
    ["/api/v1/%zz//secrets", { resource: "%zz", name: "secrets", apiVersion: "v1" }],
  ])("%s", (uri, reference) => {
    expect(impliedObjectRef(uri)).toEqual(reference);
  });

  test.each([
    "/api/v1/namespaces/team-a/secrets",
    "/api/v1/namespaces/team-a/secrets/",
    "/api/v1/namespaces/team-a/pods/Web-0",
    "/api/v1/namespaces/team-a/services/https%3Aweb%3A443/proxy/",
    "/api/v1/namespaces/team-a/secrets?fieldSelector=metadata.name%3Ddb&watch=//",
    "/apis/apps/v1/namespaces/team-a/deployments/web/status",
    "//healthz",
    "/api//",
    "/api/v1//",
    "",
  ])("gives nothing for %s", (uri) => {
    expect(impliedObjectRef(uri)).toBeUndefined();
  });

  test("never throws, and gives a resource or nothing", () => {
    const part = fc.oneof(
      fc.constantFrom("/", "//", ".", "..", "api", "apis", "v1", "namespaces", "secrets", "%2f", "%", "?", "watch"),
      hostileText(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const reference = impliedObjectRef(parts.join(""));
        if (reference !== undefined) expect(reference.resource).not.toBe("");
      }),
      { numRuns: 1_000 },
    );
  });
});
