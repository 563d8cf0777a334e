import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { anyAuditEvent, auditEvent, eventList } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentSha256 } from "../src/content-hash.js";
import { collectBytes } from "./collect.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function hashes(text: string): Promise<readonly string[]> {
  const { events } = await collectBytes(text);
  return events.map(({ provenance }) => provenance.contentSha256);
}

/** A line whose body is the number as it is spelled. */
function line(number: string): string {
  return `${JSON.stringify(auditEvent({ requestObject: 0 })).replace('"requestObject":0', `"requestObject":${number}`)}\n`;
}

const prefix = '{"kind":"Event","apiVersion":"audit.k8s.io/v1",';

describe("contentSha256", () => {
  test("is the SHA-256 of the record without kind and apiVersion", async () => {
    const line = JSON.stringify(auditEvent());
    expect(line.startsWith(prefix)).toBe(true);
    expect(await hashes(`${line}\n`)).toEqual([sha256(`{${line.slice(prefix.length)}`)]);
  });

  test("is the same for each event of a real webhook body and for the line a log file would hold", async () => {
    const body = readFileSync(new URL("fixtures/webhook-body.json", import.meta.url), "utf8");
    const fromList = await hashes(body);
    expect(fromList).toHaveLength(8);
    // The lines are cut out of the body as text, without parsing: an item lies between `{"level"` and the next one.
    const items = body.slice(body.indexOf('{"level"'), body.lastIndexOf("]}")).split(/,(?=\{"level":)/);
    expect(await hashes(items.map((item) => `${prefix}${item.slice(1)}\n`).join(""))).toEqual(fromList);
    expect(await hashes(items.map((item) => `${item}\r\n`).join(""))).toEqual(fromList);
    expect(new Set(fromList).size).toBe(8);
  });

  test("is the same for any event in any form that JavaScript can rewrite", async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditEvent(), async (event) => {
        const indented = await hashes(JSON.stringify(event, null, 2));
        const list = await hashes(JSON.stringify(eventList([event]), null, 1));
        const { kind, apiVersion, ...rest } = event;
        const otherOrder = await hashes(JSON.stringify({ ...rest, kind, apiVersion }));
        expect(new Set([...indented, ...list, ...otherOrder]).size).toBe(1);
      }),
    );
  });

  test("keeps apart what JavaScript cannot tell apart, where kube-apiserver wrote it", async () => {
    const [a, b, c] = await hashes(line("9007199254740993") + line("9007199254740992") + line("9007199254740993"));
    expect(a).not.toBe(b);
    expect(a).toBe(c);
  });

  test("is the same for an event of an older version, as a line and as an item of an older list", async () => {
    const { kind: _kind, apiVersion: _apiVersion, ...item } = auditEvent();
    const asLine = JSON.stringify({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1alpha1",
      ...item,
      objectRef: { resource: "roles", apiVersion: "rbac.authorization.k8s.io/v1" },
    });
    const asItem = JSON.stringify({
      ...item,
      objectRef: { resource: "roles", apiVersion: "rbac.authorization.k8s.io/v1" },
    });
    expect(asItem.startsWith('{"level":')).toBe(true);
    const current = JSON.stringify({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      ...item,
      objectRef: { resource: "roles", apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" },
    });
    const all = await hashes(
      `${asLine}\n{"kind":"EventList","apiVersion":"audit.k8s.io/v1alpha1","items":[${asItem}]}\n${current}\n`,
    );
    expect(all).toHaveLength(3);
    expect(new Set(all).size).toBe(1);
  });

  test("leaves the bytes as they were", () => {
    const event = auditEvent();
    const text = JSON.stringify(event);
    const bytes = Buffer.from(`x${text}x`);
    const before = Buffer.from(bytes);
    contentSha256(text, bytes, 1, bytes.length - 1, event, false);
    expect(bytes.equals(before)).toBe(true);
  });
});
