import { createHash } from "node:crypto";
import { secretGet } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { buildEvidence } from "../../src/index.js";
import type { CollectionManifest, EvidenceBundle, EvidenceOptions } from "../../src/index.js";
import { checkCollection } from "../../src/gates/collection-manifest.js";
import { plainReading } from "../support/event-reading.js";
import { builtOptions, builtPeriod } from "../support/gathered.js";
import { steadyTraffic } from "../support/steady-traffic.js";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const input = (file: string, content: string, archive?: string): EvidenceBundle["inputs"][number] =>
  ({ file, sha256: hash(content), ...(archive === undefined ? {} : { archive }) }) as EvidenceBundle["inputs"][number];
const manifest = (...files: readonly (readonly [file: string, content: string])[]): CollectionManifest => ({
  file: "collected.sha256",
  files: files.map(([file, content]) => ({ file, sha256: hash(content) })),
});

describe("checkCollection", () => {
  test("tells files that match, changed, are missing and are not listed apart", () => {
    const read = [input("audit.log", "grown"), input("audit-1.log", "one"), input("new.log", "new")];
    expect(
      checkCollection(manifest(["audit.log", "short"], ["audit-1.log", "one"], ["audit-2.log", "two"]), read, []),
    ).toEqual({
      file: "collected.sha256",
      sha256: null,
      listed: 3,
      matched: 1,
      changed: [{ file: "audit.log", readAs: "audit.log", expected: hash("short"), sha256: hash("grown") }],
      missing: ["audit-2.log"],
      unlisted: ["new.log"],
    });
  });

  test("a file that was moved or renamed is the same file", () => {
    const check = checkCollection(manifest(["/var/log/a.log", "one"]), [input("copy/b.log", "one")], []);
    expect(check).toMatchObject({ matched: 1, changed: [], missing: [], unlisted: [] });
  });

  test.each([
    ["the whole path and the part that was read", "/var/log/kubernetes/cp-1/audit.log", "cp-1/audit.log"],
    ["a leading ./", "./audit.log", "audit.log"],
    ["less than was read", "audit.log", "cp-1/audit.log"],
  ])("a changed file is found by its name: %s", (_name, listed, read) => {
    const check = checkCollection(manifest([listed, "old"]), [input(read, "new")], []);
    expect(check).toMatchObject({ changed: [{ file: listed, readAs: read }], missing: [], unlisted: [] });
  });

  test.each([
    ["only the end of a part agrees", ["xaudit.log"], "audit.log"],
    ["two files could be meant", ["cp-1/audit.log", "cp-2/audit.log"], "audit.log"],
    ["other folders", ["cp-2/audit.log"], "cp-1/audit.log"],
  ])("nothing is guessed: %s", (_name, read, listed) => {
    const check = checkCollection(
      manifest([listed, "old"]),
      read.map((file) => input(file, `new ${file}`)),
      [],
    );
    expect(check).toMatchObject({ changed: [], missing: [listed], unlisted: read });
  });

  test("equal files are all held against it; members of archives are not; skipped files need not be listed", () => {
    const read = [input("a.log", "same"), input("b.log", "same"), input("logs.tar!/a.log", "member", "logs.tar")];
    const skipped = [{ file: "notes.txt", bytes: 1, sha256: hash("notes"), reason: "no audit records" }];
    expect(checkCollection(manifest(["other.log", "x"]), read, skipped)).toMatchObject({
      missing: ["other.log"],
      unlisted: ["a.log", "b.log"],
    });
    expect(checkCollection(manifest(["a.log", "same"], ["notes.txt", "notes"]), read, skipped)).toMatchObject({
      matched: 2,
      unlisted: [],
    });
    const edited = checkCollection(manifest(["a.log", "same"], ["notes.txt", "notes before"]), read, skipped);
    expect(edited).toMatchObject({ matched: 1, changed: [{ readAs: "notes.txt" }] });
  });
});

const g5 = ({ gates }: EvidenceBundle): { result: string | undefined; sentence: string | undefined } => {
  const gate = gates.find(({ id }) => id === "G5");
  return { result: gate?.result, sentence: gate?.sentence };
};
const control = ({ frameworks }: EvidenceBundle, id: string): string =>
  frameworks[0]?.controls.find((one) => one.id === id)?.statusReason ?? "";

describe("the collection in the evidence", { timeout: 60_000 }, () => {
  const events = [...steadyTraffic(builtPeriod), ...secretGet({ n: 1, fields: { level: "Metadata" } })];
  const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const policy = { file: "policy.yaml", sha256: "0".repeat(64), policy: { rules: [{ level: "Metadata" as const }] } };

  async function bundleOf(options: Partial<EvidenceOptions>): Promise<EvidenceBundle> {
    const reading = plainReading([{ file: "audit.log", bytes, instance: "cp-1" }]);
    return (await buildEvidence(reading, builtOptions({ policy, frameworks: ["pci-dss"], ...options }))).bundle;
  }

  test("none: said where a control needs it", async () => {
    const bundle = await bundleOf({});
    expect(bundle).not.toHaveProperty("collection");
    expect(control(bundle, "10.3.2")).toContain("No hashes that were taken at collection were handed in");
  });

  test("as collected: G5 holds by it, and the need is met", async () => {
    const bundle = await bundleOf({ collection: manifest(["/var/log/audit.log", bytes.toString()]) });
    expect(g5(bundle)).toMatchObject({
      result: "holds",
      sentence: "1 file as in the collection manifest collected.sha256.",
    });
    expect(bundle.collection).toMatchObject({ listed: 1, matched: 1, changed: 0, missing: 0, unlisted: 0 });
    expect(control(bundle, "10.3.2")).not.toContain("No hashes");
    expect(bundle.exceptions.filter(({ rule }) => rule === "KX-030")).toEqual([]);
  });

  test("changed: G5 fails, every control that rests on it is insufficient, and the file is an exception", async () => {
    const bundle = await bundleOf({ collection: manifest(["audit.log", "as it was"], ["audit-1.log", "gone"]) });
    expect(g5(bundle)).toEqual({
      result: "fails",
      sentence:
        "1 file has another hash than the collection manifest collected.sha256 names: audit.log. 1 more reason in bundle.json.",
    });
    const tested = (bundle.frameworks[0]?.controls ?? []).filter(({ populations }) => populations.length > 0);
    expect(tested.length).toBeGreaterThan(5);
    for (const { status } of tested) expect(status).toBe("insufficient-evidence");
    const sentences = bundle.exceptions.filter(({ rule }) => rule === "KX-030").map(({ sentence }) => sentence);
    expect(sentences.join("\n")).toContain("audit.log");
    expect(sentences).toHaveLength(2);
  });

  test("two hundred missing files are a hundred and one exceptions, not two hundred", async () => {
    const many = Array.from({ length: 200 }, (_, n) => [`audit-${n}.log`, `${n}`] as const);
    const bundle = await bundleOf({ collection: manifest(["audit.log", bytes.toString()], ...many) });
    expect(bundle.exceptions.filter(({ rule }) => rule === "KX-030")).toHaveLength(101);
    expect(bundle.collection).toMatchObject({ missing: 200, missingFiles: { length: 200 } });
  });
});
