// How long does it take to open a store, and how large is it, after so many commits?
//
//   node bench/store/opening-and-size.mjs [--commits 100000]
import { parseArgs } from "node:util";
import { createMemoryStore, EventWriter, storeStatus } from "../../packages/store/dist/index.js";

const { values } = parseArgs({ options: { commits: { type: "string", default: "100000" } } });
const commits = Number(values.commits);
const objects = createMemoryStore();
const place = { objects, address: "memory", folder: null };
let at = Date.parse("2026-01-01T00:00:00Z");
const options = { tool: "bench", now: () => new Date(at) };

const event = (number) => ({
  event: {
    level: "Metadata",
    auditID: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    stage: "ResponseComplete",
    requestURI: `/api/v1/namespaces/team-a/secrets/s-${number}`,
    verb: "get",
    user: { username: "alice" },
    requestReceivedTimestamp: new Date(at).toISOString().replace("Z", "000Z"),
    stageTimestamp: new Date(at).toISOString().replace("Z", "000Z"),
  },
  provenance: {
    file: "audit.log",
    byteOffset: number,
    envelope: "json-lines",
    instance: "m1",
    instanceBasis: "directory",
    contentSha256: String(number).padStart(64, "0"),
  },
});

const began = performance.now();
const writer = await EventWriter.open(place, options);
for (let number = 0; number < commits; number++, at += 60_000) {
  await writer.add(event(number), "prod");
  writer.setState("follow/position", { offset: number });
  await writer.commit();
  if (number % 64 === 63) await writer.compact();
}
await writer.close();
const seconds = (performance.now() - began) / 1000;

const opening = performance.now();
const again = await EventWriter.open(place, options);
const opened = performance.now() - opening;
const { seq } = again.head;
await again.close();
const status = await storeStatus(place);
let count = 0;
let bytes = 0;
for await (const object of objects.list("")) {
  count++;
  bytes += object.bytes;
}
console.log(`commits made        ${commits}, ${(commits / seconds).toFixed(0)} a second, ${seq} with compaction`);
console.log(`opening             ${opened.toFixed(0)} ms`);
console.log(`objects with rows   ${status.objects} for ${status.clusters[0].days} days`);
console.log(`objects in all      ${count}, ${(bytes / 1e6).toFixed(0)} MB`);
