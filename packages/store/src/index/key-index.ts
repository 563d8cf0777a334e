import { hash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ObjectStore } from "@kaudit/schema";
import { damaged } from "../chain/commit.js";
import type { Head } from "../chain/head.js";
import { contentKey, eventKey } from "../event-key.js";
import { partitionPrefix } from "../segments/partition.js";
import type { Partition } from "../segments/partition.js";
import { readSegment } from "../segments/read-segment.js";
import { bootId, KeyFile } from "./key-file.js";
import type { Known } from "./key-file.js";

/** Days whose tables are open at the same time. */
const mostOpen = 64;

/** An event of the commit that is being gathered. */
interface Pending {
  readonly prefix: string;
  readonly key: Buffer;
  readonly content: Buffer;
}

/**
 * Tells repeated events from new ones, over all sources and restarts: a table of keys for each cluster and day, in files
 * that can be deleted at any time, for they are made again from the segments. Memory holds only what is not committed.
 */
export class KeyIndex {
  readonly #folder: string;
  readonly #objects: ObjectStore;
  readonly #boot = bootId();
  readonly #open = new Map<string, KeyFile>();
  readonly #pending: Pending[] = [];
  /** Contents of the keys of pending events. */
  readonly #pendingContents = new Map<string, Set<string>>();

  constructor(folder: string, objects: ObjectStore) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#objects = objects;
  }

  /** Opens the table of a partition and brings it up to the head. To be called before {@link check}. */
  async prepare(partition: Partition, head: Head): Promise<void> {
    const prefix = partitionPrefix(partition);
    const known = this.#open.get(prefix);
    if (known !== undefined) {
      // The one used longest ago comes first.
      this.#open.delete(prefix);
      this.#open.set(prefix, known);
      return;
    }
    if (this.#open.size >= mostOpen) this.#closeOldest();
    const table = KeyFile.open(
      join(this.#folder, `${partition.day}-${hash("sha256", prefix, "hex").slice(0, 16)}.keys`),
      this.#boot,
    );
    this.#open.set(prefix, table);
    const after = table.seq;
    for (const object of head.objects.values()) {
      if (object.seq <= after || !object.key.startsWith(prefix)) continue;
      const content = await this.#objects.get(object.key);
      if (content === null) throw damaged(object.key, "is missing");
      for await (const row of readSegment(object.key, content))
        if (row.kind === "event") table.add(eventKey(row.sourced), contentKey(row.sourced));
    }
    table.cover(head.seq);
  }

  isPrepared(prefix: string): boolean {
    return this.#open.has(prefix);
  }

  /** Looks an event up, among those that were committed and those that were added since, and adds it when it is new. */
  check(prefix: string, key: Buffer, content: Buffer): Known {
    const table = this.#open.get(prefix);
    const committed = table?.lookUp(key, content) ?? "new";
    if (committed === "same") return "same";
    const pendingKey = prefix + key.toString("latin1");
    const contents = this.#pendingContents.get(pendingKey);
    const text = content.toString("latin1");
    if (contents?.has(text) === true) return "same";
    if (contents === undefined) this.#pendingContents.set(pendingKey, new Set([text]));
    else contents.add(text);
    this.#pending.push({ prefix, key, content });
    return contents === undefined ? committed : "other";
  }

  /** Takes what was added into the tables: it has been committed. */
  commit(seq: number): void {
    for (const { prefix, key, content } of this.#pending) this.#open.get(prefix)?.add(key, content);
    for (const table of this.#open.values()) table.cover(seq);
    this.#forget();
  }

  /** Forgets what was added: it has not been committed. */
  abandon(): void {
    this.#forget();
  }

  /** Removes the tables of days before this one. */
  removeBefore(day: string): void {
    this.close();
    for (const name of readdirSync(this.#folder)) {
      const [own] = /^\d{4}-\d\d-\d\d/.exec(name) ?? [];
      if (own !== undefined && own < day) rmSync(join(this.#folder, name), { force: true });
    }
  }

  close(): void {
    for (const table of this.#open.values()) table.close();
    this.#open.clear();
  }

  #forget(): void {
    this.#pending.length = 0;
    this.#pendingContents.clear();
  }

  /** Closes the table used longest ago that no pending event belongs to. */
  #closeOldest(): void {
    const used = new Set(this.#pending.map(({ prefix }) => prefix));
    for (const [prefix, table] of this.#open) {
      if (used.has(prefix)) continue;
      table.close();
      this.#open.delete(prefix);
      return;
    }
  }
}
