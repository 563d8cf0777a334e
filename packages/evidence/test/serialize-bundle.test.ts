import { createHash } from "node:crypto";
import { auditEvent, installErrorMatchers, secretGet } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { EvidenceBundle, evidenceId, serializeBundle } from "../src/index.js";
import { gathered } from "./support/gathered.js";

installErrorMatchers();

async function sample(): Promise<EvidenceBundle> {
  return (await gathered([...secretGet(), auditEvent({ requestReceivedTimestamp: "2026-10-14T09:00:07Z" })])).bundle;
}

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, entry]) => [key, reversed(entry)]),
  );
}

describe("serializeBundle", () => {
  test("reads back as the same bundle", async () => {
    const bundle = await sample();
    expect(EvidenceBundle.parse(JSON.parse(serializeBundle(bundle)))).toEqual(bundle);
  });

  test("gives the same bytes whatever the order of the keys", async () => {
    const bundle = await sample();
    expect(serializeBundle(reversed(bundle) as EvidenceBundle)).toBe(serializeBundle(bundle));
  });

  test("begins with the version, ends with one newline, and keeps plain lists on one line", async () => {
    const text = serializeBundle(await sample());
    expect(text.startsWith('{\n  "schemaVersion": "kaudit.evidence/1",\n  "tool": {')).toBe(true);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).toContain('["2026-10-14T09:00:00Z", 3]');
  });

  test("refuses what is no bundle and names the field", async () => {
    const bundle = await sample();
    const broken = { ...bundle, totals: { ...bundle.totals, unique: -1 } };
    expect(() => serializeBundle(broken)).toThrowCode("KAUDIT_EVIDENCE_BUNDLE_INVALID");
    expect(() => serializeBundle(broken)).toThrow(/totals\.unique/);
    expect(() => serializeBundle({ ...bundle, extra: 1 } as never)).toThrowCode("KAUDIT_EVIDENCE_BUNDLE_INVALID");
  });
});

describe("evidenceId", () => {
  test("is the SHA-256 of the text's UTF-8 form", () => {
    const text = "{“Zoë 雪”}\n";
    expect(evidenceId(text)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
  });
});
