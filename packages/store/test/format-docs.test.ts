import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { auditID } from "@kaudit/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { checkpointSigner, storePlace } from "../src/index.js";
import { events, openWriter, sourced, storeWith } from "./given-events.js";

const page = readFileSync(new URL("../docs/format.md", import.meta.url), "utf8");
const commands = [...page.matchAll(/```sh\n(# [^\n]+)\n([^`]+)```/g)].map(([, title = "", script = ""]) => ({
  title,
  script,
}));
const folder = join(mkdtempSync(join(tmpdir(), "kaudit-format-")), "store");

function run(title: string): string {
  const { script = "exit 1" } = commands.find((command) => command.title.startsWith(`# ${title}`)) ?? {};
  return execFileSync("sh", ["-eu", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A store with joined segments, signed by the key whose public half lies beside it. */
beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const place = storePlace(folder);
  const read = sourced({
    auditID: auditID(999),
    verb: "get",
    user: { username: "alice" },
    objectRef: { resource: "secrets", namespace: "team-a", name: "db", apiVersion: "v1" },
    requestReceivedTimestamp: "2026-11-22T10:00:00.000000Z",
  });
  await storeWith(place, [[read], events(3), events(3, 10)]);
  const writer = await openWriter(place, { signer: checkpointSigner(privateKey) });
  for (let at = 0; at < 40; at++) {
    for (const one of events(1, 100 + at)) await writer.add(one, "prod");
    await writer.commit();
  }
  await writer.compact();
  await writer.close();
  writeFileSync(join(folder, "key.pub"), publicKey.export({ type: "spki", format: "pem" }));
});

describe("the commands of docs/format.md", () => {
  test("are all run here", () => {
    expect(commands).toHaveLength(5);
  });

  test("find a whole store whole", () => {
    expect(run("Every segment is what")).toBe("");
    expect(run("Each commit names")).toBe("");
    expect(run("Every segment that")).toBe("");
    expect(run("The newest checkpoint")).toContain("Signature Verified Successfully");
  });

  test("answer a question", () => {
    expect(run("Who read which Secrets").trim()).toBe("1 alice\tteam-a\tdb");
  });

  test("find a store that was changed", () => {
    const path = join(folder, "commits/000000000002.json");
    const commit = readFileSync(path, "utf8");
    writeFileSync(path, commit.replace('"events":3', '"events":2'));
    expect(run("Each commit names")).toBe("broken before commits/000000000003.json\n");
    writeFileSync(path, commit);
    const checkpoint = join(folder, "checkpoints/000000000044.txt");
    const text = readFileSync(checkpoint, "utf8");
    writeFileSync(checkpoint, text.replace("\n44\n", "\n45\n"));
    expect(() => run("The newest checkpoint")).toThrow();
    writeFileSync(checkpoint, text);
  });
});
