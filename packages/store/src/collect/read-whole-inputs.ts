import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { isKauditError } from "@kaudit/schema";
import type { RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { readEvents, s3Bucket } from "@kaudit/stream";
import type { EventInput } from "@kaudit/stream";
import type { CollectRun, CollectSource } from "./collect.js";
import { sourceId } from "./follow-state.js";
import { fileSha256, nameBelow, wholeFilesIn, wholeKey } from "./whole-files.js";

const batchEvents = 1000;

/** What is remembered of a file that was read whole. */
interface WholeState {
  readonly name: string;
  readonly bytes: number;
  /** Time of change on disk, or the object's tag. */
  readonly version: string;
  readonly sha256: string;
}

/**
 * Reads archives, tables, objects of a bucket and standard input, each from its beginning and once: what did not change
 * since it was read is passed over, and of what did only the events that are new are stored.
 */
export async function readWholeInputs(
  source: CollectSource,
  folders: readonly string[],
  run: CollectRun,
): Promise<void> {
  const id = sourceId(source.cluster, [...source.inputs, ...folders]);
  for (const input of source.inputs) {
    if (input === "-") await readOne({ input: "-", name: "-" }, source, run);
    else if (input.startsWith("s3://")) await readBucket(input, id, source, run);
    else await readFileOnce(input, input, id, source, run);
  }
  for (const folder of folders)
    for (const { path } of await wholeFilesIn(folder)) await readFileOnce(folder, path, id, source, run);
}

async function readFileOnce(
  input: string,
  path: string,
  id: string,
  source: CollectSource,
  run: CollectRun,
): Promise<void> {
  const status = await stat(path).catch(() => null);
  if (status === null) return;
  const name = nameBelow(input, path);
  const key = wholeKey(id, path);
  const state = run.collection.writer.head.state.get(key) as WholeState | undefined;
  const version = String(status.mtimeMs);
  if (state?.bytes === status.size && state.version === version) return;
  const sha256 = await fileSha256(path);
  if (state?.sha256 !== sha256 && !(await readOne({ input: path, name }, source, run))) return;
  const next: WholeState = { name, bytes: status.size, version, sha256 };
  await run.collection.inTurn(async () => run.collection.writer.setState(key, next));
}

async function readBucket(address: string, id: string, source: CollectSource, run: CollectRun): Promise<void> {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(address) ?? [];
  const store = s3Bucket(bucket);
  for await (const { key, bytes, etag } of store.list(path)) {
    if (run.options.signal?.aborted === true) return;
    const stateKey = wholeKey(id, `${bucket}/${key}`);
    const state = run.collection.writer.head.state.get(stateKey) as WholeState | undefined;
    if (etag !== undefined && state?.version === etag && state.bytes === bytes) continue;
    if (!(await readOne({ input: { store, path: key }, name: key }, source, run))) return;
    const next: WholeState = { name: key, bytes, version: etag ?? "", sha256: "" };
    await run.collection.inTurn(async () => run.collection.writer.setState(stateKey, next));
  }
}

/** Reads one of them; gives whether its end was reached. */
async function readOne(
  { input, name }: { readonly input: EventInput; readonly name: string },
  { cluster, instance }: CollectSource,
  run: CollectRun,
): Promise<boolean> {
  const { collection, options } = run;
  const { signal, maxRecordBytes, stdin } = options;
  const rejected: RejectedRecord[] = [];
  const reading = readEvents(input, {
    raw: true,
    onRejected: (record) => void rejected.push(record),
    ...(signal === undefined ? {} : { signal }),
    ...(instance === undefined ? {} : { instance }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
    ...(stdin === undefined ? {} : { stdin }),
  });
  const give = async (events: readonly SourcedEvent[]): Promise<void> => {
    const records = rejected.splice(0);
    await collection.inTurn(async () => {
      await collection.addEvents(events, cluster);
      collection.addRejected(records, cluster);
      run.progress(events.at(-1)?.event.requestReceivedTimestamp ?? "");
      await collection.commitIfDue();
    });
  };
  let batch: SourcedEvent[] = [];
  try {
    for await (const sourced of reading) {
      batch.push(named(sourced, input, name));
      if (batch.length < batchEvents) continue;
      await give(batch);
      batch = [];
    }
    await give(batch);
    collection.writer.addForeign((await reading.account).totals.foreign);
    return true;
  } catch (error) {
    if (!isKauditError(error, "KAUDIT_STREAM_ABORTED")) throw error;
    collection.addNotices([{ cluster, kind: "unfinished", file: name }]);
    return false;
  }
}

/** The event with the name that its file has below the folder that was named. */
function named(sourced: SourcedEvent, input: EventInput, name: string): SourcedEvent {
  const { file } = sourced.provenance;
  const own = typeof input === "string" ? basename(input) : "";
  if (own === "" || name === own || (file !== own && !file.startsWith(`${own}!`))) return sourced;
  return { ...sourced, provenance: { ...sourced.provenance, file: name + file.slice(own.length) } };
}
