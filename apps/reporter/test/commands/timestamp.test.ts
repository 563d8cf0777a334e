import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
let folder = "";
let pack = "";
let other = "";

function openssl(...args: readonly string[]): string {
  const done = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

/** Makes an authority of our own: a certificate for time stamps, signed by itself. */
function makeAuthority(name: string): void {
  const config = `[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=${name}\n[ext]\nextendedKeyUsage=critical,timeStamping\nbasicConstraints=critical,CA:true\n`;
  writeFileSync(join(folder, `${name}.cnf`), config);
  openssl(
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "3650",
    "-config",
    `${name}.cnf`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.pem`,
  );
  writeFileSync(
    join(folder, `${name}-ts.cnf`),
    `[tsa]\ndefault_tsa=one\n[one]\nserial=${folder}/${name}.serial\nsigner_cert=${folder}/${name}.pem\nsigner_key=${folder}/${name}.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\nordering=yes\n`,
  );
}

const answer = (query: string, authority: string, out: string): string =>
  openssl("ts", "-reply", "-config", `${authority}-ts.cnf`, "-queryfile", query, "-out", out);

const verify = (...args: readonly string[]) => runProgramHere(["verify", ...args]);

describe.skipIf(!hasOpenssl)(
  `time stamps${hasOpenssl ? "" : " (skipped: openssl is not installed)"}`,
  { timeout: 60_000 },
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "kaudit-timestamp-"));
      [pack, other] = [join(folder, "pack"), join(folder, "other")] as [string, string];
      for (const out of [pack, other]) {
        await runProgramHere([
          "report",
          example,
          "--period",
          "2026-11",
          "--format",
          "json",
          "--timestamp-request",
          "--out",
          out,
        ]);
      }
      makeAuthority("authority");
      makeAuthority("stranger");
      answer("pack/manifest.tsq", "authority", "answer.tsr");
      answer("other/manifest.tsq", "authority", "other.tsr");
    }, 120_000);
    afterAll(() => rm(folder, { recursive: true, force: true }));

    test("the request is one that openssl reads: the hash of the manifest, with the certificate asked for", () => {
      const text = openssl("ts", "-query", "-in", "pack/manifest.tsq", "-text");
      expect(text).toMatch(/Version: 1\nHash Algorithm: sha256\n/);
      expect(text).toContain("Certificate required: yes");
      const printed = [...text.matchAll(/^ {4}[0-9a-f]{4} - (.{47}) {3}/gm)]
        .map(([, hex = ""]) => hex.replaceAll(/[ -]/g, ""))
        .join("");
      expect(openssl("dgst", "-sha256", "pack/manifest.json")).toContain(printed);
      expect(printed).toHaveLength(64);
    });

    test("an answer is verified by the authority's certificate, by kaudit and by the command of README.txt", async () => {
      const done = await verify(
        pack,
        "--timestamp",
        join(folder, "answer.tsr"),
        "--timestamp-ca",
        join(folder, "authority.pem"),
      );
      expect([done.exitCode, done.stdout]).toEqual([0, expect.stringMatching(/time stamp +verified, \w{3} .*GMT/)]);
      copyFileSync(join(folder, "answer.tsr"), join(pack, "manifest.tsr"));
      const command = /openssl ts -verify .*/.exec(readFileSync(join(pack, "README.txt"), "utf8"))?.[0] ?? "";
      copyFileSync(join(folder, "authority.pem"), join(folder, "tsa-ca.pem"));
      const shell = spawnSync("sh", ["-c", command.replace("tsa-ca.pem", "../tsa-ca.pem")], {
        cwd: pack,
        encoding: "utf8",
      });
      expect([shell.status, shell.stdout + shell.stderr]).toEqual([0, expect.stringContaining("Verification: OK")]);
    });

    test("an answer that lies in the pack does not vouch for its own authority", async () => {
      const own = join(folder, "own");
      cpSync(pack, own, { recursive: true });
      copyFileSync(join(folder, "answer.tsr"), join(own, "manifest.tsr"));
      const unknown = await verify(own);
      expect([unknown.exitCode, unknown.stdout]).toEqual([
        1,
        expect.stringContaining("a time stamp of an unknown authority"),
      ]);
      const known = await verify(own, "--timestamp-ca", join(folder, "authority.pem"), "-o", "json");
      expect([known.exitCode, JSON.parse(known.stdout)]).toMatchObject([
        0,
        { isWhole: true, timestamp: { state: "verified" } },
      ]);
    });

    test.each([
      ["the answer of another pack", "other.tsr", "authority.pem"],
      ["an answer of another authority", "answer.tsr", "stranger.pem"],
      ["what is no answer", "authority.cnf", "authority.pem"],
    ])("%s fails", async (_, file, ca) => {
      const done = await verify(pack, "--timestamp", join(folder, file), "--timestamp-ca", join(folder, ca));
      expect([done.exitCode, done.stdout]).toEqual([
        1,
        expect.stringContaining("is not a time stamp of this manifest.json"),
      ]);
    });

    test("a byte changed in the answer or in the request is found", async () => {
      const changed = join(folder, "changed");
      mkdirSync(changed);
      const bytes = readFileSync(join(folder, "answer.tsr"));
      bytes[bytes.length - 5]! ^= 1;
      writeFileSync(join(changed, "answer.tsr"), bytes);
      const stamp = await verify(
        pack,
        "--timestamp",
        join(changed, "answer.tsr"),
        "--timestamp-ca",
        join(folder, "authority.pem"),
      );
      expect(stamp.exitCode).toBe(1);
      const again = join(folder, "request-changed");
      cpSync(other, again, { recursive: true });
      const request = readFileSync(join(again, "manifest.tsq"));
      request[30]! ^= 1;
      writeFileSync(join(again, "manifest.tsq"), request);
      const done = await verify(again);
      expect([done.exitCode, done.stdout]).toEqual([
        1,
        expect.stringContaining("is not the time-stamp request for this manifest.json"),
      ]);
    });

    test("a certificate without an answer, and files that are not there, are told", async () => {
      expect((await verify(other, "--timestamp-ca", join(folder, "authority.pem"))).exitCode).toBe(2);
      const missing = await verify(
        pack,
        "--timestamp",
        join(folder, "none.tsr"),
        "--timestamp-ca",
        join(folder, "authority.pem"),
      );
      expect([missing.exitCode, missing.stderr]).toEqual([3, expect.stringContaining("is not there")]);
    });
  },
);
