import { AuditEvent } from "@kaudit/schema";
import { findSecretCanaries, jsonLines, secretCanaries, seedSecretCanaries } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";

const names = secretCanaries.map((canary) => canary.name);

describe("secretCanaries", () => {
  test("there are forty, with names and secrets of their own", () => {
    expect(names).toHaveLength(40);
    expect(new Set(names).size).toBe(40);
    expect(new Set(secretCanaries.map((canary) => canary.secret)).size).toBe(40);
  });

  test("each command line holds its secret", () => {
    for (const { argv, secret } of secretCanaries) expect(argv.join(" ")).toContain(secret);
  });
});

describe("findSecretCanaries", () => {
  test.each(secretCanaries)("finds only the $name, in each encoding", ({ name, secret }) => {
    const bytes = Buffer.from(secret);
    for (const text of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      bytes.toString("hex"),
      bytes.toString("base64"),
      Buffer.concat([Buffer.from("a"), bytes, Buffer.from("b")]).toString("base64"),
      Buffer.concat([Buffer.from("ab"), bytes]).toString("base64url"),
    ]) {
      expect(findSecretCanaries(`before ${text} after`)).toEqual([name]);
    }
    expect(findSecretCanaries(Buffer.from(secret))).toEqual([name]);
  });

  test("finds a part of a key that was cut after its first line", () => {
    const { name, secret } = secretCanaries.find((canary) => canary.name === "private key PEM")!;
    expect(findSecretCanaries(secret.slice(0, 100))).toEqual([name]);
  });

  test("finds nothing in ordinary text", () => {
    expect(findSecretCanaries(JSON.stringify({ token: "***", password: "[masked]", names }))).toEqual([]);
  });
});

describe("seedSecretCanaries", () => {
  const seeded = seedSecretCanaries();

  test("every event is valid, has an id of its own and holds its canary", () => {
    expect(new Set(seeded.map(({ event }) => event.auditID)).size).toBe(seeded.length);
    for (const { canary, event } of seeded) {
      expect(AuditEvent.safeParse(event).success).toBe(true);
      expect(findSecretCanaries(JSON.stringify(event))).toEqual([canary]);
    }
  });

  test("every canary is in the log, and so is every place", () => {
    expect(findSecretCanaries(jsonLines(seeded.map(({ event }) => event)))).toEqual(names);
    expect(new Set(seeded.map(({ place }) => place)).size).toBe(17);
  });
});
