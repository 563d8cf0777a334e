// Follows a folder and stores each batch with its checkpoint as one file, until it is killed: node follow-process.mjs <module> <folder> <store> [once]
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [module, folder, store, once] = process.argv.slice(2);
const { follow } = await import(module);

const commits = readdirSync(store).filter((name) => name.endsWith(".json"));
let number = commits.length;
const last = commits.toSorted().at(-1);
const known = last === undefined ? {} : { checkpoint: JSON.parse(readFileSync(join(store, last), "utf8")).checkpoint };

const isTorn = ({ provenance }) => provenance.truncated === true;

for await (const { events, rejected, notices, checkpoint } of follow(folder, {
  ...known,
  once: once !== undefined,
  pollMilliseconds: 3,
})) {
  const places = events.filter((one) => !isTorn(one)).map(({ event }) => event.requestURI);
  const reasons = [...rejected.map(({ reason }) => reason), ...events.filter(isTorn).map(() => "truncated")];
  writeFileSync(join(store, "unfinished"), JSON.stringify({ places, reasons, notices, checkpoint }));
  renameSync(join(store, "unfinished"), join(store, `${String(number++).padStart(8, "0")}.json`));
}
