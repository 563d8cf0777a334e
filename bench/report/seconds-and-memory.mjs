// Seconds and peak memory of each renderer for a bundle of 100,000 rows (or as many as are given).
//
//   npm run bench:report
//   node bench/report/seconds-and-memory.mjs 1000000 xlsx
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

const renderers = ["rows", "csv", "xlsx", "html", "pdf", "oscal", "pack"];
const [rowsText = "100000", only, child] = process.argv.slice(2);
const rowCount = Number(rowsText);

if (child === "child") {
  await measureHere(only);
} else {
  const model = cpus()[0]?.model ?? "unknown processor";
  console.log(`${rowCount.toLocaleString("en")} rows in 7 registers; Node ${process.version}, ${model}\n`);
  console.log("renderer   seconds   of CPU   peak RSS");
  for (const name of only === undefined ? renderers : [only]) {
    // A process of its own each, so that the peak is the renderer's.
    const self = fileURLToPath(import.meta.url);
    const run = spawnSync(process.execPath, [self, rowsText, name, "child"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { seconds, cpuSeconds, megabytes } = JSON.parse(run.stdout);
    const columns = [
      seconds.toFixed(1).padStart(7),
      cpuSeconds.toFixed(1).padStart(6),
      `${Math.round(megabytes)} MB`.padStart(8),
    ];
    console.log(`${name.padEnd(11)}${columns.join("   ")}`);
  }
}

async function measureHere(name) {
  const report = await import("../../packages/report/dist/index.js");
  const evidence = await makeEvidence();
  const folder = mkdtempSync(join(tmpdir(), "kaudit-bench-"));
  const evidenceId = "0".repeat(64);
  const started = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  try {
    const file = () => createWriteStream(join(folder, name));
    const document = () => report.buildReportDocument({ evidence, frameworkId: "soc2", evidenceId });
    if (name === "rows")
      for (const { name: register } of evidence.bundle.registers)
        for await (const row of evidence.rows(register)) void row;
    if (name === "csv") {
      const { registerCsv } = await import("../../packages/evidence/dist/index.js");
      for (const { name: register } of evidence.bundle.registers) {
        await pipeline(
          Readable.from(registerCsv(register, evidence.rows(register))),
          createWriteStream(join(folder, register)),
        );
      }
    }
    if (name === "xlsx") await pipeline(Readable.from(report.renderXlsx(evidence, { evidenceId })), file());
    if (name === "oscal") report.assessmentResultsText(evidence.bundle, evidenceId);
    if (name === "pdf") await report.renderPdf(await document());
    if (name === "html") await report.renderHtml(await document(), { rows: evidence.rows });
    if (name === "pack") await report.writePack({ evidence, rejected: [], run: runFacts(), out: join(folder, "pack") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  process.stdout.write(JSON.stringify({ seconds, cpuSeconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

function runFacts() {
  const at = "2026-12-01T00:00:00Z";
  return {
    startedAt: at,
    finishedAt: () => at,
    host: "bench",
    user: "bench",
    arguments: [],
    nodeVersion: process.version,
  };
}

/** Evidence as it is gathered: a small real log, with each register's rows repeated to the size that is asked for. */
async function makeEvidence() {
  const { buildEvidence, registerCsv } = await import("../../packages/evidence/dist/index.js");
  const { createMemorySpool } = await import("../../packages/schema/dist/index.js");
  const { readEvents } = await import("../../packages/stream/dist/index.js");
  const { createHash } = await import("node:crypto");
  const example = fileURLToPath(new URL("../../examples/recommended-policy", import.meta.url));
  const small = await buildEvidence(readEvents(example), {
    period: { from: "2026-11-22T12:00:00Z", to: "2026-11-22T13:00:00Z", label: "22 November 2026" },
    cluster: { name: "prod-eu-1", basis: "option" },
    toolVersion: "0.1.0",
    spool: createMemorySpool(),
    frameworks: ["soc2"],
  });
  const total = small.bundle.registers.reduce((sum, { rows }) => sum + rows, 0);
  const times = Math.ceil(rowCount / total);
  const kept = new Map();
  for (const { name } of small.bundle.registers) {
    const rows = [];
    for await (const row of small.rows(name)) rows.push(row);
    kept.set(name, rows);
  }
  const rows = async function* (name) {
    const some = kept.get(name);
    for (let round = 0; round < times; round++) {
      // Ids differ in every row, as in a log; everything else repeats, as in a log.
      for (const row of some)
        yield {
          ...row,
          rowId: `${row.rowId}-${round}`,
          auditID: `${row.auditID}-${round}`,
          source: `${row.source}${round}`,
        };
    }
  };
  const registers = [];
  for (const register of small.bundle.registers) {
    const hash = createHash("sha256");
    if (only === "pack") for await (const piece of registerCsv(register.name, rows(register.name))) hash.update(piece);
    registers.push({ ...register, rows: register.rows * times, sha256: hash.digest("hex") });
  }
  return { bundle: { ...small.bundle, registers }, rows };
}
