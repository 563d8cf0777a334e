// Does anything that a log can hold make @kaudit/stream throw, or lose count?
//
//   npm run fuzz:stream -- --minutes 5 [--seed 1] [files or folders…]      default: examples/
//
// Mutates slices of the given logs (bits, cuts, glue, NULs, envelopes around lines) and reads them, whole and in chunks.
// Ends with exit code 1 and the seed of the round at the first broken promise: nothing throws, both readings agree,
// records are events, rejected and foreign ones, and every auditID of an event stands in the input.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { readEvents } from "../../packages/stream/dist/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string", default: "1" } },
});

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

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((name) => statSync(name).isFile());
}

const inputs = positionals.length > 0 ? positionals : ["examples"];
const logs = inputs.flatMap(filesUnder).map((path) => {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
});
const usable = logs.filter((bytes) => bytes.includes('"auditID"') || bytes.includes(" AUDIT: "));
if (usable.length === 0) throw new Error("none of the given files holds audit events");

const wrappers = [
  (line) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-03-04T05:06:07Z" }),
  (line) => JSON.stringify({ log: line.slice(0, line.length >> 1), stream: "stdout", time: "2026-03-04T05:06:07Z" }),
  (line) => JSON.stringify({ events: [{ message: line, ingestionTime: 1, timestamp: 1 }] }, null, 2),
  (line) => JSON.stringify({ shipper: { message: line } }),
  (line) => JSON.stringify(line),
  (line) => `2026-03-04T05:06:07.1Z stdout F ${line}`,
  (line) => `2026-03-04T05:06:07.1Z stdout P ${line}`,
  (line) => `<14>Mar  4 05:06:07 m1 kube-apiserver[1]: ${line}`,
];

function mutated(next) {
  const below = (limit) => Math.floor(next() * limit);
  const log = usable[below(usable.length)];
  const from = below(log.length);
  let bytes = Buffer.from(log.subarray(from, from + 200 + below(20_000)));
  if (next() < 0.5) {
    const lines = bytes.toString("latin1").split("\n");
    const wrapped = lines.map((line) => (next() < 0.5 ? wrappers[below(wrappers.length)](line) : line));
    bytes = Buffer.from(wrapped.join("\n"), "latin1");
  }
  for (let count = below(6); count > 0 && bytes.length > 0; count--) {
    const at = below(bytes.length);
    const to = Math.min(bytes.length, at + below(300));
    const kind = below(5);
    if (kind === 0) bytes[at] ^= 1 << below(8);
    else if (kind === 1) bytes.fill(0, at, to);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    else bytes[at] = '{}[]",:\n\\'.charCodeAt(below(9));
  }
  return bytes;
}

async function read(bytes, sizes, options) {
  async function* chunks() {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length];
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const rejected = [];
  const events = [];
  const reading = readEvents(chunks(), { ...options, onRejected: (record) => rejected.push(record) });
  for await (const event of reading) events.push(event);
  return { events, rejected, account: await reading.account };
}

function problem(bytes, whole, cut) {
  if (JSON.stringify(whole) !== JSON.stringify(cut)) return "chunking changes the result";
  const { records, events, rejected, foreign } = whole.account.totals;
  if (records !== events + rejected + foreign) return "totals do not tie";
  if (events !== whole.events.length || rejected !== whole.rejected.length) return "not everything is handed over";
  const text = bytes.toString("utf8");
  const isThere = (id) => id === "" || text.includes(id) || text.includes(JSON.stringify(id).slice(1, -1));
  // An id with an escape in it, or in pieces, is written in another way in the input.
  const plain = whole.events.filter(({ event }) => /^[0-9a-f-]{36}$/.test(event.auditID));
  if (!text.includes("\\u") && !/stdout P|"stdout"/.test(text)) {
    if (!plain.every(({ event }) => isThere(event.auditID))) return "an event that is not in the input";
  }
  return undefined;
}

const end = Date.now() + Number(values.minutes) * 60_000;
let seed = Number(values.seed);
let rounds = 0;
let found = 0;
for (; Date.now() < end; seed++, rounds++) {
  const next = random(seed);
  const bytes = mutated(next);
  const options = next() < 0.3 ? { maxRecordBytes: 100 + Math.floor(next() * 3000) } : {};
  const sizes = Array.from({ length: 4 }, () => 1 + Math.floor(next() * 900));
  let failure;
  try {
    const whole = await read(bytes, [bytes.length || 1], options);
    failure = problem(bytes, whole, await read(bytes, sizes, options));
    found += whole.events.length;
  } catch (error) {
    failure = error.stack;
  }
  if (failure !== undefined) {
    console.error(`seed ${seed}: ${failure}`);
    process.exit(1);
  }
}
console.log(`${rounds} rounds, ${found} events, up to seed ${seed - 1}: no promise was broken`);
