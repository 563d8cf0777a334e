import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, test } from "vitest";
import { AuditEvent, EventList, Level, Stage } from "../src/index.js";
import type { ObjectReference, UserInfo } from "../src/index.js";

const recorded = readFileSync(new URL("fixtures/recorded-events.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

describe("AuditEvent", () => {
  test("accepts every recorded event and keeps all of its fields", () => {
    for (const line of recorded) {
      const value = JSON.parse(line) as unknown;
      expect(AuditEvent.parse(value)).toEqual(value);
    }
  });

  test("keeps unknown fields at every level", () => {
    const value = {
      ...(JSON.parse(recorded[0]!) as AuditEvent),
      future: { a: [1] },
      user: { username: "alice", future: 1 },
      objectRef: { resource: "pods", future: [null] },
      responseStatus: { metadata: {}, future: "x" },
    };
    expect(AuditEvent.parse(value)).toEqual(value);
  });

  test("has no opinion on the words for level and stage", () => {
    const value = { ...(JSON.parse(recorded[0]!) as AuditEvent), level: "Weird", stage: "" };
    expect(AuditEvent.safeParse(value).success).toBe(true);
    expect(Level.safeParse("Weird").success).toBe(false);
    expect(Stage.safeParse("").success).toBe(false);
  });

  test("never parses into another prototype", () => {
    const text = recorded[0]!.replace("{", '{"__proto__":{"polluted":1},');
    const event = AuditEvent.parse(JSON.parse(text));
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
    expect(event["polluted"]).toBeUndefined();
    expect("polluted" in {}).toBe(false);
  });

  test("has the types that readers rely on", () => {
    expectTypeOf<AuditEvent["auditID"]>().toEqualTypeOf<string>();
    expectTypeOf<AuditEvent["level"]>().toEqualTypeOf<string>();
    expectTypeOf<AuditEvent["requestObject"]>().toEqualTypeOf<unknown>();
    expectTypeOf<AuditEvent["requestReceivedTimestamp"]>().toEqualTypeOf<string | null>();
    expectTypeOf<AuditEvent["user"]>().toEqualTypeOf<UserInfo>();
    expectTypeOf<AuditEvent["objectRef"]>().toEqualTypeOf<ObjectReference | null | undefined>();
    expectTypeOf<AuditEvent["sourceIPs"]>().toEqualTypeOf<string[] | null | undefined>();
    expectTypeOf<AuditEvent["anythingElse"]>().toEqualTypeOf<unknown>();
    expectTypeOf<EventList["items"]>().toEqualTypeOf<AuditEvent[] | null | undefined>();
    expectTypeOf<Level>().toEqualTypeOf<"None" | "Metadata" | "Request" | "RequestResponse">();
    expectTypeOf<Stage>().toEqualTypeOf<"RequestReceived" | "ResponseStarted" | "ResponseComplete" | "Panic">();
  });
});

describe("EventList", () => {
  test("parses an empty list as Go writes it", () => {
    const list = { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items: null };
    expect(EventList.parse(list)).toEqual(list);
  });
});
