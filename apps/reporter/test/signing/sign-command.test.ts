import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installErrorMatchers } from "@kaudit/testkit";
import { signerCommandOf } from "../../src/signing/signer-command.js";
import { runProgramHere, type RunOptions } from "../run-program.js";
import { ended, startKaudit } from "../spawn-kaudit.js";

installErrorMatchers();

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
let folder = "";
let keyFile = "";
let publicFile = "";
let signer = "";

/** Signs what it reads, as a program beside a token would. */
const program = `import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
const [, , key, mode] = process.argv;
if (mode === "fails") { console.error("PIN 314159 refused"); process.exit(7); }
if (mode === "hangs") setInterval(() => {}, 1000);
else if (mode === "short") process.stdout.write(Buffer.alloc(63));
else if (mode === "long") process.stdout.write(Buffer.alloc(1_000_000));
else if (mode === "other") process.stdout.write(Buffer.alloc(64, 7));
else process.stdout.write(sign(null, readFileSync(0), readFileSync(key)));
if (mode === "environment") process.stderr.write(Object.keys(process.env).join());
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-sign-command-"));
  [keyFile, publicFile, signer] = ["key.pem", "key.pub", "sign it.mjs"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(publicFile, publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(signer, program);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const commandOf = (...more: readonly string[]): string => JSON.stringify([process.execPath, signer, keyFile, ...more]);

function report(out: string, args: readonly string[], options: RunOptions = {}) {
  const of = ["report", example, "--period", "2026-11", "--format", "json", "--out", join(folder, out)];
  return runProgramHere([...of, ...args], {
    ...options,
    environment: { PATH: process.env["PATH"] ?? "", ...options.environment },
  });
}

describe("--sign-command", () => {
  test("signs without a key in this process, and the pack verifies by the public key", async () => {
    const done = await report("signed", ["--sign-command", commandOf(), "--sign-public-key", publicFile]);
    expect([done.exitCode, done.stderr]).toEqual([0, expect.not.stringContaining("kaudit: --sign")]);
    const verified = await runProgramHere(["verify", join(folder, "signed"), "--key", publicFile]);
    expect([verified.exitCode, verified.stdout]).toEqual([
      0,
      expect.stringContaining("WHOLE, signed by the given key"),
    ]);
  });

  test.each([
    ["fails", "ended with exit code 7"],
    ["short", "wrote 63 bytes"],
    ["long", "wrote 1000000 bytes"],
  ])("one that %s ends the run with 4, leaves no pack, and repeats nothing that it said", async (mode, reason) => {
    const done = await report(mode, ["--sign-command", commandOf(mode), "--sign-public-key", publicFile]);
    expect(done.exitCode).toBe(4);
    expect(done.stderr).toContain(reason);
    expect(done.stderr).not.toMatch(/314159|at .*\.ts/);
    expect((await readdir(folder)).filter((name) => name.includes(mode))).toEqual([]);
  });

  test("a signature that is not one of the public key is found before there is a pack", async () => {
    const done = await report("other", ["--sign-command", commandOf("other"), "--sign-public-key", publicFile]);
    expect([done.exitCode, done.stderr]).toEqual([4, expect.stringContaining("its own public key does not verify")]);
    expect(existsSync(join(folder, "other"))).toBe(false);
  });

  test("one that hangs is ended", async () => {
    const options = { signCommand: commandOf("hangs"), signPublicKey: publicFile };
    const made = await signerCommandOf(options, { environment: {} }, 300);
    await expect(made!.sign(Buffer.from("x"))).toRejectWithCode("KAUDIT_CLI_SIGNER_FAILED");
  });

  test("no shell reads the words", async () => {
    const canary = join(folder, "canary");
    const done = await report("shell", ["--sign-command", `cat; touch ${canary}`, "--sign-public-key", publicFile]);
    expect([done.exitCode, existsSync(canary)]).toEqual([4, false]);
    expect(done.stderr).toContain("could not be started (ENOENT)");
  });

  test.each([
    [["--sign-command", "x"], "--sign-command needs the public key"],
    [["--sign-public-key", "key.pub"], "--sign-public-key needs the command"],
    [["--sign-command", "[1]", "--sign-public-key", "key.pub"], "is no JSON list of texts"],
    [["--sign-command", "[]", "--sign-public-key", "key.pub"], "is empty"],
  ])("%j is refused before anything is read", async (args, message) => {
    const done = await report("refused", args);
    expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("with --sign beside it, one of them is too much", async () => {
    const done = await report("both", [
      "--sign",
      keyFile,
      "--sign-command",
      commandOf(),
      "--sign-public-key",
      publicFile,
    ]);
    expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining("give one of them")]);
  });
});

describe("abuse case 24: the key while kaudit runs", () => {
  test.skipIf(process.platform !== "linux")(
    "stands in no argument and no environment of any process, in no file of the pack and in no configuration that is printed",
    async () => {
      const secret = readFileSync(keyFile, "latin1").split("\n")[1] ?? "";
      expect(secret.length).toBeGreaterThan(40);
      const out = join(folder, "watched");
      // Nothing comes on standard input, so that the process stays while it is looked at.
      const args = ["report", "-", "--period", "2026-11", "--format", "csv,json", "--sign", keyFile, "--out", out];
      const child = startKaudit(args);
      const result = ended(child);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      for (const of of ["cmdline", "environ"]) {
        const text = readFileSync(`/proc/${child.pid}/${of}`, "latin1");
        expect(text.length).toBeGreaterThan(10);
        expect(text).not.toContain(secret);
      }
      child.stdin.end(
        readFileSync(
          join(
            example,
            (await readdir(example)).find((name) => name.endsWith(".log"))!,
          ),
        ),
      );
      const { exitCode, stdout, stderr } = await result;
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining(secret)]);
      expect(stdout).not.toContain(secret);
      for (const name of await readdir(out, { recursive: true })) {
        const path = join(out, name);
        if (name.includes(".")) expect(readFileSync(path, "latin1")).not.toContain(secret);
      }
      const printed = await runProgramHere(["config", "print", "--period", "2026-11", "--sign", keyFile], {
        environment: { KAUDIT_SIGN_PASSPHRASE: "correct horse battery staple" },
      });
      expect(`${printed.stdout}${printed.stderr}`).not.toMatch(/correct horse/);
      expect(`${printed.stdout}${printed.stderr}`).not.toContain(secret);
    },
    60_000,
  );

  test("the command that signs does not get the passphrase of kaudit's own key", async () => {
    const options = {
      signCommand: JSON.stringify([process.execPath, "-e", lookForPassphrase]),
      signPublicKey: publicFile,
    };
    const environment = { KAUDIT_SIGN_PASSPHRASE: "correct horse battery staple", PATH: "/usr/bin" };
    const made = await signerCommandOf(options, { environment });
    expect(Buffer.from(await made!.sign(Buffer.from("x"))).toString()).toBe("/usr/bin".padEnd(64));
  });
});

/** Writes 64 bytes: what it finds of the environment. */
const lookForPassphrase = `process.stdout.write(((process.env.KAUDIT_SIGN_PASSPHRASE ?? "") + process.env.PATH).padEnd(64))`;
