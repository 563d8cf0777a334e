import { findSecretCanaries, hostileStrings, hostileText, secretCanaries } from "@kaudit/testkit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskCommand, maskRequestUri } from "../src/index.js";

const known = secretCanaries.filter(({ form }) => form !== "bare");

describe("maskCommand", () => {
  test.each(known.map((canary) => [canary.name, canary] as const))("masks: %s", (_name, { argv }) => {
    const masked = maskCommand(argv);
    expect(findSecretCanaries(masked.join("\n"))).toEqual([]);
    expect(masked.join(" ")).toContain("[masked]");
  });

  test.each(known.map((canary) => [canary.name, canary] as const))(
    "masks inside the line of a shell: %s",
    (_name, { argv }) => {
      const line = argv.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(" ");
      expect(findSecretCanaries(maskCommand(["sh", "-c", line]).join("\n"))).toEqual([]);
    },
  );

  test.each([
    [["ls", "-la", "/"]],
    [["cat", "/etc/passwd"]],
    [["sh", "-c", "env | grep PASS && echo \"<b>\" '&x=1'"]],
    [["tar", "cf", "-", "/etc/hosts"]],
    [["kubectl", "get", "secret", "db-cred", "-n", "payments"]],
    [["git", "commit", "--author", "Alice <alice@example.com>", "-m", "compass, bypass and design"]],
    [["ping", "-c", "3", "db.payments.svc.cluster.local"]],
    [["psql", "-h", "db", "-p", "5432", "-U", "pay", "-c", "select 1"]],
    [["docker", "run", "-p", "8080:80", "nginx"]],
    [["echo", '雪 "q" \\ \n newline', "$(id)", "a b"]],
    [["curl", "https://internal.example/healthz?x=1#top"]],
    [["id"]],
    [[]],
  ])("leaves what holds no credential as it is: %j", (argv) => {
    expect(maskCommand(argv)).toEqual(argv);
  });

  test.each([
    [
      ["mysql", "-uroot", "-pS3cret", "app"],
      ["mysql", "-uroot", "-p[masked]", "app"],
    ],
    [
      ["/usr/bin/mysqldump", "-pS3cret"],
      ["/usr/bin/mysqldump", "-p[masked]"],
    ],
    [
      ["redis-cli", "-a", "S3cret", "ping"],
      ["redis-cli", "-a", "[masked]", "ping"],
    ],
    [
      ["app", "--password", "S3cret", "--verbose"],
      ["app", "--password", "[masked]", "--verbose"],
    ],
    [
      ["app", "--db-password=S3cret"],
      ["app", "--db-password=[masked]"],
    ],
    [
      ["env", "DB_PASS=S3cret", "PORT=5432", "run"],
      ["env", "DB_PASS=[masked]", "PORT=5432", "run"],
    ],
    [
      ["psql", "postgres://pay:S3cret@db:5432/pay"],
      ["psql", "postgres://[masked]@db:5432/pay"],
    ],
    [
      ["docker", "login", "-u", "robot", "-p", "S3cret"],
      ["docker", "login", "-u", "robot", "-p", "[masked]"],
    ],
    [
      ["sh", "-c", "export API_TOKEN='a b c'; run"],
      ["sh", "-c", "export API_TOKEN=[masked]; run"],
    ],
    [
      ["curl", "-H", "Authorization: Bearer abc def", "x"],
      ["curl", "-H", "Authorization: [masked]", "x"],
    ],
  ])("%j becomes %j", (argv, masked) => {
    expect(maskCommand(argv)).toEqual(masked);
  });

  test("keeps the number of arguments and never throws", () => {
    fc.assert(
      fc.property(fc.array(hostileText(), { maxLength: 6 }), (argv) => {
        expect(maskCommand(argv)).toHaveLength(argv.length);
      }),
    );
  });

  test.each([
    ["one letter", "a".repeat(1_000_000)],
    ["words of credentials", "password".repeat(100_000)],
    ["names without a value", "--token".repeat(100_000)],
    ["colons", "pass:".repeat(100_000)],
    ["slashes", "a://".repeat(100_000)],
    ["programs", "mysql ".repeat(100_000)],
    ["quotes", `token="${'"'.repeat(200_000)}`],
    ["mixed letters", "aA1-".repeat(100_000)],
    ["dots of a token", `eyJabcde${".".repeat(200_000)}`],
    ["blanks", `token${" ".repeat(200_000)}=`],
    ["header names", "x-".repeat(200_000)],
    ["equals signs", "a=".repeat(200_000)],
    ["a name without end", `${"password-".repeat(100_000)}`],
    ["quoted names", '"a":'.repeat(100_000)],
    ["options", "-a ".repeat(200_000)],
  ])("masks a megabyte of %s in a moment", (_name, text) => {
    const begun = process.cpuUsage();
    maskCommand(["sh", "-c", text, text]);
    maskRequestUri(`/api/v1/${text.slice(0, 100_000)}?command=${encodeURIComponent(text.slice(0, 100_000))}`);
    // The bound is wide for busy machines: a quadratic search of these texts takes minutes.
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(5);
  });
});

describe("maskRequestUri", () => {
  test.each([
    ["/api/v1/pods?limit=500", "/api/v1/pods?limit=500"],
    [
      "/api/v1/pods?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjM0fQ",
      "/api/v1/pods?continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjM0fQ",
    ],
    ["/x/proxy/login?token=abc&user=bob", "/x/proxy/login?token=[masked]&user=bob"],
    ["/x/proxy/login?access_token=abc#f", "/x/proxy/login?access_token=[masked]"],
    ["/x/proxy/login?%70assword=abc", "/x/proxy/login?%70assword=[masked]"],
    ["/x/exec?command=mysql&command=-ps3cret&container=a+b", "/x/exec?command=mysql&command=-p[masked]&container=a+b"],
    ["/x/exec?command=echo&command=%3Cb%3E", "/x/exec?command=echo&command=%3Cb%3E"],
    ["/x?token", "/x?token"],
    ["", ""],
    ["?", "?"],
  ])("%s becomes %s", (uri, masked) => {
    expect(maskRequestUri(uri)).toBe(masked);
  });

  test.each(known.map((canary) => [canary.name, canary] as const))(
    "masks in a command, a parameter and a path: %s",
    (_name, { argv, secret, form }) => {
      const command = argv.map((word) => `command=${encodeURIComponent(word)}`).join("&");
      const uri = `/api/v1/namespaces/a/pods/b/exec?${command}&token=${encodeURIComponent(secret)}`;
      expect(findSecretCanaries(maskRequestUri(uri))).toEqual([]);
      if (form === "self-evident") {
        const path = `/api/v1/namespaces/a/services/b/proxy/${encodeURIComponent(argv.join(" "))}`;
        expect(findSecretCanaries(maskRequestUri(path))).toEqual([]);
      }
    },
  );

  test("never throws on hostile text", () => {
    for (const { value } of hostileStrings)
      expect(typeof maskRequestUri(`/x/${value}?${value}=${value}`)).toBe("string");
    fc.assert(fc.property(hostileText(), (text) => typeof maskRequestUri(text) === "string"));
  });
});
