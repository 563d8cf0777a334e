import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { attributesOf } from "@kaudit/schema";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";

import { compilePolicy, loadPolicy } from "../../src/index.js";

type RecordedEvent = Pick<AuditEvent, "level" | "stage" | "verb" | "requestURI" | "user" | "objectRef">;

/** Events whose level or stage is not what the policy decides. */
function differing(policyText: string | Uint8Array, events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const decide = compilePolicy(loadPolicy(policyText).policy);
  return events.filter((event) => {
    const { level, omitStages } = decide(attributesOf(event));
    return level !== event.level || omitStages.some((stage) => stage === event.stage);
  });
}

/** Every event that can be read from a file that a server left behind: torn lines and holes are passed over. */
function readEvents(file: URL): readonly RecordedEvent[] {
  const bytes = readFileSync(file);
  const text = (file.pathname.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .replaceAll("\u0000", "")
    .split("\n")
    .flatMap((line) => {
      try {
        const value = JSON.parse(line) as { readonly items?: readonly RecordedEvent[] } & RecordedEvent;
        return value.items ?? (value.level === undefined ? [] : [value]);
      } catch {
        return [];
      }
    });
}

/** The policy of a folder and the events of all its logs and received webhook bodies. */
function readFolder(base: URL): { readonly policy: Uint8Array; readonly events: readonly RecordedEvent[] } {
  const names = readdirSync(base).filter((name) => /^audit.*\.log|^copied/.test(name));
  const received = new URL("received/", base);
  const bodies = existsSync(received) ? readdirSync(received).filter((name) => name.startsWith("body-")) : [];
  const files = [...names.map((name) => new URL(name, base)), ...bodies.map((name) => new URL(name, received))];
  return { policy: readFileSync(new URL("policy.yaml", base)), events: files.flatMap(readEvents) };
}

const logs = new URL("../../../../../shared/data/logs/", import.meta.url);
/** Folder → events that can be read. The legacy text format does not record levels. */
const folders: Readonly<Record<string, number>> = {
  "compressed-rotation": 1809,
  copytruncate: 982,
  "disk-full": 3157,
  "kill-9": 2899,
  "legacy-text": 0,
  "recommended-policy": 2042,
  "request-response": 2837,
  "retention-gap": 682,
  "truncated-events": 1948,
  "webhook-batches": 1551,
};

describe("compilePolicy on recorded logs", () => {
  test("gives every request of the example log the level that a real API server gave it", () => {
    const { policy, events } = readFolder(new URL("../../../../examples/recommended-policy/", import.meta.url));
    expect(events.length).toBeGreaterThan(500);
    expect(new Set(events.map(({ level }) => level))).toEqual(new Set(["Metadata", "RequestResponse"]));
    expect(differing(policy, events)).toEqual([]);
  });

  test.skipIf(!existsSync(logs)).each(Object.entries(folders))("agrees with the whole log of %s", (folder, count) => {
    const { policy, events } = readFolder(new URL(`${folder}/`, logs));
    expect(events).toHaveLength(count);
    expect(differing(policy, events)).toEqual([]);
  });
});
