// How fast does @kaudit/stream read a big log, and does its memory stay bounded?
//
//   npm run bench:stream                      1 GB of Metadata events
//   npm run bench:stream -- --size 200MB --shape full --gzip
//
// Writes a seeded log to a temporary folder, reads it in processes of their own (so that peak memory is the reader's),
// and prints events/s, MB/s and peak RSS beside the plainest reader there is: split on newline and JSON.parse, which
// hashes nothing, checks nothing and accounts for nothing.
import { spawnSync } from "node:child_process";
import { createWriteStream, openSync, readSync, closeSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "1GB" },
    shape: { type: "string", default: "metadata" },
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "3" },
    gzip: { type: "boolean", default: false },
    read: { type: "string" },
    reader: { type: "string" },
  },
});

const units = { KB: 1e3, MB: 1e6, GB: 1e9 };

function bytesOf(text) {
  const match = /^(\d+(?:\.\d+)?)(KB|MB|GB)$/.exec(text);
  if (!match) throw new Error(`--size: expected a number and KB, MB or GB, got ${text}`);
  return Number(match[1]) * units[match[2]];
}

/** mulberry32: the same numbers for the same seed on every machine. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const users = ["system:apiserver", "system:kube-scheduler", "system:node:worker-1", "alice@corp.test", "ci-deployer"];
const resources = ["pods", "secrets", "configmaps", "leases", "endpoints", "deployments"];
const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];

function time(milliseconds) {
  return new Date(Date.UTC(2026, 9, 1) + milliseconds).toISOString().replace("Z", "000Z");
}

function eventLine(next, n, shape) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const hex = (digits) =>
    Math.floor(next() * 16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  const resource = pick(resources);
  const namespace = `team-${Math.floor(next() * 40)}`;
  const name = `${resource}-${hex(8)}`;
  const verb = pick(verbs);
  const user = pick(users);
  const code = next() < 0.02 ? 403 : 200;
  const event = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: shape === "full" ? "RequestResponse" : "Metadata",
    auditID: `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`,
    stage: "ResponseComplete",
    requestURI: `/api/v1/namespaces/${namespace}/${resource}/${name}?timeout=10s&fieldManager=kubectl-client-side-apply`,
    verb,
    user: {
      username: user,
      uid: `${hex(8)}-0000-4000-8000-${hex(6)}${hex(6)}`,
      groups: ["system:authenticated", "system:masters", `team:${namespace}`],
      extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${hex(8).repeat(8)}`] },
    },
    sourceIPs: [`10.${n % 250}.${Math.floor(n / 250) % 250}.7`],
    userAgent: "kubectl/v1.36.2 (linux/amd64) kubernetes/8e3a1d2",
    objectRef: { resource, namespace, name, apiVersion: "v1", uid: `${hex(8)}-0000-4000-8000-000000000000` },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: time(n),
    stageTimestamp: time(n + 3),
    annotations: {
      "authorization.k8s.io/decision": code === 403 ? "forbid" : "allow",
      "authorization.k8s.io/reason": `RBAC: allowed by RoleBinding "edit-${namespace}/${namespace}" of Role "edit" to User "${user}"`,
      "mutation.webhook.admission.k8s.io/round_0_index_0": `{"configuration":"policy.corp.test","webhook":"label.policy.corp.test","mutated":false}`,
    },
  };
  if (shape === "full") {
    const size = next() < 0.001 ? 40_000 : Math.floor(next() * 60);
    const data = Object.fromEntries(Array.from({ length: size }, (_, i) => [`key-${i}`, hex(8).repeat(4)]));
    event.responseObject = { kind: "ConfigMap", apiVersion: "v1", metadata: { name, namespace }, data };
  }
  return `${JSON.stringify(event)}\n`;
}

async function writeLog(path) {
  const size = bytesOf(values.size);
  const next = random(Number(values.seed));
  const file = createWriteStream(path);
  let sink = file;
  if (values.gzip) {
    sink = createGzip();
    sink.pipe(file);
  }
  let written = 0;
  let block = "";
  for (let n = 0; written < size; n++) {
    const line = eventLine(next, n, values.shape);
    written += line.length;
    block += line;
    if (block.length > 1 << 20) {
      if (!sink.write(block)) await once(sink, "drain");
      block = "";
    }
  }
  sink.end(block);
  await once(file, "close");
}

/** The plainest reader: no hash, no check, no account. */
async function splitAndParse(path) {
  const { createReadStream } = await import("node:fs");
  const { createGunzip } = await import("node:zlib");
  let stream = createReadStream(path, { highWaterMark: 1 << 18 });
  if (values.gzip) stream = stream.pipe(createGunzip({ chunkSize: 1 << 18 }));
  let rest = "";
  let events = 0;
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) if (JSON.parse(line).auditID) events++;
  }
  return events;
}

