// Is every event in the store exactly once, whatever happens? Logs are written, rotated, compressed and truncated while
// `collect` runs, is killed (SIGKILL) at random moments, meets another run of itself, and has its clock set.
//
//   node bench/store/stress.mjs [--kills 200] [--seed 1] [--json]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LogWriter, rotations, seeded } from "./log-writer.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean" },
  },
});
const kills = Number(values.kills);
const random = seeded(Number(values.seed));
const module = new URL("../../packages/store/dist/index.js", import.meta.url).href;
const script = fileURLToPath(new URL("collect-process.mjs", import.meta.url));
const { readStore, storePlace, verifyStore } = await import(module);

const folder = await mkdtemp(join(tmpdir(), "kaudit-stress-"));
const [logs, store] = [join(folder, "logs"), join(folder, "store")];
const writers = rotations.map((rotation, at) => new LogWriter(join(logs, `m${at}`), rotation, at, seeded(100 + at)));
for (const writer of writers) await writer.step();
const state = { kills: 0, busy: 0, failed: 0, isWriting: true };

function start(mode) {
  // Clocks jump by up to a day.
  const offset = String((random(3) - 1) * random(86_400_000));
  return spawn(process.execPath, [script, module, logs, store, mode, offset], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function lockOf(child) {
  while (child.exitCode === null && child.signalCode === null) {
    const lock = await readFile(join(store, "writer.lock"), "utf8").catch(() => "");
    if (lock.includes(`"pid":${child.pid},`)) return;
    await wait(1);
  }
}

async function round() {
  const child = start(random(3) === 0 ? "once" : "follow");
  const exit = once(child, "exit");
  await lockOf(child);
  if (random(8) === 0) {
    const [code] = await once(start("once"), "exit");
    if (code === 75) state.busy++;
    else if (code !== 0) state.failed++;
  }
  // Long enough for some commits, so that the end comes between any two steps of one.
  await wait(random(900));
  child.kill("SIGKILL");
  const [code, signal] = await exit;
  if (signal === "SIGKILL") state.kills++;
  else if (code === 75) state.busy++;
  else if (code !== 0) state.failed++;
}

const killing = (async () => {
  while (state.kills < kills) await round();
  state.isWriting = false;
})();
while (state.isWriting) {
  for (const writer of writers) await writer.step();
  await wait(random(200));
}
await killing;
const [last] = await once(start("once"), "exit");

const written = writers.flatMap((writer) => writer.written);
const times = new Map(written.map((id) => [id, 0]));
let unknown = 0;
for await (const { event } of readStore(storePlace(store).objects)) {
  if (times.has(event.auditID)) times.set(event.auditID, times.get(event.auditID) + 1);
  else unknown++;
}
const count = (wanted) => [...times.values()].filter((number) => wanted(number)).length;
const { problems, size, objects, totals } = await verifyStore(storePlace(store).objects);
const result = {
  kills: state.kills,
  rotations: writers.reduce((sum, writer) => sum + writer.rotations, 0),
  otherRunsRefused: state.busy,
  written: written.length,
  exactlyOnce: count((number) => number === 1),
  lost: count((number) => number === 0),
  repeated: count((number) => number > 1),
  unknown,
  readAgainAndKnown: totals.duplicates,
  rejected: totals.rejected,
  commits: size,
  objects,
  problems: problems.length,
  failedRuns: state.failed + (last === 0 ? 0 : 1),
};
await rm(folder, { recursive: true, force: true });
if (values.json) console.log(JSON.stringify(result));
else for (const [name, value] of Object.entries(result)) console.log(name.padEnd(20), String(value).padStart(9));
for (const { code, key, what } of problems.slice(0, 10)) console.error(code, key, what);
const isRight = result.exactlyOnce === result.written && unknown + problems.length + result.failedRuns === 0;
process.exitCode = isRight ? 0 : 1;
