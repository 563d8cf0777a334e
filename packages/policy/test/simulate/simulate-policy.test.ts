import { readFileSync } from "node:fs";

import type { AuditEvent } from "@kaudit/schema";
import {
  anyAuditEvents,
  auditEvent,
  execOverSpdy,
  forbidden,
  impersonatedSecretGet,
  instant,
  podDelete,
  secretGet,
  secretList,
  unauthorized,
} from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { loadPolicy, simulatePolicy } from "../../src/index.js";
import type { PolicyInput, PolicySimulation, Volume } from "../../src/index.js";

const everything: PolicyInput = { rules: [{ level: "Metadata" }] };

function lineBytes(event: unknown): number {
  const text = JSON.stringify(event).replaceAll(/[<>&]/g, "\\u0000");
  return Buffer.byteLength(text) + 1;
}

function volumeOf(parts: readonly Volume[]): Volume {
  const keys = ["recordedLines", "recordedBytes", "keptLines", "keptBytes"] as const;
  return Object.fromEntries(
    keys.map((key) => [key, parts.reduce((sum, part) => sum + part[key], 0)]),
  ) as unknown as Volume;
}

async function* many(count: number): AsyncGenerator<AuditEvent> {
  const body = { data: "x".repeat(2000) };
  for (let index = 0; index < count; index++) {
    yield auditEvent({
      level: "RequestResponse",
      responseObject: body,
      auditID: String(index),
      user: { username: `u${index}` },
    });
  }
}

async function* broken(): AsyncGenerator<AuditEvent> {
  yield auditEvent();
  throw new Error("disk gone");
}

