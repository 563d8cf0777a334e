import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { follow } from "../src/index.js";
import type { FollowBatch, FollowCheckpoint, FollowNotice } from "../src/index.js";
import { rotationSchemes, seeded, SimulatedServer } from "./rotation-simulator.js";
import type { RotationScheme } from "./rotation-simulator.js";

/** What somebody keeps who stores events and checkpoint together. */
class Store {
  readonly places: string[] = [];
  readonly notices: FollowNotice[] = [];
  torn = 0;
  otherRejected = 0;
  crashes = 0;
  checkpoint: FollowCheckpoint | undefined;

  commit({ events, rejected, notices, checkpoint }: FollowBatch): void {
    for (const { event, provenance } of events) {
      // Of a torn line, what came whole is an event of its own.
      if (provenance.truncated === true) this.torn++;
      else this.places.push(event.requestURI);
    }
    for (const { reason } of rejected) {
      if (reason === "truncated") this.torn++;
      else this.otherRejected++;
    }
    this.notices.push(...notices);
    this.checkpoint = JSON.parse(JSON.stringify(checkpoint)) as FollowCheckpoint;
  }
}

/** Follows until `isDone`, and is killed again and again: what was not committed is gone with it. */
async function followWithCrashes(
  folder: string,
  store: Store,
  random: (below: number) => number,
  isDone: () => boolean,
): Promise<void> {
  const abandoned: AsyncGenerator<FollowBatch>[] = [];
  while (!isDone()) {
    const once = random(3) === 0;
    const stop = new AbortController();
    const known = store.checkpoint === undefined ? {} : { checkpoint: store.checkpoint };
    const reading = follow(folder, { ...known, once, pollMilliseconds: 2, signal: stop.signal });
    abandoned.push(reading);
    for (let lives = 1 + random(12); lives > 0; lives--) {
      const timer = setTimeout(() => stop.abort(), 20 + random(30));
      const next = await reading.next();
      clearTimeout(timer);
      if (next.done === true) break;
      // The end comes before or after the commit.
      if (random(4) === 0) {
        store.crashes++;
        break;
      }
      store.commit(next.value);
    }
    if (random(3) === 0) await new Promise((resolve) => setTimeout(resolve, random(10)));
  }
  for (const reading of abandoned) await reading.return(undefined);
}

async function round(seed: number, schemes: readonly RotationScheme[], steps: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kaudit-rotation-"));
  try {
    const random = seeded(seed);
    const servers = schemes.map(
      (scheme, i) => new SimulatedServer(join(folder, `m${i}`), scheme, seeded(seed + i + 1)),
    );
    const store = new Store();
    let isWriting = true;
    const following = followWithCrashes(folder, store, random, () => !isWriting);
    for (let step = 0; step < steps; step++) {
      for (const server of servers) await server.step();
      if (random(5) === 0) await new Promise((resolve) => setTimeout(resolve, random(8)));
    }
    isWriting = false;
    await following;
    const known = store.checkpoint === undefined ? {} : { checkpoint: store.checkpoint };
    for await (const batch of follow(folder, { ...known, once: true })) store.commit(batch);

    const where = `seed ${seed}`;
    const written = servers.flatMap((server) => server.written);
    expect(store.places.toSorted(), where).toEqual(written.toSorted());
    expect(inOrderOfEachFile(store.places), where).toBe(true);
    expect(store.torn, where).toBe(servers.reduce((sum, { tornLines }) => sum + tornLines, 0));
    expect(store.otherRejected, where).toBe(0);
    expect(
      store.notices.filter(({ kind }) => kind !== "copy"),
      where,
    ).toEqual([]);
    expect(store.checkpoint?.totals, where).toMatchObject({ losses: 0 });
    expect((store.checkpoint?.totals.events ?? 0) + (store.checkpoint?.totals.rejected ?? 0), where).toBe(
      written.length + store.torn,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Deletes the oldest rotated files, read or not: whenever lines were never given, a loss has to be told. */
async function roundWithRetention(seed: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "kaudit-retention-"));
  try {
    const random = seeded(seed);
    const server = new SimulatedServer(join(folder, "m1"), "rename", seeded(seed + 1));
    const store = new Store();
    const look = async (): Promise<void> => {
      const known = store.checkpoint === undefined ? {} : { checkpoint: store.checkpoint };
      for await (const batch of follow(folder, { ...known, once: true })) store.commit(batch);
    };
    await server.step();
    await look();
    for (let step = 0; step < 60; step++) {
      await server.step();
      if (random(6) === 0) await look();
      const rotated = (await readdir(join(folder, "m1"))).filter((name) => name !== "audit.log").toSorted();
      for (const name of rotated.slice(0, random(4))) await rm(join(folder, "m1", name));
    }
    await look();
    const given = new Set(store.places);
    expect(given.size, `seed ${seed}`).toBe(store.places.length);
    const missing = server.written.filter((place) => !given.has(place));
    const losses = store.notices.filter(({ kind }) => kind === "loss");
    expect(store.checkpoint?.totals.losses, `seed ${seed}`).toBe(losses.length);
    // A file that came and went between two looks was never seen; the older one before it vanished unread.
    expect(missing.length > 0 && losses.length === 0, `seed ${seed}: ${missing.length} lines lost unsaid`).toBe(false);
    return losses.length;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `places` are `/scheme/generation/number`: within a generation, which is one file, numbers only grow. */
function inOrderOfEachFile(places: readonly string[]): boolean {
  const last = new Map<string, number>();
  return places.every((place) => {
    const cut = place.lastIndexOf("/");
    const [file, number] = [place.slice(0, cut), Number(place.slice(cut + 1))];
    const grows = number > (last.get(file) ?? -1);
    last.set(file, number);
    return grows;
  });
}

const rounds = Number(process.env["KAUDIT_FOLLOW_ROUNDS"] ?? 3);
const firstSeed = Number(process.env["KAUDIT_FOLLOW_SEED"] ?? 1);

describe("follow, while logs are rotated and the reader is killed at any point", () => {
  test.each(rotationSchemes)(
    "gives every line exactly once and in order: %s",
    async (scheme) => {
      for (let i = 0; i < rounds; i++) await round(firstSeed + i, [scheme], 60);
    },
    600_000,
  );

  test("tells a loss whenever retention deleted what was not read", async () => {
    let losses = 0;
    for (let i = 0; i < rounds; i++) losses += await roundWithRetention(firstSeed + 2000 + i);
    expect(losses).toBeGreaterThan(0);
  }, 600_000);

  test("gives every line of several API servers exactly once", async () => {
    for (let i = 0; i < rounds; i++) await round(firstSeed + 1000 + i, rotationSchemes, 30);
  }, 600_000);
});
