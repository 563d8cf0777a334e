import { existsSync, readdirSync, readFileSync } from "node:fs";
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compareRotationOrder, follow } from "../src/index.js";
import type { FollowCheckpoint, FollowNotice } from "../src/index.js";
import { seeded } from "./rotation-simulator.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const realLogs = path("../../../../shared/data/logs");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-replay-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Audit id and stage of each line, by the plainest means there are. */
function plainEvents(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { auditID, stage } = JSON.parse(line) as { auditID: string; stage: string };
    return `${auditID} ${stage}`;
  });
}

/** Lets the files of a log come about again, as they once did, and follows meanwhile with a new reader each time. */
async function replay(from: string, seed: number): Promise<void> {
  const random = seeded(seed);
  const log = join(folder, "audit.log");
  const expected: string[] = [];
  const given: string[] = [];
  const notices: FollowNotice[] = [];
  let checkpoint: FollowCheckpoint | undefined;
  const look = async (): Promise<void> => {
    const known = checkpoint === undefined ? {} : { checkpoint };
    for await (const batch of follow(folder, { ...known, once: true })) {
      given.push(...batch.events.map(({ event }) => `${event.auditID} ${event.stage}`));
      notices.push(...batch.notices);
      expect(batch.rejected).toEqual([]);
      checkpoint = JSON.parse(JSON.stringify(batch.checkpoint)) as FollowCheckpoint;
    }
  };

  const names = readdirSync(from).filter((name) => /^(?:audit|copied).*\.log(?:\.gz|\.1)?$/.test(name));
  for (const name of names
    .toSorted(compareRotationOrder)
    .toSorted((a, b) => Number(b.endsWith(".1")) - Number(a.endsWith(".1")))) {
    const raw = readFileSync(join(from, name));
    const content = name.endsWith(".gz") ? gunzipSync(raw) : raw;
    expected.push(...plainEvents(content.toString("utf8")));
    for (let start = 0; start < content.length;) {
      const end = start + 1 + random(Math.ceil(content.length / 4));
      await appendFile(log, content.subarray(start, end));
      start = end;
      if (random(3) > 0) await look();
    }
    if (name === "audit.log") continue;
    // What was written last may not be read yet.
    if (name.endsWith(".1")) {
      await copyFile(log, join(folder, "audit.log.1"));
      await look();
      await truncate(log);
    } else if (name.endsWith(".gz")) {
      const plain = join(folder, name.slice(0, -3));
      await rename(log, plain);
      await writeFile(join(folder, name), raw.subarray(0, random(raw.length)));
      await look();
      await writeFile(join(folder, name), raw);
      await rm(plain);
    } else await rename(log, join(folder, name));
    if (random(2) === 0) await look();
  }
  await look();
  expect(given).toEqual(expected);
  expect(notices).toEqual([]);
}

describe("follow, while a real log comes about again", () => {
  test.each(["../../../examples/recommended-policy", "fixtures/rotation", "fixtures/copytruncate"])(
    "gives every event of %s exactly once and in order",
    (from) => replay(path(from), 1),
  );

  test.skipIf(!existsSync(realLogs)).each(["compressed-rotation", "kill-9", "copytruncate", "retention-gap"])(
    "gives every event of the real log %s exactly once and in order",
    (from) => replay(join(realLogs, from), 2),
  );
});
