import { createMemorySpool } from "@kaudit/schema";
import type { Spool } from "@kaudit/schema";
import { findSecretCanaries, seedSecretCanaries } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { eventRow, registerCsv, registerNames, serializeBundle } from "../src/index.js";
import { readingOf } from "./support/event-reading.js";
import { gathered, rowsIn } from "./support/gathered.js";

/**
 * The name of an object can hold a token, which shows what it is; the password of an address without its address is a word like
 * any other, and a name has to be shown as it is.
 */
const seeded = seedSecretCanaries().filter(({ place, canary }) => {
  const passwordsOfAddresses = [
    "password in an address",
    "token in a git address",
    "redis address without a user",
    "mongodb+srv address",
  ];
  return !(place === "name of a Secret" && passwordsOfAddresses.includes(canary));
});
const events = seeded.map(({ event }) => event);

/** A spool that keeps what was written to it. */
function watchedSpool(written: string[]): Spool {
  const spool = createMemorySpool();
  return {
    close: () => spool.close(),
    open<Row>(name: string, key: (row: Row) => string) {
      const rows = spool.open<Row>(name, key);
      return {
        append(row: Row) {
          written.push(key(row), JSON.stringify(row));
          return rows.append(row);
        },
        get size() {
          return rows.size;
        },
        sorted: () => rows.sorted(),
      };
    },
  };
}

/** Where a canary came through: the place in the event, and its name. */
function leaks(outputs: readonly string[]): readonly string[] {
  return [...new Set(outputs.flatMap((output) => findSecretCanaries(output)))];
}

describe("secrets in the log", { timeout: 60_000 }, () => {
  test("are in the events that these tests seed", () => {
    expect(leaks(events.map((event) => JSON.stringify(event))).length).toBe(40);
  });

  test("reach no row, no bundle, no CSV, and nothing that is put aside on disk", async () => {
    const written: string[] = [];
    const evidence = await gathered(events, { frameworks: ["soc2"], spool: watchedSpool(written) });
    expect(written.length).toBeGreaterThan(events.length);
    expect(leaks(written)).toEqual([]);
    expect(leaks([serializeBundle(evidence.bundle)])).toEqual([]);
    for (const name of registerNames) {
      expect(leaks((await rowsIn(evidence, name)).map((row) => JSON.stringify(row)))).toEqual([]);
      for await (const piece of registerCsv(name, evidence.rows(name))) expect(leaks([piece])).toEqual([]);
    }
  });

  test("reach no row of an event", async () => {
    for await (const sourced of readingOf(events)) {
      const row = JSON.stringify(eventRow(sourced, "prod-eu-1"));
      expect([row, leaks([row])]).toEqual([row, []]);
    }
  });

  test("are counted where bodies hold them, by file and offset", async () => {
    const { bundle } = await gathered(events);
    const withBodies = seeded.filter(({ place }) =>
      [
        "response body of a Secret",
        "request body of a Secret",
        "list of Secrets",
        "JSON patch of a Secret",
        "apply patch of a Secret, as text",
        "TokenRequest",
        "TokenReview",
      ].includes(place),
    );
    const finding = bundle.findings.find(({ code }) => code === "secret-values-in-log");
    expect(finding?.count).toBe(withBodies.length);
    for (const place of finding?.places ?? []) expect(place).toMatch(/^audit\.log:\d+$/);
  });
});
