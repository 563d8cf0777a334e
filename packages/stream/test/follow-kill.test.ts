import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { FollowCheckpoint, FollowNotice } from "../src/index.js";
import { rotationSchemes, seeded, SimulatedServer } from "./rotation-simulator.js";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

beforeAll(async () => {
  const root = path("../../../");
  const turbo = join(root, "node_modules/.bin/turbo");
  await promisify(execFile)(turbo, ["run", "build", "--filter=@kaudit/stream", "--output-logs=errors-only"], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
}, 300_000);

let folder: string;
let store: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-kill-"));
  store = join(folder, "store");
  await mkdir(store);
});
afterEach(() => rm(folder, { recursive: true }));

function startFollowing(...more: readonly string[]): ReturnType<typeof spawn> {
  const module = new URL("../dist/index.js", import.meta.url).href;
  const script = fileURLToPath(new URL("./follow-process.mjs", import.meta.url));
  return spawn(process.execPath, [script, module, join(folder, "logs"), store, ...more], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

interface Commit {
  readonly places: readonly string[];
  readonly reasons: readonly string[];
  readonly notices: readonly FollowNotice[];
  readonly checkpoint: FollowCheckpoint;
}

async function commits(): Promise<readonly Commit[]> {
  const names = (await readdir(store)).filter((name) => name.endsWith(".json")).toSorted();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(store, name), "utf8")) as Commit));
}

test("a process that is killed again and again while it follows stores every line exactly once", async () => {
  const random = seeded(11);
  const servers = rotationSchemes.map(
    (scheme, i) => new SimulatedServer(join(folder, "logs", `m${i}`), scheme, seeded(100 + i)),
  );
  const state = { isWriting: true, kills: 0 };
  await mkdir(join(folder, "logs"));
  const killing = (async () => {
    while (state.isWriting) {
      const before = (await readdir(store)).length;
      const process = startFollowing();
      // It has begun to store: from now on any moment will do.
      while (state.isWriting && (await readdir(store)).length === before) await wait(2);
      await wait(random(60));
      process.kill("SIGKILL");
      const [, signal] = (await once(process, "exit")) as [number | null, string | null];
      expect(signal).toBe("SIGKILL");
      state.kills++;
    }
  })();
  while (state.kills < 8) {
    for (const server of servers) await server.step();
    await wait(random(20));
  }
  state.isWriting = false;
  await killing;
  expect(await once(startFollowing("once"), "exit")).toEqual([0, null]);

  const stored = await commits();
  const written = servers.flatMap((server) => server.written);
  expect(written.length).toBeGreaterThan(1000);
  expect(stored.flatMap(({ places }) => places).toSorted()).toEqual(written.toSorted());
  const torn = servers.reduce((sum, { tornLines }) => sum + tornLines, 0);
  expect(stored.flatMap(({ reasons }) => reasons)).toEqual(Array.from({ length: torn }, () => "truncated"));
  expect(stored.flatMap(({ notices }) => notices).filter(({ kind }) => kind !== "copy")).toEqual([]);
  const { events, rejected } = stored.at(-1)?.checkpoint.totals ?? { events: 0, rejected: 0 };
  expect(events + rejected).toBe(written.length + torn);
}, 120_000);

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
