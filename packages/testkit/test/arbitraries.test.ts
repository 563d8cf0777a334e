import { AuditEvent } from "@kaudit/schema";
import { anyAuditEvent, anyAuditEvents, hostileText } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("anyAuditEvent", () => {
  test("every event is valid and survives being written and read", () => {
    fc.assert(
      fc.property(anyAuditEvent(), (event) => {
        expect(AuditEvent.safeParse(event).success).toBe(true);
        expect(JSON.parse(JSON.stringify(event))).toEqual(event);
        expect((event.stageTimestamp ?? "") >= (event.requestReceivedTimestamp ?? "")).toBe(true);
      }),
    );
  });
});

describe("anyAuditEvents", () => {
  test("one audit id stands now and then for different events", () => {
    const lists = fc.sample(anyAuditEvents(), { numRuns: 100, seed: 7 });
    const shared = lists.filter((events) => {
      const texts = new Map<string, string>();
      return events.some((event) => {
        const before = texts.get(event.auditID);
        texts.set(event.auditID, JSON.stringify(event));
        return before !== undefined && before !== JSON.stringify(event);
      });
    });
    expect(shared.length).toBeGreaterThan(10);
  });
});

describe("hostileText", () => {
  test("lone surrogates and controls turn up", () => {
    const texts = fc.sample(hostileText(), { numRuns: 1_000, seed: 7 });
    expect(texts.some((text) => /\p{Cs}/u.test(text))).toBe(true);
    expect(texts.some((text) => /\p{Cc}/u.test(text))).toBe(true);
  });
});
