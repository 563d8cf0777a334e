import { auditEvent, auditID, eventList } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { checkBatch } from "../../src/receive/checked-batch.js";
import { ReceiveRefusal } from "../../src/receive/receive-refusal.js";

const events = [auditEvent(), auditEvent({ auditID: auditID(2) })];

function check(value: unknown): { line: string; events: number; rejected: number } {
  const batch = checkBatch(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
  return { ...batch, line: batch.line.toString() };
}

function refusalOf(body: string | Buffer): { status: number; message: string; retryAfter: number | null } {
  try {
    checkBatch(Buffer.from(body));
  } catch (error) {
    if (error instanceof ReceiveRefusal) {
      return { status: error.status, message: error.message, retryAfter: error.retryAfter };
    }
    throw error;
  }
  throw new Error("it was taken");
}

describe("the body of a webhook request", () => {
  test.each([
    ["an EventList as kube-apiserver sends it", `${JSON.stringify(eventList(events))}\n`, 2, 0],
    ["an empty list", JSON.stringify(eventList([])), 0, 0],
    ["one event", JSON.stringify(events[0]), 1, 0],
    ["a list without its kind", JSON.stringify({ items: events }), 2, 0],
    ["a list over several lines", JSON.stringify(eventList(events), null, 2), 2, 0],
    [
      "a list with something else in it",
      JSON.stringify({ ...eventList(events), items: [...events, { kind: "Pod" }, 5, null] }),
      2,
      3,
    ],
  ])("%s is taken", (_name, body, good, rejected) => {
    const batch = check(body);
    expect(batch).toMatchObject({ events: good, rejected });
    expect(batch.line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(batch.line)).toEqual(JSON.parse(body));
  });

  test("a list of audit.k8s.io/v1beta1 is taken", () => {
    const { kind, apiVersion, stageTimestamp, requestReceivedTimestamp, ...rest } = auditEvent();
    const old = { ...rest, metadata: { creationTimestamp: stageTimestamp }, timestamp: requestReceivedTimestamp };
    expect([kind, apiVersion]).toEqual(["Event", "audit.k8s.io/v1"]);
    expect(check({ kind: "EventList", apiVersion: "audit.k8s.io/v1beta1", items: [old] })).toMatchObject({ events: 1 });
  });

  test.each([
    ["nothing", ""],
    ["half a list", JSON.stringify(eventList(events)).slice(0, -3)],
    ["two lists", `${JSON.stringify(eventList(events))}${JSON.stringify(eventList(events))}`],
    ["a byte order mark", `\uFEFF${JSON.stringify(eventList(events))}`],
    ["a text", '"EventList"'],
    ["null", "null"],
    ["an array", JSON.stringify(events)],
    ["another kind", JSON.stringify({ kind: "PodList", items: events })],
    ["a kind that is a number (FAL-01-003)", JSON.stringify({ kind: 5, items: events })],
    ["items that are an object", JSON.stringify({ kind: "EventList", items: {} })],
    ["items of which none is an event", JSON.stringify({ kind: "EventList", items: [1, "x", { user: [] }] })],
    ["a hundred thousand brackets", "[".repeat(100_000)],
  ])("%s is refused for good, and the answer holds nothing of it", (_name, body) => {
    const { status, message, retryAfter } = refusalOf(body);
    expect(status).toBe(400);
    expect(retryAfter).toBeNull();
    expect(message).toMatch(
      /^(the body is (not JSON \(\d+ bytes\)|no EventList of audit\.k8s\.io)|none of the \d+ items is an audit event)$/,
    );
  });

  test("abuse case 27: any JSON type in any field of an item is taken or rejected, and nothing breaks", () => {
    for (const wrong of [null, true, 5, "x", [], {}, [{}], { a: [1] }]) {
      for (const field of Object.keys(auditEvent())) {
        const { events: good, rejected } = check({
          ...eventList(events),
          items: [events[0], { ...events[1], [field]: wrong }],
        });
        expect(good + rejected, `${field}: ${JSON.stringify(wrong)}`).toBe(2);
        expect(good).toBeGreaterThan(0);
      }
    }
  });
});
