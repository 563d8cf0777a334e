import { appendFile, mkdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";

/** Random whole numbers from a seed (mulberry32), so that a run can be repeated. */
export function seeded(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export const rotations = ["rename", "rename-compress", "copytruncate", "none"];

/** Writes an audit log as an API server does, tears lines for a while, and rotates the log in one way. */
export class LogWriter {
  /** The audit ids of all lines that were written whole. */
  written = [];
  rotations = 0;
  #folder;
  #rotation;
  #random;
  #server;
  /** Whether anything was written since the last rotation. */
  #hasLog = false;

  constructor(folder, rotation, server, random) {
    this.#folder = folder;
    this.#rotation = rotation;
    this.#server = server;
    this.#random = random;
  }

  async step() {
    await mkdir(this.#folder, { recursive: true });
    const turn = this.#random(12);
    if (turn === 0 && this.#rotation !== "none" && this.#hasLog) return this.#rotate();
    const lines = Array.from({ length: 1 + this.#random(turn === 1 ? 400 : 20) }, () => this.#line()).join("");
    const cut = this.#random(lines.length);
    await appendFile(this.#log, lines.slice(0, cut));
    if (turn === 2) await wait(this.#random(15));
    await appendFile(this.#log, lines.slice(cut));
    this.#hasLog = true;
  }

  get #log() {
    return join(this.#folder, "audit.log");
  }

  #line() {
    const number = this.written.length;
    const auditID = `${String(this.#server).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`;
    this.written.push(auditID);
    const time = new Date(Date.UTC(2026, 10, 22, 10) + number * 37).toISOString().replace("Z", "000Z");
    return `${JSON.stringify({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level: "Metadata",
      auditID,
      stage: "ResponseComplete",
      requestURI: `/api/v1/namespaces/team-${this.#server}/secrets/s-${number}`,
      verb: "get",
      user: { username: "alice", groups: ["system:authenticated"] },
      sourceIPs: ["10.0.0.1"],
      userAgent: "x".repeat(this.#random(200)),
      objectRef: { resource: "secrets", namespace: `team-${this.#server}`, name: `s-${number}`, apiVersion: "v1" },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: time,
      stageTimestamp: time,
    })}\n`;
  }

  async #rotate() {
    this.rotations++;
    this.#hasLog = false;
    const stamp = new Date(Date.UTC(2026, 10, 22, 12) + this.rotations * 1000)
      .toISOString()
      .replaceAll(":", "-")
      .slice(0, -1);
    const name = join(this.#folder, `audit-${stamp}.log`);
    if (this.#rotation === "copytruncate") {
      await this.#writeSlowly(name, await readFile(this.#log));
      return truncate(this.#log);
    }
    await rename(this.#log, name);
    if (this.#rotation === "rename-compress") {
      await this.#writeSlowly(`${name}.gz`, gzipSync(await readFile(name)));
      await rm(name);
    }
  }

  /** As kube-apiserver and logrotate do: straight into the file of the final name. */
  async #writeSlowly(path, content) {
    await writeFile(path, "");
    const piece = Math.ceil(content.length / (1 + this.#random(5)));
    for (let at = 0; at < content.length; at += piece) {
      await appendFile(path, content.subarray(at, at + piece));
      await wait(this.#random(8));
    }
  }
}
