import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isKauditError } from "@kaudit/schema";
import { auditEvent, installErrorMatchers, jsonLines } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { follow, parseCheckpoint } from "../src/index.js";
import type { FollowCheckpoint } from "../src/index.js";

installErrorMatchers();

async function someCheckpoint(): Promise<FollowCheckpoint> {
  const folder = await mkdtemp(join(tmpdir(), "kaudit-checkpoint-"));
  try {
    await writeFile(join(folder, "audit.log"), jsonLines([auditEvent()]));
    let last: FollowCheckpoint | undefined;
    for await (const { checkpoint } of follow(folder, { once: true })) last = checkpoint;
    return last!;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("parseCheckpoint", () => {
  test("gives a checkpoint back as it is, and takes nothing else along", async () => {
    const checkpoint = await someCheckpoint();
    expect(checkpoint.sources).toHaveLength(1);
    expect(parseCheckpoint(JSON.parse(JSON.stringify(checkpoint)))).toEqual(checkpoint);
    const more = { ...checkpoint, more: 1, sources: checkpoint.sources.map((source) => ({ ...source, more: 1 })) };
    expect(parseCheckpoint(more)).toEqual(checkpoint);
  });

  test("says of each field that it is missing or wrong", async () => {
    const checkpoint = JSON.stringify(await someCheckpoint());
    const paths: string[] = [];
    const visit = (value: unknown, path: readonly (string | number)[]): void => {
      if (typeof value !== "object" || value === null) return;
      for (const key of Object.keys(value)) {
        const copy = JSON.parse(checkpoint) as Record<string, unknown>;
        let at = copy;
        for (const part of path) at = at[part] as Record<string, unknown>;
        for (const wrong of [undefined, [null], "\u0000"]) {
          at[key] = wrong;
          if (key !== "file" || wrong === undefined) {
            expect(() => parseCheckpoint(copy)).toThrowCode("KAUDIT_STREAM_CHECKPOINT_INVALID");
          }
        }
        paths.push([...path, key].join("."));
        visit((value as Record<string, unknown>)[key], [...path, key]);
      }
    };
    visit(JSON.parse(checkpoint), []);
    expect(paths).toContain("sources.0.window.sha256");
    expect(paths).toHaveLength(28);
  });

  test("throws nothing else, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          parseCheckpoint(value);
        } catch (error) {
          expect(isKauditError(error, "KAUDIT_STREAM_CHECKPOINT_INVALID")).toBe(true);
        }
      }),
    );
  });
});
