import { auditEvent, auditID, forbidden, instant, secretGet, unauthorized } from "@kaudit/testkit";
import type { AuditEvent, SourcedEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { eventColumns, eventRow } from "../src/index.js";

function sourced(event: AuditEvent, byteOffset = 1042): SourcedEvent {
  const contentSha256 = "a".repeat(64);
  return {
    event,
    provenance: {
      file: "audit.log",
      byteOffset,
      envelope: "json-lines",
      instance: "cp-1",
      instanceBasis: "directory",
      contentSha256,
    },
  };
}

const id = (event: AuditEvent, offset?: number): string => eventRow(sourced(event, offset), "c").rowId;

describe("eventRow", () => {
  test.each([
    ["curl Bearer CANARY025zQx7Kp", "curl Bearer [masked]"],
    ["app/1.0 (basic dXNlcjpodW50ZXIy)", "app/1.0 (basic [masked])"],
    ["Basic Authentication client", "Basic Authentication client"],
    ["bearer of news", "bearer of news"],
    ["kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1", "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1"],
  ])("the user agent %j is shown as %j", (userAgent, shown) => {
    const event = { ...(secretGet({ at: 3 })[1] as AuditEvent), userAgent };
    expect(eventRow(sourced(event), "c").userAgent).toBe(shown);
  });

  test("gives one stage as a flat row, with the columns in order", () => {
    const row = eventRow(sourced(secretGet({ at: 3 })[1] as AuditEvent), "prod-eu-1");
    expect(Object.keys(row)).toEqual([...eventColumns]);
    expect(row).toEqual({
      rowId: expect.stringMatching(/^event-[0-9a-f]{20}$/),
      time: instant(3),
      cluster: "prod-eu-1",
      apiserver: "cp-1",
      actor: "alice",
      actorKind: "human",
      impersonated: "",
      groups: ["developers", "system:authenticated"],
      sourceIP: "10.0.0.7",
      userAgent: "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1",
      verb: "get",
      apiGroup: "",
      resource: "secrets",
      subresource: "",
      namespace: "team-a",
      name: "db-cred",
      code: 200,
      outcome: "success",
      decision: "allow",
      reason: "",
      dryRun: "false",
      auditID: auditID(1),
      source: "audit.log:1042",
      stage: "ResponseComplete",
      stageTime: instant(3.003),
      level: "RequestResponse",
      requestURI: "/api/v1/namespaces/team-a/secrets/db-cred",
    });
  });

  test("the stages of a request have rows of their own, and the same event has the same id everywhere", () => {
    const [received, complete] = secretGet() as [AuditEvent, AuditEvent];
    expect(id(received)).not.toBe(id(complete));
    expect(id(complete, 7)).toBe(id(complete, 99));
  });

  test("holds no bodies, no message and no unmasked parameter", () => {
    const event = auditEvent({
      requestURI: "/api/v1/namespaces/a/services/b/proxy/login?token=S3cret&user=bob",
      requestObject: { data: "S3cret" },
      responseObject: { data: "S3cret" },
      responseStatus: { metadata: {}, message: "S3cret", reason: "Saw S3cret", code: 403 },
    });
    const row = eventRow(sourced(event), "c");
    expect(JSON.stringify(row)).not.toContain("S3cret");
    expect(row.requestURI).toBe("/api/v1/namespaces/a/services/b/proxy/login?token=[masked]&user=bob");
  });

  test("events without user, times, objectRef or answer have empty fields", () => {
    const {
      objectRef: _o,
      responseStatus: _r,
      userAgent: _u,
      ...bare
    } = auditEvent({
      user: {},
      sourceIPs: null,
      annotations: null,
      requestReceivedTimestamp: null,
      stageTimestamp: null,
      requestURI: "/healthz",
    });
    expect(eventRow(sourced(bare), "c")).toMatchObject({
      time: "",
      stageTime: "",
      actor: "",
      actorKind: "unauthenticated",
      sourceIP: "",
      userAgent: "",
      resource: "",
      code: null,
      outcome: "unknown",
      decision: "",
    });
  });

  test("times that are no instants stay as they were written, cut", () => {
    const row = eventRow(sourced(auditEvent({ requestReceivedTimestamp: "yesterday" })), "c");
    expect(row.time).toBe("yesterday");
  });

  test.each([
    ["refused", forbidden()[1], { code: 403, outcome: "denied", decision: "forbid", reason: "Forbidden" }],
    ["unauthenticated", unauthorized()[0], { code: 401, outcome: "denied", stage: "ResponseStarted", resource: "" }],
  ])("a request that was %s", (_name, event, fields) => {
    expect(eventRow(sourced(event as AuditEvent), "c")).toMatchObject(fields);
  });
});
