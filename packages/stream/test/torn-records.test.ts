import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectBytes } from "./collect.js";

const forged = auditEvent({ auditID: "forged", user: { username: "nobody" } });
const next = JSON.stringify(auditEvent({ auditID: "next" }));

/** Bodies as a client may send them: audit events in them, as objects, in lists, and as text in strings. */
const hostileBody: fc.Arbitrary<unknown> = fc.letrec<{ body: unknown }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(forged, JSON.stringify(forged), `"}}${JSON.stringify(forged)}\n`, 1, null, "x"),
    fc.array(tie("body"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("kind", "items", "spec", '{"kind":"Event', "requestObject"), tie("body"), {
      maxKeys: 3,
    }),
  ),
})).body;

const victim = fc.tuple(hostileBody, hostileBody).map(([requestObject, responseObject]) =>
  auditEvent({
    auditID: "victim",
    level: "RequestResponse",
    userAgent: JSON.stringify(forged),
    requestObject,
    responseObject,
  }),
);
const follower = fc.constantFrom(
  `${next}\n`,
  next,
  `\n${next}\n`,
  `\0\0\0${next}\n`,
  "\n",
  "",
  "\0\0",
  "\0\0\n",
  `{"ki${next}\n`,
);

describe("readEvents on torn records", () => {
  test("never takes what a client sent for an event, wherever the record is torn and whatever follows", async () => {
    await fc.assert(
      fc.asyncProperty(victim, fc.nat(), follower, async (event, cut, after) => {
        const line = JSON.stringify(event);
        const torn = line.slice(0, cut % line.length);
        const { events, account } = await collectBytes(torn + after);
        for (const { event: found, provenance } of events) {
          if (found.auditID === "next" && provenance.truncated !== true) continue;
          // What is left of the torn event itself: fields that are whole, and nothing else.
          expect(provenance).toMatchObject({ truncated: true, byteOffset: 0 });
          for (const [field, value] of Object.entries(found)) {
            if (value === null && field.endsWith("Timestamp")) continue;
            expect({ [field]: value }).toEqual({ [field]: event[field as keyof typeof event] });
          }
        }
        expect(account.totals.events + account.totals.rejected).toBe(account.totals.records);
      }),
      { numRuns: 3000 },
    );
  }, 60_000);

  test("reads the whole event glued to a torn one, wherever the tear is outside the bodies", async () => {
    const line = JSON.stringify(
      auditEvent({
        auditID: "victim",
        impersonatedUser: { username: 'a\\"b', groups: ["x", "y"], extra: { k: ["v", "w"] } },
        annotations: { a: "\u00e9\u2028", b: "true" },
      }),
    );
    const bytes = Buffer.from(line);
    for (let cut = 0; cut < bytes.length; cut++) {
      const { ids, rejected, events } = await collectBytes(
        Buffer.concat([bytes.subarray(0, cut), Buffer.from(`${next}\n`)]),
      );
      expect({ cut, ids: ids.filter((id) => id !== "victim") }).toEqual({ cut, ids: ["next"] });
      if (cut === 0) continue;
      if (ids.length === 2) {
        expect(events[0]?.provenance).toMatchObject({ byteOffset: 0, truncated: true });
        expect(rejected).toEqual([]);
        continue;
      }
      // White space at the end is not part of a record.
      const spaces = bytes[cut - 1] === 0x20 ? 1 : 0;
      expect(rejected).toMatchObject([{ byteOffset: 0, byteLength: cut - spaces, reason: "truncated" }]);
    }
  });

  test("rejects a torn record whole where an event stands in a body: a client can have sent it", async () => {
    const { ids, rejected } = await collectBytes(
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"Panic","requestObject":${next}\n${next}\n`,
    );
    expect(ids).toEqual(["next"]);
    expect(rejected).toMatchObject([{ byteOffset: 0, reason: "truncated" }]);
  });

  test("goes on with the next line after a tear, in one rejected record or one truncated event", async () => {
    const line = JSON.stringify(auditEvent());
    for (let cut = 1; cut < line.length; cut++) {
      const { ids, rejected } = await collectBytes(`${line.slice(0, cut)}\n${next}\n${next}\n`);
      expect({ cut, ids: ids.slice(-2) }).toEqual({ cut, ids: ["next", "next"] });
      expect(ids.length + rejected.length).toBe(3);
      if (rejected.length === 0) continue;
      // White space at the end is not part of a record.
      expect(rejected).toMatchObject([{ byteOffset: 0, byteLength: line.slice(0, cut).trimEnd().length }]);
    }
  });

  test("reads two events glued on one line", async () => {
    const { ids, rejected, events } = await collectBytes(`${next}${next}\n`);
    expect(ids).toEqual(["next", "next"]);
    expect(rejected).toEqual([]);
    expect(events[1]?.provenance.byteOffset).toBe(next.length);
  });

  test("takes a last line that lacks its line end, and what is whole of a torn one", async () => {
    const whole = await collectBytes(jsonLines([auditEvent()]) + next);
    expect(whole.ids).toEqual([auditID(1), "next"]);
    const tornAt = next.indexOf(',"sourceIPs"');
    const torn = await collectBytes(jsonLines([auditEvent()]) + next.slice(0, tornAt));
    expect(torn.ids).toEqual([auditID(1)]);
    expect(torn.rejected).toMatchObject([
      { reason: "truncated", byteLength: tornAt, detail: "breaks off at the end of the file" },
    ]);
    const salvaged = await collectBytes(jsonLines([auditEvent()]) + next.slice(0, tornAt + 1));
    expect(salvaged.rejected).toEqual([]);
    expect(salvaged.events[1]).toMatchObject({ event: { auditID: "next" }, provenance: { truncated: true } });
    expect(salvaged.events[1]?.event).toEqual({
      ...JSON.parse(`${next.slice(0, tornAt)}}`),
      requestReceivedTimestamp: null,
      stageTimestamp: null,
    });
    expect(salvaged.account.files[0]).toMatchObject({ events: 2, truncatedEvents: 1, rejected: 0 });
  });

  test("takes an event behind a gap of NUL bytes only where it ends the line", async () => {
    const torn = next.slice(0, 200);
    expect((await collectBytes(`${torn}\0\0\0${next}\n`)).ids).toEqual(["next"]);
    const inside = await collectBytes(`${torn}\0\0\0${next},"more":1}}\n${next}\n`);
    expect(inside.ids).toEqual(["next"]);
    expect(inside.events[0]?.provenance.byteOffset).toBe(torn.length + 3 + next.length + ',"more":1}}\n'.length);
    expect(inside.rejected.map(({ reason }) => reason)).toEqual(["truncated", "not-json"]);
  });
});
