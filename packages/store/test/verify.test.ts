import { generateKeyPairSync } from "node:crypto";
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { checkpointSigner, createFolderStore, readStore, storePlace, verifyStore } from "../src/index.js";
import type { StoreVerification, VerifyOptions } from "../src/index.js";
import { events, openWriter, storeWith } from "./given-events.js";
import { all, temporaryFolder } from "./temporary-folder.js";

installErrorMatchers();

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const signer = checkpointSigner(privateKey);

/** A small store of five commits with events, each run signed at its end, and the checkpoints that a witness has. */
async function smallStore(): Promise<{ folder: string; witnessed: { name: string; text: string }[] }> {
  const folder = join(temporaryFolder(), "store");
  const witnessed: { name: string; text: string }[] = [];
  const onCheckpoint = async ({ key, text }: { key: string; text: string }): Promise<void> => {
    witnessed.push({ name: key, text });
  };
  for (const at of [0, 1, 2])
    await storeWith(storePlace(folder), [events(3, 1 + at * 10), events(2, 5 + at * 10)], { signer, onCheckpoint });
  return { folder, witnessed };
}

const verify = (folder: string, options: VerifyOptions = {}): Promise<StoreVerification> =>
  verifyStore(createFolderStore(folder), options);
const codes = async (folder: string, options: VerifyOptions = {}): Promise<string[]> => [
  ...new Set((await verify(folder, options)).problems.map(({ code }) => code)),
];
const filesIn = (folder: string, under: string): string[] =>
  readdirSync(join(folder, under), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe("verifyStore (abuse case 10)", () => {
  test("finds nothing wrong with a store that nobody touched", async () => {
    const { folder, witnessed } = await smallStore();
    const against = witnessed;
    expect(await verify(folder, { key: publicKey, against })).toMatchObject({
      problems: [],
      size: 6,
      events: 15,
      objects: 6,
      checkpoints: { count: 3, signed: 3, upTo: 6 },
      anchored: "witness",
    });
    expect((await verify(folder, { key: publicKey })).anchored).toBe("signature");
    expect((await verify(folder)).anchored).toBe("unanchored");
  });

  test("names every file of which any byte was changed", async () => {
    const { folder } = await smallStore();
    for (const path of ["commits", "segments", "checkpoints"].flatMap((under) => filesIn(folder, under))) {
      const whole = readFileSync(path);
      for (const at of [0, Math.floor(whole.length / 2), whole.length - 1]) {
        flip(path, at);
        const { problems } = await verify(folder, { key: publicKey });
        expect(`${path} ${at}: ${problems.length > 0 ? "found" : "not found"}`).toBe(`${path} ${at}: found`);
        writeFileSync(path, whole);
      }
    }
    expect((await verify(folder, { key: publicKey })).problems).toEqual([]);
  });

  test.each(["commits", "segments", "checkpoints"])("finds any file of %s that was removed", async (under) => {
    const { folder, witnessed } = await smallStore();
    for (const path of filesIn(folder, under)) {
      const whole = readFileSync(path);
      rmSync(path);
      // The newest checkpoint is named by no commit yet: who has it elsewhere does not miss it.
      const isNewest = path.endsWith("checkpoints/000000000006.txt");
      const { problems } = await verify(folder, { key: publicKey, against: witnessed });
      expect(problems.length > 0).toBe(!isNewest);
      writeFileSync(path, whole);
    }
  });

  test("finds what was added, swapped or put in another order", async () => {
    const { folder } = await smallStore();
    const [first = "", second = ""] = filesIn(folder, "commits");
    renameSync(first, `${first}.aside`);
    renameSync(second, first);
    renameSync(`${first}.aside`, second);
    expect(await codes(folder)).toContain("commit-changed");
    const other = await smallStore();
    const [a = "", b = ""] = filesIn(other.folder, "segments");
    const content = readFileSync(a);
    writeFileSync(a, readFileSync(b));
    writeFileSync(b, content);
    expect(await codes(other.folder)).toEqual(["segment-changed"]);
    writeFileSync(b, readFileSync(a));
    writeFileSync(a, content);
    writeFileSync(join(a, "..", `${"a".repeat(64)}.jsonl.gz`), content);
    writeFileSync(
      join(other.folder, "checkpoints/000000000003.txt"),
      readFileSync(join(other.folder, "checkpoints/000000000002.txt")),
    );
    expect(await codes(other.folder)).toEqual(["checkpoint-invalid", "segment-unknown"]);
  });

  test("a tail that was cut off is revealed by the signed size", async () => {
    const { folder, witnessed } = await smallStore();
    const before = join(temporaryFolder(), "before");
    cpSync(folder, before, { recursive: true });
    for (const path of filesIn(folder, "commits").slice(-2)) rmSync(path);
    expect(await codes(folder)).toContain("tail-cut");
    // Whoever cuts the tail takes checkpoints, snapshots and segments with it: only a witness tells then.
    rmSync(join(folder, "checkpoints/000000000006.txt"));
    rmSync(join(folder, "snapshots"), { recursive: true });
    const named = new Set(
      filesIn(folder, "commits").flatMap((path) =>
        (JSON.parse(readFileSync(path, "utf8")) as { segments: { key: string }[] }).segments.map(({ key }) =>
          join(folder, key),
        ),
      ),
    );
    for (const path of filesIn(folder, "segments")) if (!named.has(path)) rmSync(path);
    expect(await verify(folder, { key: publicKey })).toMatchObject({ problems: [], anchored: "signature" });
    expect(await codes(folder, { key: publicKey, against: witnessed })).toEqual(["tail-cut"]);
  });

  test("abuse case 11: a store that was made anew with the key is revealed by an older checkpoint", async () => {
    const { witnessed } = await smallStore();
    const forged = await smallStore();
    expect(await codes(forged.folder, { key: publicKey, against: witnessed })).toEqual(["history"]);
    // Of the same name, too: the forger copies that.
    const { folder } = await smallStore();
    const original = JSON.parse(readFileSync(join(folder, "store.json"), "utf8")) as object;
    const fork = join(temporaryFolder(), "fork");
    await createFolderStore(fork).putIfAbsent("store.json", Buffer.from(JSON.stringify(original)));
    const checkpoints: { name: string; text: string }[] = [];
    for (const path of filesIn(folder, "checkpoints"))
      checkpoints.push({ name: path, text: readFileSync(path, "utf8") });
    for (const at of [0, 1, 2])
      await storeWith(storePlace(fork), [events(3, 100 + at * 10), events(2, 105 + at * 10)], { signer });
    const { problems, size } = await verify(fork, { key: publicKey, against: checkpoints });
    expect(size).toBe(6);
    expect(problems.map(({ code }) => code)).toEqual(["history", "history", "history"]);
  });

  test("does not take a key from the store, nor a checkpoint of another key", async () => {
    const { folder, witnessed } = await smallStore();
    const { publicKey: other } = generateKeyPairSync("ed25519");
    expect(await codes(folder, { key: other })).toEqual(["signature"]);
    expect(await codes(folder, { key: other, against: witnessed })).toEqual(["signature"]);
    const unsigned = join(temporaryFolder(), "unsigned");
    await storeWith(storePlace(unsigned), [events(1)]);
    expect(await codes(unsigned, { key: publicKey })).toEqual(["signature"]);
    expect(await verify(unsigned)).toMatchObject({ problems: [], anchored: "unanchored" });
  });

  test("finds a snapshot that tells a run to go on elsewhere", async () => {
    const { folder } = await smallStore();
    const writer = await openWriter(storePlace(folder));
    writer.setState("follow/x", 1);
    await writer.commit();
    await writer.close();
    const [older = "", newer = ""] = filesIn(folder, "snapshots");
    writeFileSync(newer, readFileSync(older));
    expect(await codes(folder)).toEqual(["snapshot"]);
  });
});

describe("a reader", () => {
  test("refuses a segment that is not what its name says", async () => {
    const { folder } = await smallStore();
    const [path = ""] = filesIn(folder, "segments");
    flip(path, 40);
    await expect(all(readStore(createFolderStore(folder)))).toRejectWithCode("KAUDIT_STORE_DAMAGED");
    rmSync(path);
    await expect(all(readStore(createFolderStore(folder)))).toRejectWithCode("KAUDIT_STORE_DAMAGED");
  });

  test("refuses a store whose last commits are gone", async () => {
    const { folder } = await smallStore();
    for (const path of filesIn(folder, "commits").slice(-1)) rmSync(path);
    await expect(all(readStore(createFolderStore(folder)))).toRejectWithCode("KAUDIT_STORE_DAMAGED");
  });
});
