import { describe, expect, test } from "vitest";
import {
  isAuditEvent,
  isEventLike,
  isKauditError,
  parseEvent,
  parseEventList,
  safeParseEvent,
  safeParseEventList,
} from "../src/index.js";

const event = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Request",
  auditID: "id",
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/default/pods",
  verb: "create",
  user: { username: "alice" },
  requestReceivedTimestamp: "2026-10-14T09:00:00.000000Z",
  stageTimestamp: "2026-10-14T09:00:00.000001Z",
};
const { kind: _kind, apiVersion: _apiVersion, ...item } = event;

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe("parseEvent", () => {
  test("gives the value itself, not a copy", () => {
    expect(parseEvent(event)).toBe(event);
  });

  test("an item of a list needs neither kind nor apiVersion", () => {
    expect(parseEvent(item)).toBe(item);
  });

  test.each([["a string"], [7], [true], [null], [[{ op: "add" }]], [{ a: 1 }]])("%o can be a request body", (body) => {
    expect(parseEvent({ ...event, requestObject: body, responseObject: body })).toMatchObject({ requestObject: body });
  });

  test("unknown fields stay, __proto__ too, and no prototype changes", () => {
    const text = JSON.stringify(event).replace("{", '{"__proto__":{"polluted":1},"shippedBy":"agent",');
    const parsed = parseEvent(JSON.parse(text));
    expect(Object.hasOwn(parsed, "__proto__")).toBe(true);
    expect(parsed["shippedBy"]).toBe("agent");
    expect(parsed["polluted"]).toBeUndefined();
    const copied = parseEvent(JSON.parse(text.replace("00000Z", "0Z")));
    expect(Object.hasOwn(copied, "__proto__")).toBe(true);
    expect(copied["polluted"]).toBeUndefined();
    expect("polluted" in {}).toBe(false);
  });

  test("times of another precision or zone become comparable as text", () => {
    const parsed = parseEvent({
      ...event,
      requestReceivedTimestamp: "2026-10-14T11:00:00+02:00",
      stageTimestamp: "2026-10-14T09:00:00.123456789Z",
    });
    expect(parsed.requestReceivedTimestamp).toBe("2026-10-14T09:00:00.000000Z");
    expect(parsed.stageTimestamp).toBe("2026-10-14T09:00:00.123456Z");
    expect(parsed.user).toBe(event.user);
  });

  test("refuses what is no event with a code, the problems by path, and no value", () => {
    const error = errorOf(() => parseEvent({ ...event, auditID: 5, user: [], userAgent: { canary: 1 } }));
    expect(isKauditError(error, "KAUDIT_SCHEMA_EVENT_INVALID")).toBe(true);
    expect(error).toMatchObject({
      name: "SchemaError",
      message:
        "audit event: auditID: expected a string, got a number; user: expected an object, got an array; " +
        "userAgent: expected a string, got an object",
      details: { problems: [{ path: "auditID" }, { path: "user" }, { path: "userAgent" }] },
    });
    expect(JSON.stringify(error)).not.toContain("canary");
  });

  test("a long list of problems is cut in the message and whole in the details", () => {
    const error = errorOf(() => parseEvent({}));
    expect((error as Error).message).toMatch(/; and 3 more$/);
    expect(error).toMatchObject({ details: { problems: { length: 8 } } });
  });
});

describe("safeParseEvent", () => {
  test("tells the version that an event was upgraded from", () => {
    const old = {
      ...event,
      apiVersion: "audit.k8s.io/v1beta1",
      metadata: { creationTimestamp: null },
      timestamp: null,
    };
    expect(safeParseEvent(old)).toEqual({ success: true, event, upgradedFrom: "audit.k8s.io/v1beta1" });
  });

  test("the version of the list counts for an item", () => {
    const old = { ...item, objectRef: { apiVersion: "apps/v1" } };
    expect(safeParseEvent(old, { listVersion: "audit.k8s.io/v1alpha1" })).toEqual({
      success: true,
      event: { ...item, objectRef: { apiGroup: "apps", apiVersion: "v1" } },
      upgradedFrom: "audit.k8s.io/v1alpha1",
    });
    expect(safeParseEvent(old, { listVersion: "audit.k8s.io/v1" })).toEqual({ success: true, event: old });
  });

  test("gives problems instead of throwing", () => {
    expect(safeParseEvent({ ...event, verb: 1 })).toEqual({
      success: false,
      problems: [{ path: "verb", expected: "a string", found: "a number" }],
    });
  });
});

describe("parseEventList", () => {
  test("gives the value itself when nothing has to change", () => {
    const list = { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: [item] };
    expect(parseEventList(list)).toBe(list);
    expect(parseEventList({ items: null })).toEqual({ items: null });
  });

  test("brings the times of its items into one form", () => {
    const list = { items: [item, { ...item, stageTimestamp: "2026-10-14T09:00:01Z" }] };
    expect(parseEventList(list).items?.map((each) => each.stageTimestamp)).toEqual([
      item.stageTimestamp,
      "2026-10-14T09:00:01.000000Z",
    ]);
  });

  test("names the item and the field that is wrong", () => {
    const error = errorOf(() => parseEventList({ items: [item, { ...item, auditID: null }] }));
    expect(isKauditError(error, "KAUDIT_SCHEMA_EVENT_LIST_INVALID")).toBe(true);
    expect((error as Error).message).toBe("audit event list: items[1].auditID: expected a string, got null");
  });

  test("upgrades an old list whole", () => {
    const list = { kind: "EventList", apiVersion: "audit.k8s.io/v1beta1", items: [{ ...item, timestamp: null }] };
    expect(safeParseEventList(list)).toEqual({
      success: true,
      list: { kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [item] },
      upgradedFrom: "audit.k8s.io/v1beta1",
    });
  });
});

describe("isAuditEvent", () => {
  test("holds for an event and for nothing else", () => {
    expect(isAuditEvent(event)).toBe(true);
    expect(isAuditEvent({ ...event, verb: undefined })).toBe(false);
    expect(isAuditEvent({ kind: "Event", apiVersion: "v1" })).toBe(false);
    expect(isAuditEvent(null)).toBe(false);
  });
});

describe("isEventLike", () => {
  test.each([
    ["an item of a list", { auditID: "a", stage: "Panic" }, true],
    ["fields of a wrong type, which are to be reported", { auditID: 5, verb: [] }, true],
    ["an event of the core API", { kind: "Event", apiVersion: "v1", reason: "Pulled" }, false],
    ["an EventList", { kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [] }, false],
    ["an auditID alone", { auditID: "a" }, false],
    ["inherited fields", Object.create({ auditID: "a", stage: "Panic" }) as unknown, false],
    ["text", "auditID stage", false],
    ["null", null, false],
  ])("%s: kind is not asked", (_what, value, expected) => {
    expect(isEventLike(value)).toBe(expected);
  });
});
