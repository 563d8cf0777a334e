import { createHash } from "node:crypto";
import type { AuditEvent, EventReading, FileAccount, SourcedEvent } from "@kaudit/schema";

/** A file as the tests give it: its name and its bytes (audit.k8s.io events as JSON lines, or one EventList). */
export interface GivenFile {
  readonly file: string;
  readonly bytes: Buffer;
  readonly instance?: string;
}

/**
 * Reads files the plainest way there is: split at newlines, JSON.parse, keep where each event was. Lines that are no event are
 * counted as rejected. It serves the tests of this package and whoever needs a bundle without the stream package.
 */
export function plainReading(files: readonly GivenFile[]): EventReading {
  let settle: ((account: Awaited<EventReading["account"]>) => void) | undefined;
  const account = new Promise<Awaited<EventReading["account"]>>((resolve) => {
    settle = resolve;
  });
  return {
    account,
    async *[Symbol.asyncIterator]() {
      const accounts: FileAccount[] = [];
      for (const given of files) accounts.push(yield* readFile(given));
      const sum = (count: (file: FileAccount) => number): number =>
        accounts.reduce((total, file) => total + count(file), 0);
      settle?.({
        files: accounts,
        skipped: [],
        totals: {
          files: accounts.length,
          bytes: sum((file) => file.bytes),
          decompressedBytes: sum((file) => file.decompressedBytes),
          records: sum((file) => file.records),
          events: sum((file) => file.events),
          rejected: sum((file) => file.rejected),
          foreign: 0,
        },
        rejected: [],
      });
    },
  };
}

/** Gives events that are already there as a reading of one file. */
export function readingOf(events: readonly AuditEvent[], file = "audit.log", instance = "cp-1"): EventReading {
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return plainReading([{ file, bytes, instance }]);
}

async function* readFile(given: GivenFile): AsyncGenerator<SourcedEvent, FileAccount> {
  const { file, bytes } = given;
  const instance = given.instance ?? "cp-1";
  const eventsByStage: Record<string, number> = Object.create(null) as Record<string, number>;
  const received: string[] = [];
  let events = 0;
  let rejected = 0;
  for (const { event, byteOffset } of eventsIn(bytes)) {
    if (event === null) {
      rejected++;
      continue;
    }
    events++;
    eventsByStage[event.stage] = (eventsByStage[event.stage] ?? 0) + 1;
    if (event.requestReceivedTimestamp !== null) received.push(event.requestReceivedTimestamp);
    const { kind: _kind, apiVersion: _apiVersion, ...content } = event;
    const contentSha256 = createHash("sha256").update(JSON.stringify(content)).digest("hex");
    const provenance = {
      file,
      byteOffset,
      envelope: "json-lines",
      instance,
      instanceBasis: "directory",
      contentSha256,
    };
    yield { event, provenance: provenance as SourcedEvent["provenance"] };
  }
  received.sort();
  return {
    file,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    compression: "none",
    decompressedBytes: bytes.length,
    records: events + rejected,
    events,
    rejected,
    foreign: 0,
    eventsByStage,
    rejectedByReason: rejected === 0 ? {} : { "not-json": rejected },
    firstTimestamp: received[0] ?? null,
    lastTimestamp: received.at(-1) ?? null,
    instance,
    instanceBasis: "directory",
  };
}

function* eventsIn(bytes: Buffer): Generator<{ event: AuditEvent | null; byteOffset: number }> {
  if (bytes.subarray(0, 20).includes("EventList")) {
    const list = JSON.parse(bytes.toString("utf8")) as { items: AuditEvent[] };
    for (const [index, event] of list.items.entries()) yield { event, byteOffset: index };
    return;
  }
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.subarray(start, end).toString("utf8");
    if (line.trim() !== "") yield { event: parsed(line), byteOffset: start };
    start = end + 1;
  }
}

function parsed(line: string): AuditEvent | null {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return null;
  }
}
