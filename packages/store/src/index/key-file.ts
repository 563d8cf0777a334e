import {
  closeSync,
  ftruncateSync,
  fsyncSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";

/** What the store knows of an event: nothing, the very same, or one with its key and other content. */
export type Known = "new" | "same" | "other";

const magic = "KAUDIT-K";
const headBytes = 64;
const slotBytes = 32;
const keyBytes = 16;
/** How many slots are read at once. */
const window = 16;
const leastSlots = 1 << 12;

/**
 * A hash table of event keys in a file: 32 bytes an event, at most half full, looked up with one read of a page. It holds
 * only what was committed, so that a crash can lose entries of it, never make a new event look known; which commits it
 * covers stands in its head, and the rest is added again when it is opened.
 */
export class KeyFile {
  readonly #path: string;
  readonly #boot: string;
  #file: number;
  #slots: number;
  #count: number;
  /** The last commit whose events are all in it. */
  seq: number;
  readonly #buffer = Buffer.alloc(window * slotBytes);

  private constructor(path: string, boot: string, file: number, head: { slots: number; count: number; seq: number }) {
    this.#path = path;
    this.#boot = boot;
    this.#file = file;
    this.#slots = head.slots;
    this.#count = head.count;
    this.seq = head.seq;
  }

  /**
   * Opens the table, or makes an empty one: where there is none, where it is damaged, or where the machine stopped before
   * it was closed (`boot` names the time since the machine was started).
   */
  static open(path: string, boot: string): KeyFile {
    let file: number | undefined;
    try {
      file = openSync(path, "r+");
      const head = readHead(file, boot);
      if (head !== null) {
        const table = new KeyFile(path, boot, file, head);
        table.#writeHead(false);
        return table;
      }
      closeSync(file);
    } catch {
      if (file !== undefined) closeSync(file);
    }
    const table = new KeyFile(path, boot, makeFile(path, leastSlots), { slots: leastSlots, count: 0, seq: 0 });
    table.#writeHead(false);
    return table;
  }

  lookUp(key: Buffer, content: Buffer): Known {
    let known: Known = "new";
    for (const slot of this.#chain(key)) {
      if (slot === null) return known;
      if (!isKeyAt(this.#buffer, slot, key)) continue;
      if (this.#buffer.compare(content, 0, keyBytes, slot + keyBytes, slot + slotBytes) === 0) return "same";
      known = "other";
    }
    return known;
  }

  /** Adds an event unless it is there. */
  add(key: Buffer, content: Buffer): void {
    if ((this.#count + 1) * 2 > this.#slots) this.#grow();
    let at = firstSlot(key, this.#slots);
    for (const slot of this.#chain(key)) {
      if (slot === null) break;
      if (isKeyAt(this.#buffer, slot, key)) {
        if (this.#buffer.compare(content, 0, keyBytes, slot + keyBytes, slot + slotBytes) === 0) return;
      }
      at = (at + 1) & (this.#slots - 1);
    }
    writeSync(this.#file, Buffer.concat([key, content]), 0, slotBytes, headBytes + at * slotBytes);
    this.#count++;
  }

  /** Says that all events up to this commit are in it. */
  cover(seq: number): void {
    this.seq = seq;
    this.#writeHead(false);
  }

  close(): void {
    fsyncSync(this.#file);
    this.#writeHead(true);
    closeSync(this.#file);
  }

  /** Where in the buffer each slot of a key's chain is, to its first empty one, which is null. */
  *#chain(key: Buffer): Generator<number | null, void> {
    let at = firstSlot(key, this.#slots);
    for (;;) {
      const slots = Math.min(window, this.#slots - at);
      readSync(this.#file, this.#buffer, 0, slots * slotBytes, headBytes + at * slotBytes);
      for (let slot = 0; slot < slots; slot++) {
        yield isEmptyAt(this.#buffer, slot * slotBytes) ? null : slot * slotBytes;
      }
      at = (at + slots) & (this.#slots - 1);
    }
  }

  #grow(): void {
    const larger = `${this.#path}.tmp`;
    rmSync(larger, { force: true });
    const table = new KeyFile(larger, this.#boot, makeFile(larger, this.#slots * 4), {
      slots: this.#slots * 4,
      count: 0,
      seq: this.seq,
    });
    const piece = Buffer.alloc(1 << 20);
    for (let at = 0; ;) {
      const read = readSync(this.#file, piece, 0, piece.length, headBytes + at);
      if (read === 0) break;
      for (let slot = 0; slot < read; slot += slotBytes) {
        if (isEmptyAt(piece, slot)) continue;
        table.add(
          Buffer.from(piece.subarray(slot, slot + keyBytes)),
          Buffer.from(piece.subarray(slot + keyBytes, slot + slotBytes)),
        );
      }
      at += read;
    }
    fsyncSync(table.#file);
    table.#writeHead(false);
    renameSync(larger, this.#path);
    closeSync(this.#file);
    this.#file = table.#file;
    this.#slots = table.#slots;
    this.#count = table.#count;
  }

  #writeHead(isClean: boolean): void {
    const head = Buffer.alloc(headBytes);
    head.write(magic, 0, "latin1");
    head.writeUInt32LE(this.#slots, 8);
    head.writeUInt32LE(this.#count, 12);
    head.writeDoubleLE(this.seq, 16);
    head.writeUInt8(isClean ? 1 : 0, 24);
    head.write(this.#boot.slice(0, 36), 28, "latin1");
    writeSync(this.#file, head, 0, headBytes, 0);
  }
}

/** A name for the time since the machine was started; empty where the system has none. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}

function makeFile(path: string, slots: number): number {
  rmSync(path, { force: true });
  const file = openSync(path, "wx+", 0o600);
  ftruncateSync(file, headBytes + slots * slotBytes);
  return file;
}

function readHead(file: number, boot: string): { slots: number; count: number; seq: number } | null {
  const head = Buffer.alloc(headBytes);
  if (readSync(file, head, 0, headBytes, 0) < headBytes || head.toString("latin1", 0, 8) !== magic) return null;
  const [slots, count, seq] = [head.readUInt32LE(8), head.readUInt32LE(12), head.readDoubleLE(16)];
  if (slots < leastSlots || fstatSync(file).size !== headBytes + slots * slotBytes || count * 2 > slots) return null;
  const isClean = head.readUInt8(24) === 1;
  const isSameBoot = boot !== "" && head.toString("latin1", 28, 28 + boot.length) === boot;
  return isClean || isSameBoot ? { slots, count, seq } : null;
}

function firstSlot(key: Buffer, slots: number): number {
  return key.readUInt32LE(0) & (slots - 1);
}

function isKeyAt(buffer: Buffer, at: number, key: Buffer): boolean {
  return buffer.compare(key, 0, keyBytes, at, at + keyBytes) === 0;
}

function isEmptyAt(buffer: Buffer, at: number): boolean {
  for (let byte = at; byte < at + slotBytes; byte++) if (buffer[byte] !== 0) return false;
  return true;
}
