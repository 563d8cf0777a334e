import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeParseEvent, upgradeEvent } from "../src/index.js";

/** As kube-apiserver 1.11 wrote it: no stageTimestamp in v1alpha1, times to the second. */
const alpha = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1alpha1",
  metadata: { creationTimestamp: "2017-09-05T10:04:56Z" },
  level: "Metadata",
  timestamp: "2017-09-05T10:04:55Z",
  auditID: "a",
  stage: "ResponseComplete",
  requestURI: "/apis/apps/v1/namespaces/default/deployments/web",
  verb: "get",
  user: { username: "alice" },
  objectRef: { resource: "deployments", namespace: "default", name: "web", apiVersion: "apps/v1" },
};
const beta = {
  ...alpha,
  apiVersion: "audit.k8s.io/v1beta1",
  objectRef: { resource: "deployments", namespace: "default", name: "web", apiGroup: "apps", apiVersion: "v1" },
};
const upgraded = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Metadata",
  auditID: "a",
  stage: "ResponseComplete",
  requestURI: "/apis/apps/v1/namespaces/default/deployments/web",
  verb: "get",
  user: { username: "alice" },
  objectRef: { resource: "deployments", namespace: "default", name: "web", apiGroup: "apps", apiVersion: "v1" },
  requestReceivedTimestamp: "2017-09-05T10:04:55.000000Z",
  stageTimestamp: "2017-09-05T10:04:56.000000Z",
};

describe("upgradeEvent", () => {
  test.each([alpha, beta])("an event of $apiVersion becomes one of v1, which is told", (old) => {
    const before = structuredClone(old);
    expect(upgradeEvent(old)).toStrictEqual({ value: upgraded, upgradedFrom: old.apiVersion });
    expect(old).toEqual(before);
    expect(safeParseEvent(old)).toEqual({ success: true, event: upgraded, upgradedFrom: old.apiVersion });
  });

  test("its own timestamps are preferred to the older fields", () => {
    const own = {
      requestReceivedTimestamp: "2017-09-05T10:04:55.111111Z",
      stageTimestamp: "2017-09-05T10:04:56.222222Z",
    };
    expect(upgradeEvent({ ...beta, ...own }).value).toEqual({ ...upgraded, ...own });
  });

  test.each([
    ["null", null],
    ["Go's zero time", "0001-01-01T00:00:00Z"],
    ["missing", undefined],
  ])("a timestamp that is %s is taken from the older field", (_what, time) => {
    const { value } = upgradeEvent({ ...beta, requestReceivedTimestamp: time, stageTimestamp: time });
    expect(value).toEqual(upgraded);
  });

  test("without the older fields the times are null", () => {
    const { metadata: _metadata, timestamp: _timestamp, ...bare } = beta;
    expect(upgradeEvent(bare).value).toEqual({ ...upgraded, requestReceivedTimestamp: null, stageTimestamp: null });
    expect(upgradeEvent({ ...beta, metadata: { creationTimestamp: null } }).value).toMatchObject({
      stageTimestamp: null,
    });
  });

  test.each([
    ["v1", { apiVersion: "v1" }],
    ["rbac.authorization.k8s.io/v1", { apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" }],
    ["a/b/v1", { apiGroup: "a/b", apiVersion: "v1" }],
  ])("objectRef.apiVersion %s of v1alpha1 is split at the last slash", (apiVersion, expected) => {
    const { value } = upgradeEvent({ ...alpha, objectRef: { resource: "x", apiVersion } });
    expect(value).toHaveProperty("objectRef", { resource: "x", ...expected });
  });

  test("objectRef.apiVersion of v1beta1 is not split", () => {
    const { value } = upgradeEvent({ ...beta, objectRef: { apiVersion: "apps/v1" } });
    expect(value).toHaveProperty("objectRef", { apiVersion: "apps/v1" });
  });

  test("the items of a list have the version of the list", () => {
    const { kind: _kind, apiVersion: _apiVersion, ...item } = alpha;
    const { kind: _k, apiVersion: _v, ...upgradedItem } = upgraded;
    const list = { kind: "EventList", apiVersion: alpha.apiVersion, metadata: {}, items: [item, alpha, null] };
    expect(upgradeEvent(list)).toEqual({
      value: { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: [upgradedItem, upgraded, null] },
      upgradedFrom: "audit.k8s.io/v1alpha1",
    });
    expect(upgradeEvent(item, alpha.apiVersion)).toEqual({
      value: upgradedItem,
      upgradedFrom: "audit.k8s.io/v1alpha1",
    });
    expect(upgradeEvent({ ...list, items: null }).value).toMatchObject({ items: null });
  });

  test("an event's own apiVersion is stronger than the list's", () => {
    expect(upgradeEvent(upgraded, "audit.k8s.io/v1alpha1")).toEqual({ value: upgraded });
  });

  test("an unknown field and what is malformed stay, for the check to name", () => {
    const odd = { ...alpha, objectRef: 5, timestamp: 7, metadata: [], note: "kept", stageTimestamp: {} };
    expect(upgradeEvent(odd).value).toMatchObject({
      objectRef: 5,
      requestReceivedTimestamp: 7,
      note: "kept",
      stageTimestamp: {},
    });
    expect(safeParseEvent(odd)).toMatchObject({
      success: false,
      problems: [{ path: "objectRef" }, { path: "requestReceivedTimestamp" }, { path: "stageTimestamp" }],
    });
  });

  test("everything else is given back as the same object, and nothing throws", () => {
    for (const value of [upgraded, { apiVersion: "audit.k8s.io/v2" }, null, 5, "x", [], {}]) {
      expect(upgradeEvent(value)).toEqual({ value });
      expect(upgradeEvent(value).value).toBe(value);
    }
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(alpha), "items"), fc.jsonValue()), (fields) => {
        const { upgradedFrom } = upgradeEvent({ ...fields, apiVersion: "audit.k8s.io/v1alpha1" });
        expect(upgradedFrom).toBe("audit.k8s.io/v1alpha1");
      }),
    );
  });
});
