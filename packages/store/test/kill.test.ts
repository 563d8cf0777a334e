import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

beforeAll(async () => {
  const turbo = join(root, "node_modules/.bin/turbo");
  await promisify(execFile)(turbo, ["run", "build", "--filter=@kaudit/store", "--output-logs=errors-only"], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
}, 300_000);

test("a collection that is killed again and again, while logs are rotated, stores every event exactly once", async () => {
  const script = join(root, "bench/store/stress.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--kills", "8", "--seed", "7", "--json"]);
  const result = JSON.parse(stdout) as Record<string, number>;
  expect(result).toMatchObject({ kills: 8, lost: 0, repeated: 0, unknown: 0, problems: 0, failedRuns: 0, rejected: 0 });
  expect(result["exactlyOnce"]).toBe(result["written"]);
  expect(result["written"]).toBeGreaterThan(1000);
  expect(result["rotations"]).toBeGreaterThan(3);
});
