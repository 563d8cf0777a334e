import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { createFolderStore, createMemoryStore } from "../src/index.js";
import { all, temporaryFolder } from "./temporary-folder.js";

installErrorMatchers();

const text = (value: string): Uint8Array => Buffer.from(value);
const kinds = [
  ["a folder", () => createFolderStore(join(temporaryFolder(), "store"))],
  ["memory", () => createMemoryStore()],
] as const;

describe.each(kinds)("an object store in %s", (_name, create) => {
  test("writes an object once, and gives, lists and removes it", async () => {
    const store = create();
    expect(await store.putIfAbsent("commits/1.json", text("one"))).toBe(true);
    expect(await store.putIfAbsent("commits/1.json", text("two"))).toBe(false);
    expect(Buffer.from((await store.get("commits/1.json")) ?? []).toString()).toBe("one");
    expect(await store.get("commits/2.json")).toBeNull();
    await store.putIfAbsent("commits-b/1.json", text("1"));
    await store.putIfAbsent("commits/0.json", text("zero"));
    expect(await all(store.list("commits/"))).toEqual([
      { key: "commits/0.json", bytes: 4 },
      { key: "commits/1.json", bytes: 3 },
    ]);
    expect((await all(store.list("commits"))).map(({ key }) => key)).toEqual([
      "commits-b/1.json",
      "commits/0.json",
      "commits/1.json",
    ]);
    expect(await store.delete("commits/1.json")).toBe(true);
    expect(await store.delete("commits/1.json")).toBe(false);
    expect(await store.get("commits/1.json")).toBeNull();
  });

  test("of twenty writers of one key one wins", async () => {
    const store = create();
    const writers = Array.from({ length: 20 }, (_, at) => store.putIfAbsent("head", text(`writer ${at}`)));
    expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
  });

  test.each(["../x", "a/../../x", "/etc/passwd", "a//b", "", ".", "a/.hidden", "a\\b", "a\0b", "x".repeat(300)])(
    "refuses a key that could lead out of it: %j",
    async (key) => {
      const store = create();
      await expect(store.putIfAbsent(key, text("x"))).toRejectWithCode("KAUDIT_STORE_KEY_INVALID");
      await expect(store.get(key)).toRejectWithCode("KAUDIT_STORE_KEY_INVALID");
      await expect(store.delete(key)).toRejectWithCode("KAUDIT_STORE_KEY_INVALID");
    },
  );
});

describe("a folder as a store", () => {
  test("lets only its owner in, and leaves no temporary file", async () => {
    const folder = join(temporaryFolder(), "store");
    const store = createFolderStore(folder);
    await store.putIfAbsent("a/b/c.json", text("x"));
    await store.putIfAbsent("a/b/c.json", text("y"));
    expect(statSync(join(folder, "a/b/c.json")).mode & 0o777).toBe(0o600);
    for (const path of ["", "a", "a/b"]) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(["a"]);
    expect(statSync(join(folder, "a/b/c.json")).nlink).toBe(1);
  });

  test("does not follow a link out of it", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "secret"), "of others");
    const folder = temporaryFolder();
    const store = createFolderStore(folder);
    symlinkSync(join(outside, "secret"), join(folder, "link"));
    symlinkSync(outside, join(folder, "folder"));
    await expect(store.get("link")).toRejectWithCode("KAUDIT_STORE_UNREADABLE");
    await expect(store.putIfAbsent("folder/new", text("x"))).toRejectWithCode("KAUDIT_STORE_UNWRITABLE");
    expect(await all(store.list(""))).toEqual([]);
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  test("says what is in the way", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(createFolderStore(join(folder, "file")).putIfAbsent("a", text("x"))).toRejectWithCode(
      "KAUDIT_STORE_UNWRITABLE",
    );
    mkdirSync(join(folder, "a"));
    await expect(createFolderStore(folder).get("a")).toRejectWithCode("KAUDIT_STORE_UNREADABLE");
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("");
  });
});