describe("simulatePolicy", () => {
  test("drops, omits, lowers, keeps and raises, and the parts add up to the whole", async () => {
    const events = [
      auditEvent({ verb: "get", level: "Metadata" }),
      auditEvent({ verb: "watch", level: "Metadata" }),
      auditEvent({ verb: "list", level: "RequestResponse", responseObject: { items: ["<&>", "é"] } }),
      auditEvent({ verb: "patch", level: "Metadata" }),
      auditEvent({ verb: "get", level: "Metadata", stage: "RequestReceived" }),
    ];
    const { outcomes, total, byRule } = await simulatePolicy(events, {
      omitStages: ["RequestReceived"],
      rules: [{ level: "None", verbs: ["watch"] }, { level: "Request", verbs: ["patch"] }, { level: "Metadata" }],
    });
    expect(outcomes).toEqual({ dropped: 1, stage: 1, lowered: 1, kept: 1, raised: 1 });
    const { responseObject: _body, ...lowered } = events[2]!;
    expect(total).toEqual({
      recordedLines: 5,
      recordedBytes: events.reduce((sum, event) => sum + lineBytes(event), 0),
      keptLines: 3,
      keptBytes: lineBytes(events[0]) + lineBytes(lowered) + lineBytes(events[3]),
    });
    expect(Object.fromEntries(byRule.map(({ ruleIndex, recordedLines }) => [ruleIndex, recordedLines]))).toEqual({
      0: 1,
      1: 1,
      2: 3,
    });
  });

  test("takes bodies, webhook patches and managedFields out as the candidate would", async () => {
    const metadata = { name: "a", managedFields: [{ manager: "kubectl", fieldsV1: { "f:spec": {} } }] };
    const annotations = { "patch.webhook.admission.k8s.io/round_0_index_0": '{"patch":[]}', kept: "yes" };
    const event = auditEvent({
      level: "RequestResponse",
      annotations,
      requestObject: { kind: "Pod", metadata, spec: {} },
      responseObject: { kind: "PodList", items: [{ metadata, spec: {} }, { metadata: { name: "b" } }] },
    });
    const kept = async (rule: PolicyInput["rules"]): Promise<number> =>
      (await simulatePolicy([event], { rules: rule ?? [] })).total.keptBytes;
    const { responseObject: _response, ...atRequest } = event;
    const { requestObject: _request, ...atMetadata } = atRequest;
    expect(await kept([{ level: "RequestResponse" }])).toBe(lineBytes(event));
    expect(await kept([{ level: "Request" }])).toBe(lineBytes(atRequest));
    expect(await kept([{ level: "Metadata" }])).toBe(lineBytes({ ...atMetadata, annotations: { kept: "yes" } }));
    const slim = {
      ...event,
      requestObject: { kind: "Pod", metadata: { name: "a" }, spec: {} },
      responseObject: { kind: "PodList", items: [{ metadata: { name: "a" }, spec: {} }, { metadata: { name: "b" } }] },
    };
    expect(await kept([{ level: "RequestResponse", omitManagedFields: true }])).toBe(lineBytes(slim));
  });

  test("names the evidence that would be lost, with its count and a request", async () => {
    const events = [
      ...secretGet({ n: 1 }),
      ...secretList({ n: 2 }),
      ...execOverSpdy({ n: 3 }),
      ...podDelete({ n: 4 }),
      ...unauthorized({ n: 5 }),
      ...forbidden({ n: 6 }),
      ...impersonatedSecretGet({ n: 7 }),
    ];
    const none = await simulatePolicy(events, { rules: [{ level: "None" }] });
    const count = (wanted: (event: AuditEvent) => boolean): number => events.filter(wanted).length;
    expect(Object.fromEntries(none.lostEvidence.map(({ request, events: lost }) => [request, lost]))).toMatchObject({
      "secrets/read": count(
        (event) =>
          event.objectRef?.resource === "secrets" &&
          ["get", "list"].includes(event.verb) &&
          event.user.username !== undefined,
      ),
      "sessions/exec": count((event) => event.objectRef?.subresource === "exec"),
      "workloads/pods": count((event) => event.verb === "delete"),
      "deletions/any": count((event) => event.verb === "delete"),
      "authentication/failed": count((event) => event.responseStatus?.code === 401),
      "authorization/denied": count((event) => event.responseStatus?.code === 403),
      "impersonation/any": count((event) => event.impersonatedUser !== undefined),
    });
    expect((await simulatePolicy(events, everything)).lostEvidence).toEqual([]);
    const stages = await simulatePolicy(events, { omitStages: ["ResponseStarted"], rules: [{ level: "Metadata" }] });
    expect(stages.lostEvidence.map(({ request }) => request)).toEqual(["authentication/failed"]);
    const exec = await simulatePolicy(events, {
      rules: [{ level: "None", resources: [{ resources: ["pods/exec"] }] }, { level: "Metadata" }],
    });
    expect(
      exec.lostEvidence.map(({ request, example }) => [
        request,
        example.attributes.subresource,
        example.decision.ruleIndex,
      ]),
    ).toEqual([["sessions/exec", "exec", 0]]);
  });

  test("holds a bounded number of keys, and nothing of their volume is missing", async () => {
    const count = 30_000;
    function* flood(): Generator<AuditEvent> {
      for (let index = 0; index < count; index++) {
        yield auditEvent({ user: { username: index % 3 === 0 ? "busy" : `user-${index}`, groups: [] } });
      }
    }
    const { byUser, total } = await simulatePolicy(flood(), everything, { maxKeys: 100, topKeys: 5 });
    expect(byUser.capped).toBe(true);
    expect(byUser.top).toHaveLength(5);
    expect(byUser.top[0]).toMatchObject({ key: "busy", recordedLines: count / 3 });
    expect(volumeOf([...byUser.top, byUser.others])).toEqual(total);
    expect(total.recordedLines).toBe(count);
  });

  test("takes no more memory for a long log than for a short one", async () => {
    const before = process.memoryUsage().heapUsed;
    await simulatePolicy(many(60_000), everything);
    // All events together are more than 150 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  });

  test("computes cost from the price of a gigabyte, and the period from the events", async () => {
    const events = [
      auditEvent({ requestReceivedTimestamp: instant(60) }),
      auditEvent({ requestReceivedTimestamp: instant(5) }),
    ];
    const { cost, period } = await simulatePolicy(events, { rules: [] }, { sizeOf: () => 5e8, pricePerGigabyte: 0.5 });
    expect(cost).toEqual({ recorded: 0.5, kept: 0 });
    expect(period).toEqual({ from: instant(5), to: instant(60) });
    expect(await simulatePolicy([], everything)).toMatchObject({
      cost: null,
      period: null,
      total: { recordedLines: 0 },
    });
  });

  test("fails with what the source of the events throws", async () => {
    await expect(simulatePolicy(broken(), everything)).rejects.toThrow("disk gone");
  });

  test("adds up for any events, hostile ones included", async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditEvents(), async (events) => {
        const result: PolicySimulation = await simulatePolicy(events, {
          rules: [{ level: "None", verbs: ["get"] }, { level: "Metadata" }],
        });
        const { total, outcomes } = result;
        expect(Object.values(outcomes).reduce((sum, part) => sum + part, 0)).toBe(events.length);
        for (const tally of [result.byVerb, result.byResource, result.byUser]) {
          expect(volumeOf([...tally.top, tally.others])).toEqual(total);
        }
        expect(total.keptBytes).toBeLessThanOrEqual(total.recordedBytes);
      }),
      { numRuns: 100 },
    );
  });

  test("keeps every event of a real log under the policy that wrote it, and loses sessions under one without them", async () => {
    const folder = new URL("../../../../examples/recommended-policy/", import.meta.url);
    const lines = readFileSync(new URL("audit.log", folder), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const events = lines.map((line) => JSON.parse(line) as AuditEvent);
    const { policy } = loadPolicy(readFileSync(new URL("policy.yaml", folder)));
    const same = await simulatePolicy(events, policy);
    expect(same.outcomes).toEqual({ dropped: 0, stage: 0, lowered: 0, raised: 0, kept: events.length });
    expect(same.lostEvidence).toEqual([]);
    expect(same.total.keptBytes).toBe(same.total.recordedBytes);
    const metadata = await simulatePolicy(events, everything);
    expect(metadata.total.keptBytes).toBeLessThan(same.total.keptBytes);
    expect(metadata.outcomes.lowered).toBe(events.filter(({ level }) => level === "RequestResponse").length);
  });
});
