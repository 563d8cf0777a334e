import { mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openIncomingLog } from "../../src/receive/incoming-log.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-incoming-test-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = new Date("2026-11-22T12:00:00.000Z");
const one = { cluster: "c1", instance: "cp-1", client: "token" };

async function contents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    if ((await stat(join(folder, name))).isFile()) found[name] = await readFile(join(folder, name), "utf8");
  }
  return found;
}

describe("batches on disk", () => {
  test("lines appended together are in their files, in order, each a CRI line, before append resolves", async () => {
    const log = await openIncomingLog(folder, { now: () => at });
    const lines = Array.from({ length: 50 }, (_, index) => `{"items":[${index}]}`);
    await Promise.all(lines.map((line) => log.append(one, at, Buffer.from(line))));
    const [text = ""] = Object.values(await contents());
    expect(text).toBe(lines.map((line) => `2026-11-22T12:00:00.000Z stdout F ${line}\n`).join(""));
    // The first commit takes what is there when its turn comes, the others what came meanwhile: two for fifty.
    expect(log.figures.commits).toBeLessThan(5);
    expect(log.figures.lines).toBe(50);
    await log.close();
  });

  test("each API server and client has files of its own, for their owner only", async () => {
    const log = await openIncomingLog(folder, { now: () => at });
    await log.append(one, at, Buffer.from("{}"));
    await log.append({ ...one, instance: "cp-2" }, at, Buffer.from("{}"));
    await log.append({ ...one, client: "other" }, at, Buffer.from("{}"));
    await log.close();
    const names = Object.keys(await contents());
    expect(names.map((name) => name.replace(/-2026.*(\.\w+)$/, "$1"))).toEqual([
      "c1/cp-1/other.log",
      "c1/cp-1/token.log",
      "c1/cp-2/token.log",
    ]);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "c1", "cp-1"))).mode & 0o777).toBe(0o700);
  });

  test("roll closes what holds something; later lines go to a new file", async () => {
    const log = await openIncomingLog(folder, { now: () => at });
    await log.append(one, at, Buffer.from("1"));
    await log.roll();
    await log.roll();
    await log.append(one, at, Buffer.from("2"));
    expect(Object.entries(await contents()).map(([name, text]) => [name.split(".").at(-1), text.at(-2)])).toEqual([
      ["log", "1"],
      ["open", "2"],
    ]);
    await log.close();
    expect(Object.keys(await contents()).every((name) => name.endsWith(".log"))).toBe(true);
  });

  test("a file that has grown large is closed", async () => {
    const log = await openIncomingLog(folder, { now: () => at, maxFileBytes: 100 });
    for (let index = 0; index < 5; index++) await log.append(one, at, Buffer.from("x".repeat(60)));
    await log.close();
    expect(Object.keys(await contents())).toHaveLength(3);
  });

  test("what a receiver that was killed left is closed, without the half of a line that nobody was told of", async () => {
    await mkdir(join(folder, "c1", "cp-1"), { recursive: true });
    await writeFile(join(folder, "c1", "cp-1", "token-1.open"), "2026-11-22T12:00:00Z stdout F {}\n2026-11-22T12:0");
    const log = await openIncomingLog(folder);
    await log.close();
    expect(await contents()).toEqual({ "c1/cp-1/token-1.log": "2026-11-22T12:00:00Z stdout F {}\n" });
  });

  test("a line that could not be written is refused, and those before and after it are whole", async () => {
    const log = await openIncomingLog(folder, { now: () => at });
    await log.append(one, at, Buffer.from("1"));
    await rm(join(folder, "c1"), { recursive: true });
    await writeFile(join(folder, "c1"), "a file where a folder was");
    await log.roll().catch(() => undefined);
    await expect(log.append(one, at, Buffer.from("2"))).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
    await rm(join(folder, "c1"));
    await log.append(one, at, Buffer.from("3"));
    await log.close();
    expect(Object.values(await contents())).toEqual([`${at.toISOString()} stdout F 3\n`]);
  });
});
