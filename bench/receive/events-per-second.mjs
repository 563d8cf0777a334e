// Sustained events a second and the time to an answer of kaudit receive on the loopback address, each batch durable before
// its answer (fsync), brought into the store meanwhile.
//
//   npm run bench:receive
//   npm run bench:receive -- --seconds 20 --senders 16 --events 400
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    senders: { type: "string", default: "8" },
    events: { type: "string", default: "400" },
    folder: { type: "string", default: tmpdir() },
  },
});
const seconds = Number(values.seconds);
const senders = Number(values.senders);
const perBatch = Number(values.events);

const command = fileURLToPath(new URL("../../apps/reporter/dist/cli.js", import.meta.url));
const folder = mkdtempSync(join(values.folder, "kaudit-bench-receive-"));
const receiver = spawn(process.execPath, [
  command,
  ..."receive --cluster bench --listen 127.0.0.1:0 --insecure-loopback --store".split(" "),
  join(folder, "store"),
]);
const port = await new Promise((resolve, reject) => {
  let text = "";
  receiver.stderr.on("data", (chunk) => {
    text += chunk;
    const [, found] = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text) ?? [];
    if (found !== undefined) resolve(Number(found));
  });
  receiver.on("exit", () => reject(new Error(text)));
});

const agent = new Agent({ keepAlive: true, maxSockets: senders });
const times = [];
const refused = new Map();
let sent = 0;
let bytes = 0;
let sequence = 0;

function batch() {
  const items = Array.from({ length: perBatch }, () => {
    const n = sequence++;
    const time = new Date(Date.UTC(2026, 9, 14) + n).toISOString().replace("Z", "000Z");
    return {
      level: "Metadata",
      auditID: `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
      stage: "ResponseComplete",
      requestURI: `/api/v1/namespaces/team-${n % 50}/secrets/s-${n % 997}`,
      verb: "get",
      user: { username: `user-${n % 200}`, groups: ["developers", "system:authenticated"] },
      sourceIPs: ["10.0.0.7"],
      userAgent: "kubectl/v1.36.4 (linux/amd64) kubernetes/bb826b1",
      objectRef: { resource: "secrets", namespace: `team-${n % 50}`, name: `s-${n % 997}`, apiVersion: "v1" },
      responseStatus: { metadata: {}, code: 200 },
      requestReceivedTimestamp: time,
      stageTimestamp: time,
      annotations: { "authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "" },
    };
  });
  return Buffer.from(JSON.stringify({ kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items }));
}

function post(body) {
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        port,
        host: "127.0.0.1",
        path: "/audit/cp-1",
        method: "POST",
        headers: { "content-type": "application/json", "content-length": body.length },
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode));
      },
    );
    sending.on("error", reject);
    sending.end(body);
  });
}

const end = performance.now() + seconds * 1000;
const begun = performance.now();
await Promise.all(
  Array.from({ length: senders }, async () => {
    while (performance.now() < end) {
      const body = batch();
      const start = performance.now();
      const status = await post(body);
      if (status !== 200) {
        refused.set(status, (refused.get(status) ?? 0) + 1);
        continue;
      }
      times.push(performance.now() - start);
      sent += perBatch;
      bytes += body.length;
    }
  }),
);
const elapsed = (performance.now() - begun) / 1000;
receiver.kill("SIGTERM");
await new Promise((resolve) => receiver.on("exit", resolve));
rmSync(folder, { recursive: true, force: true });

times.sort((a, b) => a - b);
const percentile = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]?.toFixed(0) ?? "none";
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}; senders in the same machine`,
);
console.log(`${senders} senders, ${perBatch} events a batch, ${elapsed.toFixed(1)} s, fsync before each answer\n`);
console.log(`events/s   ${Math.round(sent / elapsed).toLocaleString("en")}`);
console.log(`MB/s       ${(bytes / elapsed / 1e6).toFixed(1)}`);
console.log(`answer     p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms, most ${percentile(1)} ms`);
console.log(`refused    ${[...refused].map(([status, count]) => `${count} × ${status}`).join(", ") || "none"}`);