async function readWithAccount(path) {
  const { readEvents } = await import("@kaudit/stream");
  const reading = readEvents(path);
  let events = 0;
  for await (const { event } of reading) if (event.auditID) events++;
  const { totals } = await reading.account;
  if (totals.events !== events || totals.rejected > 0) throw new Error("the account does not tie");
  return events;
}

const readers = { splitAndParse, readEvents: readWithAccount };

/** Bytes touched and nothing else: puts the file into the page cache. */
function warm(path) {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(1 << 20);
  while (readSync(file, buffer) > 0);
  closeSync(file);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

if (values.read !== undefined) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const events = await readers[values.reader](values.read);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const result = { events, seconds, cpuSeconds: (user + system) / 1e6, peakMB: process.resourceUsage().maxRSS / 1000 };
  process.stdout.write(JSON.stringify(result));
} else {
  const folder = mkdtempSync(join(tmpdir(), "kaudit-bench-"));
  try {
    const path = join(folder, values.gzip ? "audit.log.gz" : "audit.log");
    await writeLog(path);
    warm(path);
    const size = bytesOf(values.size);
    console.log(
      `${values.shape}, ${values.size}${values.gzip ? ` (${(statSync(path).size / 1e6).toFixed(0)} MB gzip)` : ""}, Node ${process.version}, median of ${values.runs}`,
    );
    console.log("reader             events/s    MB/s   CPU s   peak RSS MB   CPU speed");
    const results = Object.fromEntries(Object.keys(readers).map((name) => [name, []]));
    for (let run = 0; run < Number(values.runs); run++) {
      for (const name of Object.keys(readers)) {
        const child = spawnSync(
          process.execPath,
          [fileURLToPath(import.meta.url), "--read", path, "--reader", name, ...(values.gzip ? ["--gzip"] : [])],
          { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
        );
        if (child.status !== 0) throw new Error(`${name} failed`);
        results[name].push(JSON.parse(child.stdout));
      }
    }
    const base = median(results.splitAndParse.map((r) => r.cpuSeconds));
    for (const [name, runs] of Object.entries(results)) {
      const seconds = median(runs.map((r) => r.seconds));
      const peak = Math.max(...runs.map((r) => r.peakMB));
      console.log(
        [
          name.padEnd(17),
          Math.round(runs[0].events / seconds)
            .toLocaleString("en")
            .padStart(10),
          (size / 1e6 / seconds).toFixed(0).padStart(7),
          median(runs.map((r) => r.cpuSeconds))
            .toFixed(2)
            .padStart(7),
          peak.toFixed(0).padStart(13),
          `${(base / median(runs.map((r) => r.cpuSeconds))).toFixed(2)}×`.padStart(11),
        ].join(" "),
      );
    }
    const peak = Math.max(...results.readEvents.map((r) => r.peakMB));
    if (peak >= 200) {
      console.log(`readEvents took ${peak.toFixed(0)} MB, expected less than 200 MB.`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
