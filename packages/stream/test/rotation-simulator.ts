import { appendFile, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { auditEvent, auditID, jsonLines } from "@kaudit/testkit";

/** How a log is rotated: by kube-apiserver itself, or by logrotate with one of its ways. */
export type RotationScheme = "rename" | "rename-compress" | "numbered" | "copytruncate" | "copytruncate-hole";

export const rotationSchemes: readonly RotationScheme[] = [
  "rename",
  "rename-compress",
  "numbered",
  "copytruncate",
  "copytruncate-hole",
];

/** Random numbers from a seed (mulberry32), so that a round can be run again. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Writes an audit log as a server does, rotates it, and is killed now and then. */
export class SimulatedServer {
  /** Of each line that was written whole: the generation of the log and its number, as in `requestURI`. */
  readonly written: string[] = [];
  /** How often it was killed in the middle of a line. */
  tornLines = 0;
  readonly #folder: string;
  readonly #scheme: RotationScheme;
  readonly #random: (below: number) => number;
  #generation = 0;
  #lines = 0;
  #rotations = 0;
  /** The hole that stands before what is written next, where the server does not append. */
  #hole = 0;

  constructor(folder: string, scheme: RotationScheme, random: (below: number) => number) {
    this.#folder = folder;
    this.#scheme = scheme;
    this.#random = random;
  }

  get #log(): string {
    return join(this.#folder, "audit.log");
  }

  /** Does the next thing: most often it writes. */
  async step(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const turn = this.#random(20);
    if (turn === 0 && this.#lines > 0) await this.#rotate();
    else if (turn === 1) await this.#killInTheMiddle();
    else await this.#write(1 + this.#random(turn === 2 ? 900 : 4));
  }

  #line(): string {
    const place = `/${this.#scheme}/${this.#generation}/${this.#lines++}`;
    this.written.push(place);
    const n = this.#generation * 100_000 + this.#lines + this.#folder.length * 10_000_000;
    return jsonLines([
      auditEvent({ auditID: auditID(n), requestURI: place, userAgent: "x".repeat(this.#random(300)) }),
    ]);
  }

  async #append(text: string): Promise<void> {
    if (this.#hole > 0) {
      const handle = await open(this.#log, "a+").then(async (created) => {
        await created.close();
        return open(this.#log, "r+");
      });
      await handle.write(Buffer.from(text), 0, undefined, this.#hole);
      await handle.close();
      this.#hole = 0;
    } else await appendFile(this.#log, text);
  }

  async #write(count: number): Promise<void> {
    let text = "";
    for (let i = 0; i < count; i++) text += this.#line();
    const cut = this.#random(text.length);
    await this.#append(text.slice(0, cut));
    await this.#pause();
    await this.#append(text.slice(cut));
  }

  async #killInTheMiddle(): Promise<void> {
    const torn = this.#line();
    this.written.pop();
    // At least so much that it can be told to be an event.
    await this.#append(torn.slice(0, 150 + this.#random(200)));
    this.tornLines++;
    await this.#pause();
    // The new process goes on in the same line.
    await this.#write(1);
  }

  async #rotate(): Promise<void> {
    const second = String(this.#rotations++).padStart(6, "0");
    if (this.#scheme === "rename" || this.#scheme === "rename-compress") {
      const name = join(this.#folder, `audit-2026-11-22T12-18-26.${second.slice(3)}.log`);
      await rename(this.#log, name);
      this.#begin();
      await this.#write(1);
      if (this.#scheme === "rename-compress") await this.#compress(name);
    } else if (this.#scheme === "numbered") {
      await this.#renumber();
      await rename(this.#log, `${this.#log}.1`);
      this.#begin();
    } else {
      await this.#renumber();
      const content = await readFile(this.#log);
      await this.#writeSlowly(`${this.#log}.1`, content);
      await truncate(this.#log);
      this.#begin();
      if (this.#scheme === "copytruncate-hole") this.#hole = content.length;
    }
  }

  #begin(): void {
    this.#generation++;
    this.#lines = 0;
  }

  /** `audit.log.1` becomes `audit.log.2`, and from there on they are compressed, as with logrotate's `delaycompress`. */
  async #renumber(): Promise<void> {
    let last = 0;
    while (await exists(`${this.#log}.${last + 1}${last + 1 > 1 ? ".gz" : ""}`)) last++;
    for (let n = last; n >= 1; n--) {
      const suffix = n > 1 ? ".gz" : "";
      await rename(`${this.#log}.${n}${suffix}`, `${this.#log}.${n + 1}${suffix}`);
    }
    if (last >= 1) await this.#compress(`${this.#log}.2`);
  }

  async #compress(path: string): Promise<void> {
    await this.#writeSlowly(`${path}.gz`, gzipSync(await readFile(path)));
    await rm(path);
  }

  async #writeSlowly(path: string, content: Uint8Array): Promise<void> {
    await writeFile(path, "");
    const piece = 1 + Math.ceil(content.length / (1 + this.#random(4)));
    for (let start = 0; start < content.length; start += piece) {
      await appendFile(path, content.subarray(start, start + piece));
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    for (let turns = this.#random(6); turns > 0; turns--) await new Promise(setImmediate);
    if (this.#random(4) === 0) await new Promise((resolve) => setTimeout(resolve, this.#random(4)));
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
