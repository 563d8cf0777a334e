import { installErrorMatchers, startS3Server } from "@kaudit/testkit";
import type { S3Server } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createS3Store, readStore, storePlace, verifyStore } from "../src/index.js";
import { events, openWriter, storeWith } from "./given-events.js";
import { all } from "./temporary-folder.js";

installErrorMatchers();

let server: S3Server;

beforeAll(async () => {
  server = await startS3Server({ pageSize: 3 });
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  for (const bucket of ["evidence", "other"]) server.buckets.set(bucket, new Map());
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe("a bucket as a store", () => {
  test("writes an object once, and gives, lists and removes it", async () => {
    const store = createS3Store("other", { prefix: "a/" });
    expect(await store.putIfAbsent("x/1", Buffer.from("one"))).toBe(true);
    expect(await store.putIfAbsent("x/1", Buffer.from("two"))).toBe(false);
    expect(Buffer.from((await store.get("x/1")) ?? []).toString()).toBe("one");
    expect(await store.get("x/2")).toBeNull();
    for (const at of [2, 3, 4, 5]) await store.putIfAbsent(`x/${at}`, Buffer.from("content"));
    expect((await all(store.list("x/"))).map(({ key }) => key)).toEqual(["x/1", "x/2", "x/3", "x/4", "x/5"]);
    expect(await store.delete("x/1")).toBe(true);
    expect(await store.delete("x/1")).toBe(false);
    expect([...(server.buckets.get("other")?.keys() ?? [])]).toContain("a/x/2");
  });

  test("holds a whole store: written, read, verified, and taken over by one writer of two", async () => {
    const place = storePlace("s3://evidence/prod");
    await storeWith(place, [events(3), events(3, 2)]);
    const [one, other] = [await openWriter(place), await openWriter(place)];
    for (const [writer, first] of [
      [one, 10],
      [other, 20],
    ] as const)
      for (const event of events(1, first)) await writer.add(event, "prod");
    await one.commit();
    await expect(other.commit()).toRejectWithCode("KAUDIT_STORE_BUSY");
    await one.close();
    expect(await all(readStore(place.objects))).toHaveLength(5);
    expect(await verifyStore(place.objects)).toMatchObject({ problems: [], events: 5, totals: { duplicates: 2 } });
  });

  test("is refused where the server would let two writers overwrite each other", async () => {
    const careless = await startS3Server({ overwrites: true });
    careless.buckets.set("evidence", new Map());
    vi.stubEnv("AWS_ENDPOINT_URL", careless.environment["AWS_ENDPOINT_URL"] ?? "");
    const store = createS3Store("evidence");
    await expect(store.putIfAbsent("store.json", Buffer.from("{}"))).toRejectWithCode("KAUDIT_STORE_UNWRITABLE");
    vi.stubEnv("AWS_ENDPOINT_URL", server.environment["AWS_ENDPOINT_URL"] ?? "");
    await careless.close();
  });

  test("says who refused, without the server's words", async () => {
    const store = createS3Store("forbidden");
    await expect(store.get("store.json")).toRejectWithCode("KAUDIT_STORE_UNREADABLE");
    await expect(createS3Store("missing").get("store.json")).rejects.toThrow(
      "s3://missing/store.json: cannot be read (NoSuchBucket)",
    );
    await expect(store.putIfAbsent("store.json", Buffer.from("{}"))).rejects.toThrow(/^(?!.*words of the server)/);
  });
});
