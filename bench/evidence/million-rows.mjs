// Does a register of a million rows stay in bounded memory, with exact totals, and how fast is it made?
//
//   npm run bench:evidence                              1,000,000 rows of Secret requests
//   npm run bench:evidence -- --rows 100000 --seed 7
//
// Gives a seeded stream of events to buildEvidence, with the command's own spool on disk (external merge sort), reads
// the registers back, and checks that their rows are those that were made, each once and in order of time. The stream is
// made once without a reader first, so that what making it takes can be told from the rest.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { generatedLog, generatedPeriod, idChecksum } from "./generated-log.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    spool: { type: "string" },
  },
});
const rows = wholeNumber("--rows", values.rows);
const seed = wholeNumber("--seed", values.seed);

if (values.spool === undefined) await runInItsOwnProcess();
else await measure(values.spool);

function wholeNumber(option, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`${option}: expected a whole number from 1 up, got ${text}`);
  process.exit(2);
}

/** The spool is a part of the command, which is published as one bundle: it is built by itself for this. */
async function runInItsOwnProcess() {
  const folder = mkdtempSync(join(tmpdir(), "kaudit-bench-"));
  try {
    const { build } = await import("tsup");
    await build({
      config: false,
      entry: [fileURLToPath(new URL("../../apps/reporter/src/spool/disk-spool.ts", import.meta.url))],
      outDir: folder,
      outExtension: () => ({ js: ".mjs" }),
      format: ["esm"],
      target: "node20",
      noExternal: ["@kaudit/schema"],
      silent: true,
      esbuildOptions(options) {
        options.conditions = ["@kaudit/source"];
      },
    });
    const self = fileURLToPath(import.meta.url);
    const child = [self, "--rows", String(rows), "--seed", String(seed), "--spool", folder];
    process.exitCode = spawnSync(process.execPath, child, { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder) {
  const { buildEvidence } = await import("../../packages/evidence/dist/index.js");
  const { createDiskSpool } = await import(pathToFileURL(join(folder, "disk-spool.mjs")).href);
  const model = cpus()[0]?.model ?? "unknown processor";
  console.log(`${count(rows)} rows of Secret requests, seed ${seed}; Node ${process.version}, ${model}\n`);

  const making = await timed(async () => {
    for await (const sourced of generatedLog({ rows, seed }).reading) void sourced;
  });
  const { reading, expected } = generatedLog({ rows, seed });
  const spool = await createDiskSpool(folder);
  const gathering = await timed(() =>
    buildEvidence(reading, {
      period: generatedPeriod,
      cluster: { name: "prod-eu-1", basis: "option" },
      toolVersion: "0.0.0",
      spool,
      frameworks: ["soc2"],
    }),
  );
  const evidence = gathering.result;
  const onDisk = readdirSync(spool.folder).reduce((sum, name) => sum + statSync(join(spool.folder, name)).size, 0);
  const problems = totalsProblems(evidence.bundle, expected);
  const readingBack = await timed(async () => {
    for (const { name } of evidence.bundle.registers)
      problems.push(...(await orderProblems(name, evidence.rows(name), expected)));
  });
  await spool.close();

  const { events, unique, duplicates } = evidence.bundle.totals;
  const all = evidence.bundle.registers.reduce((sum, register) => sum + register.rows, 0);
  const seconds = gathering.seconds - making.seconds;
  const cpuSeconds = gathering.cpuSeconds - making.cpuSeconds;
  print("events", `${count(events)} = ${count(unique)} unique + ${count(duplicates)} duplicates`);
  print("rows", evidence.bundle.registers.map((one) => `${one.name} ${count(one.rows)}`).join(", "));
  print("making events", `${making.seconds.toFixed(1)} s`);
  print(
    "evidence",
    `${seconds.toFixed(1)} s besides (${cpuSeconds.toFixed(1)} s of CPU), ${count(events / seconds)} events per second`,
  );
  print("reading back", `${readingBack.seconds.toFixed(1)} s, ${count(all / readingBack.seconds)} rows per second`);
  print("spool on disk", `${count(onDisk / 1e6)} MB at the end`);
  print("peak RSS", `${count(process.resourceUsage().maxRSS / 1024)} MB`);
  print(
    "checks",
    problems.length === 0 ? "rows and totals are those that were made, each register in order" : "FAILED",
  );
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function timed(work) {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function totalsProblems({ totals, registers }, expected) {
  const problems = [];
  const differ = (what, got, wanted) => {
    if (got !== wanted) problems.push(`${what}: ${count(got)}, expected ${count(wanted)}`);
  };
  for (const name of ["events", "unique", "duplicates"]) differ(name, totals[name], expected[name]);
  differ("inside the period", totals.insidePeriod, expected.unique);
  differ("conflicts", totals.conflicts, 0);
  for (const { name, rows: got } of registers) differ(`rows of ${name}`, got, expected.registers[name] ?? 0);
  return problems;
}

async function orderProblems(name, rowsOf, expected) {
  let previous = "";
  let disordered = 0;
  let seen = 0;
  let sum = 0n;
  for await (const { time, auditID } of rowsOf) {
    seen++;
    if (time < previous) disordered++;
    previous = time;
    sum = idChecksum(sum, auditID);
  }
  const problems = [];
  if (seen !== (expected.registers[name] ?? 0)) problems.push(`${name}: ${count(seen)} rows came back`);
  if (disordered > 0) problems.push(`${name}: ${count(disordered)} rows stand after a later one`);
  if (sum !== (expected.checks[name] ?? 0n)) problems.push(`${name}: the rows are not those of the requests made`);
  return problems;
}

function print(label, text) {
  console.log(`${label.padEnd(14)} ${text}`);
}

function count(number) {
  return Math.round(number).toLocaleString("en-US");
}
