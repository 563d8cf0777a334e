import { fileURLToPath } from "node:url";
import { buildEvidence, registerNames } from "@kaudit/evidence";
import type { EvidenceBundle } from "@kaudit/evidence";
import { createMemorySpool } from "@kaudit/schema";
import type { EventReading } from "@kaudit/schema";
import { readEvents } from "@kaudit/stream";
import { describe, expect, test } from "vitest";
import { collect, readStore, storePlace } from "../src/index.js";
import { temporaryFolder } from "./temporary-folder.js";

const example = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));
const rotation = fileURLToPath(new URL("../../stream/test/fixtures/rotation", import.meta.url));
const killed = fileURLToPath(new URL("../../stream/test/fixtures/kill-9.log", import.meta.url));
const now = (): Date => new Date("2026-11-23T00:00:00Z");

async function bundleOf(reading: EventReading): Promise<EvidenceBundle> {
  const { bundle } = await buildEvidence(reading, {
    period: { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z", label: "2026-11-22" },
    cluster: { name: "prod", basis: "option" },
    toolVersion: "0",
    spool: createMemorySpool(),
  });
  return bundle;
}

async function storedBundle(input: string, keep: "evidence" | "all", redact = false): Promise<EvidenceBundle> {
  const place = storePlace(temporaryFolder());
  await collect(place, [{ cluster: "prod", inputs: [input] }], { tool: "test", now, keep, redact });
  return bundleOf(readStore(place.objects));
}

const hashes = ({ registers }: EvidenceBundle): Record<string, string> =>
  Object.fromEntries(registers.map(({ name, sha256, rows }) => [name, `${rows} ${sha256}`]));

describe("a report from the store", () => {
  test.each([
    ["the example log", example],
    ["rotated files", rotation],
    ["a log with a torn line", killed],
  ])("has the same registers, byte for byte, as from the files: %s", async (_name, input) => {
    const fromFiles = await bundleOf(readEvents(input));
    const fromStore = await storedBundle(input, "all");
    expect(Object.keys(hashes(fromFiles)).toSorted()).toEqual([...registerNames].toSorted());
    expect(hashes(fromStore)).toEqual(hashes(fromFiles));
    expect(fromStore.coverage).toEqual(fromFiles.coverage);
    expect(fromStore.exceptions).toEqual(fromFiles.exceptions);
    expect(fromStore.totals.unique).toBe(fromFiles.totals.unique);
    expect(fromStore.rejected).toEqual(fromFiles.rejected);
  });

  test.each([
    ["the example log", example],
    ["rotated files", rotation],
  ])("has the same registers where only evidence is kept: %s", async (_name, input) => {
    const fromFiles = await bundleOf(readEvents(input));
    const fromStore = await storedBundle(input, "evidence");
    const { credentials: _whole, ...others } = hashes(fromFiles);
    // Where a credential was used is told by any event: those that were not kept tell nothing.
    const { credentials: _kept, ...kept } = hashes(fromStore);
    expect(kept).toEqual(others);
    expect(fromStore.totals.events).toBeLessThan(fromFiles.totals.events);
    for (const [at, server] of fromFiles.coverage.entries()) {
      const { coveredSeconds, gaps, restarts } = server;
      // Counts keep milliseconds: an edge of a gap may be told by the one before.
      expect(fromStore.coverage[at]).toMatchObject({ gaps: gaps.map(({ cause }) => ({ cause })), restarts });
      expect(Math.abs((fromStore.coverage[at]?.coveredSeconds ?? 0) - coveredSeconds)).toBeLessThan(0.01);
    }
  });

  test("has the same registers where secret values were taken out, but for the ids of masked requests", async () => {
    const fromFiles = hashes(await bundleOf(readEvents(example)));
    const fromStore = hashes(await storedBundle(example, "all", true));
    // One request of the example has a name that looks like a credential; the URI is part of the row's id.
    const { secrets: own, ...others } = fromFiles;
    const { secrets: redacted, ...kept } = fromStore;
    expect(kept).toEqual(others);
    expect([own, redacted].map((text) => text?.split(" ")[0])).toEqual(["115", "115"]);
  });
});
