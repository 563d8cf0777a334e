import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CountedActivity, RejectedRecord, SourcedEvent } from "@kaudit/schema";
import { sha256Hex, storeFormat } from "../chain/commit.js";
import type { SegmentEntry } from "../chain/commit.js";
import { partitionPrefix } from "./partition.js";
import type { Partition } from "./partition.js";
import { countedLine, eventLine, headLine, rejectedLine } from "./segment-row.js";

/** A segment that is ready to be stored. */
export interface BuiltSegment {
  readonly entry: SegmentEntry;
  readonly content: Uint8Array;
}

/** Gathers the rows of one cluster and day. */
class PartitionRows {
  readonly lines: string[] = [];
  events = 0;
  rejected = 0;
  counted = 0;
}

/** Gathers rows until a commit takes them, a segment for each cluster and day. */
export class SegmentBuilder {
  readonly #partitions = new Map<string, { readonly partition: Partition; readonly rows: PartitionRows }>();
  #characters = 0;

  /** How much is held, in characters of JSON. */
  get characters(): number {
    return this.#characters;
  }

  /** How many segments there will be. */
  get size(): number {
    return this.#partitions.size;
  }

  addEvent(partition: Partition, sourced: SourcedEvent): void {
    this.#add(partition, eventLine(sourced)).events++;
  }

  addRejected(partition: Partition, rejected: RejectedRecord): void {
    this.#add(partition, rejectedLine(rejected)).rejected++;
  }

  addCounted(partition: Partition, counted: CountedActivity): void {
    this.#add(partition, countedLine(counted)).counted++;
  }

  #add(partition: Partition, line: string): PartitionRows {
    const key = partitionPrefix(partition);
    let held = this.#partitions.get(key);
    if (held === undefined) this.#partitions.set(key, (held = { partition, rows: new PartitionRows() }));
    held.rows.lines.push(line);
    this.#characters += line.length;
    return held.rows;
  }

  /** Gives the segments for a commit, by key of their partition. The builder is empty afterwards. */
  async take(commit: number, run: string): Promise<BuiltSegment[]> {
    const held = [...this.#partitions].toSorted(([a], [b]) => (a < b ? -1 : 1));
    this.#partitions.clear();
    this.#characters = 0;
    return Promise.all(
      held.map(async ([prefix, { partition, rows }]) => {
        const head = headLine({ format: storeFormat, ...partition, commit, run });
        const content = await promisify(gzip)(Buffer.from(head + rows.lines.join("")));
        const { events, rejected, counted } = rows;
        const key = `${prefix}${sha256Hex(content)}.jsonl.gz`;
        return { entry: { key, bytes: content.length, events, rejected, counted }, content };
      }),
    );
  }
}
