import { AuditEvent } from "@kaudit/schema";
import {
  auditEvent,
  auditID,
  eventList,
  execOverSpdy,
  execOverWebSocket,
  forbidden,
  impersonatedSecretGet,
  instant,
  podDelete,
  roleBindingCreate,
  secretGet,
  secretList,
  unauthorized,
} from "@kaudit/testkit";
import { describe, expect, test } from "vitest";

const builders = {
  secretGet,
  secretList,
  execOverWebSocket,
  execOverSpdy,
  unauthorized,
  forbidden,
  roleBindingCreate,
  podDelete,
  impersonatedSecretGet,
};

describe("instant", () => {
  test.each([
    [0, "2026-10-14T09:00:00.000000Z"],
    [0.000001, "2026-10-14T09:00:00.000001Z"],
    [-0.000001, "2026-10-14T08:59:59.999999Z"],
    [86_400, "2026-10-15T09:00:00.000000Z"],
  ])("%d seconds are %s", (seconds, expected) => {
    expect(instant(seconds)).toBe(expected);
  });
});

describe("builders of requests", () => {
  test.each(Object.entries(builders))(
    "%s gives valid events with one audit id, in the order of stages",
    (_name, build) => {
      const events = build({ n: 7 });
      const order = ["RequestReceived", "ResponseStarted", "ResponseComplete"];
      const stages = events.map((event) => event.stage);
      expect(stages).toEqual(stages.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
      for (const event of events) {
        expect(AuditEvent.safeParse(event).success).toBe(true);
        expect(event.auditID).toBe(auditID(7));
        expect(event.requestReceivedTimestamp).toBe(instant(7));
      }
    },
  );

  test.each(Object.entries(builders))("%s knows no answer at RequestReceived", (_name, build) => {
    for (const event of build().filter((e) => e.stage === "RequestReceived")) {
      expect(event).not.toHaveProperty("responseStatus");
      expect(event).not.toHaveProperty("responseObject");
      expect(event).not.toHaveProperty("annotations");
    }
  });

  test("a session ends when its seconds are over and has no end while open", () => {
    expect(execOverWebSocket({ at: 10, seconds: 30 }).at(-1)).toMatchObject({
      verb: "get",
      stage: "ResponseComplete",
      stageTimestamp: instant(40),
    });
    expect(execOverSpdy({ open: true }).map((event) => [event.verb, event.stage])).toEqual([
      ["create", "RequestReceived"],
      ["create", "ResponseStarted"],
    ]);
  });

  test("a 401 exists at ResponseStarted only and names no user", () => {
    const [event, ...more] = unauthorized();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ stage: "ResponseStarted", user: {}, responseStatus: { code: 401 } });
  });
});

describe("eventList", () => {
  test("items carry neither kind nor apiVersion", () => {
    const list = eventList([auditEvent()]);
    expect(list).toMatchObject({ kind: "EventList", apiVersion: "audit.k8s.io/v1" });
    expect(list.items[0]).not.toHaveProperty("kind");
    expect(list.items[0]).not.toHaveProperty("apiVersion");
    expect(list.items[0]).toHaveProperty("auditID", auditID(1));
  });
});
