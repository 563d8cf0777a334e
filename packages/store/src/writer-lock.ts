import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, utimesSync } from "node:fs";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { busy } from "./chain/chain-writer.js";
import { bootId } from "./index/key-file.js";
import { unwritable } from "./objects/folder-store.js";

/** Who holds the lock. */
interface Holder {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  /** When the process began, in ticks since the machine did: a process id is used again. */
  readonly began: string;
  readonly token: string;
}

/** A lock that is held. */
export interface WriterLock {
  /** Whether the holder before did not end in good order. */
  readonly wasStale: boolean;
  release(): void;
}

const name = "writer.lock";
const heartbeatMs = 30_000;
/** A holder on another machine that has not been heard of for so long is taken for dead. */
const staleMs = 10 * 60_000;

/**
 * Takes the lock of a folder. It only saves time: that two writers never mix is sure without it, because of two that write
 * the same commit one fails. Throws StoreError `KAUDIT_STORE_BUSY` when a living process holds it.
 */
export async function takeLock(folder: string): Promise<WriterLock> {
  const path = join(folder, name);
  const own: Holder = {
    host: hostname(),
    boot: bootId(),
    pid: process.pid,
    began: beganOf(process.pid),
    token: randomUUID(),
  };
  let wasStale = false;
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await create(path, own)) return held(path, own, wasStale);
    const holder = await read(path);
    if (holder === null) continue;
    if (await isAlive(path, holder)) throw busy(`process ${holder.pid} on ${holder.host}`);
    wasStale = true;
    const aside = `${path}.${randomUUID()}`;
    await rename(path, aside).catch(() => undefined);
    await rm(aside, { force: true });
  }
  throw busy("its lock changes hands");
}

async function create(path: string, own: Holder): Promise<boolean> {
  const temporary = `${path}.${own.token}`;
  try {
    await writeFile(temporary, `${JSON.stringify(own)}\n`, { flag: "wx", mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

function held(path: string, own: Holder, wasStale: boolean): WriterLock {
  const timer = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Whoever took the lock away writes the next commit; ours fails then.
    }
  }, heartbeatMs);
  timer.unref();
  return {
    wasStale,
    release() {
      clearInterval(timer);
      try {
        const there = JSON.parse(readFileSync(path, "utf8")) as Holder;
        if (there.token === own.token) rmSync(path, { force: true });
      } catch {
        // It is gone already.
      }
    },
  };
}

async function read(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    // What cannot be read was left by a machine that stopped: nobody holds it.
    return { host: hostname(), boot: "", pid: 0, began: "", token: "" };
  }
}

async function isAlive(path: string, { host, boot, pid, began }: Holder): Promise<boolean> {
  if (host === hostname() && boot === bootId()) return beganOf(pid) !== "" && beganOf(pid) === began;
  if (pid === 0) return false;
  const status = await stat(path).catch(() => null);
  return status !== null && Date.now() - status.mtimeMs < staleMs;
}

/** When a process began; empty when it is gone, and its id where the system does not tell. */
function beganOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // A zombie holds nothing any more.
    return fields[0] === "Z" ? "" : (fields[19] ?? "");
  } catch {
    if (process.platform === "linux") return "";
  }
  try {
    process.kill(pid, 0);
    return String(pid);
  } catch {
    return "";
  }
}
