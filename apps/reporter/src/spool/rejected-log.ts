import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { RejectedRecord } from "@kaudit/schema";
import { readLines, spoolError } from "./run-file.js";

const flushAtLength = 256 * 1024;

/** Rejected records in the order of reading, however many there are. */
export interface RejectedLog {
  /** Takes a record; writes to disk at once when enough have come together. */
  add(record: RejectedRecord): void;
  readonly size: number;
  /** Reads all records back, in order. */
  records(): AsyncGenerator<RejectedRecord, void>;
  close(): void;
}

/**
 * Gives a log of rejected records in `folder`.
 *
 * It writes synchronously, because the reader of a log does not wait for whoever it reports to: a gigabyte of garbage
 * must not pile up in memory. Throws `KAUDIT_SPOOL_DISK_FULL` and `KAUDIT_SPOOL_FAILED`.
 */
export function createRejectedLog(folder: string): RejectedLog {
  const file = join(folder, "rejected.jsonl");
  let handle: number | null = null;
  let held: string[] = [];
  let heldLength = 0;
  let size = 0;

  function guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw spoolError(folder, error);
    }
  }

  function writeHeld(): void {
    handle ??= guard(() => openSync(file, "wx", 0o600));
    const bytes = Buffer.from(held.join(""), "utf8");
    const to = handle;
    for (let written = 0; written < bytes.length;) {
      const from = written;
      written += guard(() => writeSync(to, bytes, from));
    }
    held = [];
    heldLength = 0;
  }

  return {
    add(record) {
      const line = `${JSON.stringify(record)}\n`;
      held.push(line);
      heldLength += line.length;
      size++;
      if (heldLength >= flushAtLength) writeHeld();
    },
    get size() {
      return size;
    },
    async *records() {
      const inMemory = held.slice();
      if (handle !== null) {
        const chunks = readLines(file);
        try {
          for (;;) {
            const next = await chunks.next();
            if (next.done === true) break;
            for (const line of next.value) yield JSON.parse(line) as RejectedRecord;
          }
        } catch (error) {
          throw spoolError(folder, error);
        } finally {
          await chunks.return();
        }
      }
      for (const line of inMemory) yield JSON.parse(line) as RejectedRecord;
    },
    close() {
      if (handle !== null) closeSync(handle);
      handle = null;
    },
  };
}
