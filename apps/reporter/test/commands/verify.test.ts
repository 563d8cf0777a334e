import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findSecretCanaries, jsonLines, seedSecretCanaries, instant } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runProgramHere, type RunOptions, type RunResult } from "../run-program.js";

const example = fileURLToPath(new URL("../../../../examples/recommended-policy", import.meta.url));
const passphrase = "correct horse battery staple";
let folder = "";
let keyFile = "";
let publicFile = "";
let unsigned = "";
let signed = "";

function report(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runProgramHere(["report", "--period", "2026-11", "--cluster", "prod-eu-1", ...args], options);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-verify-command-"));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  keyFile = join(folder, "key.pem");
  publicFile = join(folder, "key.pub");
  const encrypted = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  writeFileSync(keyFile, privateKey.export(encrypted), { mode: 0o600 });
  writeFileSync(publicFile, publicKey.export({ type: "spki", format: "pem" }));
  unsigned = join(folder, "unsigned");
  signed = join(folder, "signed");
  await report([
    example,
    "--format",
    "html,xlsx,csv,json,oscal",
    "--policy",
    join(example, "policy.yaml"),
    "--out",
    unsigned,
  ]);
  const environment = { KAUDIT_SIGN_PASSPHRASE: passphrase };
  await report([example, "--format", "csv,json", "--sign", keyFile, "--previous", unsigned, "--out", signed], {
    environment,
  });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("kaudit report --sign", () => {
  test("signs, and says nothing of key and passphrase anywhere (abuse case 24)", async () => {
    const secret = readFileSync(keyFile, "latin1").split("\n")[2] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    const names = await readdir(signed);
    expect(names).toEqual(expect.arrayContaining(["manifest.json.sig", "manifest.dsse.json"]));
    for (const name of names.filter((each) => each.includes("."))) {
      const text = readFileSync(join(signed, name), "latin1");
      expect(text).not.toContain(secret);
      expect(text).not.toContain(passphrase);
    }
    const { run, configuration } = JSON.parse(readFileSync(join(signed, "manifest.json"), "utf8"));
    expect(run.arguments).toContain("--sign");
    expect(Object.keys(configuration.options).filter((name) => /sign|pass|key/i.test(name))).toEqual([]);
  });

  test("openssl verifies it by the public key", () => {
    const args = [
      "pkeyutl",
      "-verify",
      "-rawin",
      "-pubin",
      "-inkey",
      publicFile,
      "-in",
      "manifest.json",
      "-sigfile",
      "manifest.json.sig",
    ];
    expect(execFileSync("openssl", args, { cwd: signed, encoding: "utf8" })).toContain(
      "Signature Verified Successfully",
    );
  });

  test("takes the passphrase from a file", async () => {
    const file = join(folder, "passphrase");
    writeFileSync(file, `${passphrase}\n`, { mode: 0o600 });
    const out = join(folder, "by-file");
    const { exitCode } = await report([
      example,
      "--format",
      "json",
      "--sign",
      keyFile,
      "--sign-passphrase-file",
      file,
      "--out",
      out,
    ]);
    expect(exitCode).toBe(0);
    expect((await runProgramHere(["verify", out, "--key", publicFile])).exitCode).toBe(0);
  });

  test.each([
    ["no passphrase", {}, /it is encrypted and no passphrase was given/],
    ["a wrong passphrase", { KAUDIT_SIGN_PASSPHRASE: "hunter2-hunter2" }, /the passphrase is wrong/],
  ])("%s ends with 2 before anything is read, and tells nothing of it", async (_, environment, expected) => {
    const out = join(folder, "never");
    const result = await report([example, "--sign", keyFile, "--out", out], { environment });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(expected);
    expect(result.stdout + result.stderr).not.toMatch(/hunter2|horse/);
  });

  test.skipIf(process.platform === "win32")(
    "abuse case 24: a key that others may read is refused, unless asked for",
    async () => {
      const exposed = join(folder, "exposed.pem");
      cpSync(keyFile, exposed);
      const environment = { KAUDIT_SIGN_PASSPHRASE: passphrase };
      for (const mode of [0o640, 0o604, 0o660]) {
        chmodSync(exposed, mode);
        const result = await report([example, "--sign", exposed, "--out", join(folder, "x")], { environment });
        expect(result.exitCode).toBe(2);
        expect(result.stderr).toContain(`(mode 0${mode.toString(8)}); run chmod 600 on it`);
      }
      const args = [
        example,
        "--format",
        "json",
        "--sign",
        exposed,
        "--sign-key-permissions",
        "any",
        "--out",
        join(folder, "any"),
      ];
      expect((await report(args, { environment })).exitCode).toBe(0);
      const open = join(folder, "open-passphrase");
      writeFileSync(open, passphrase, { mode: 0o644 });
      const refused = await report([
        example,
        "--sign",
        keyFile,
        "--sign-passphrase-file",
        open,
        "--out",
        join(folder, "x"),
      ]);
      expect(refused.stderr).toContain("--sign-passphrase-file");
      expect(refused.exitCode).toBe(2);
    },
  );

  test("a passphrase is no argument", async () => {
    const result = await report([example, `--sign-passphrase=${passphrase}`, "--out", join(folder, "x")]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).not.toContain("horse");
  });

  test.each([
    ["a missing key", "nowhere.pem", 3],
    ["a folder", ".", 3],
    ["what is no key", "policy.yaml", 2],
  ])("%s ends with its own exit code", async (_, name, code) => {
    const file = join(folder, name);
    if (name === "policy.yaml") writeFileSync(file, "rules: []", { mode: 0o600 });
    const result = await report([example, "--sign", file, "--out", join(folder, "x")]);
    expect(result.exitCode).toBe(code);
    expect(result.stderr.split("\n")).toHaveLength(2);
  });
});

describe("kaudit verify", () => {
  test("an unsigned pack that is whole says unsigned and ends with 0", async () => {
    const { exitCode, stdout } = await runProgramHere(["verify", unsigned]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^signature +unsigned$/m);
    expect(stdout).toMatch(/\nWHOLE, unsigned: whoever changed it could have made it fit\n$/);
    expect(stdout).toMatch(/^made +2026-12-03T06:15:00\.000Z by kaudit 0\.1\.0, 0 days ago$/m);
    expect(stdout).toMatch(/^newer pack +signed, made /m);
  });

  test("a signed pack is whole by its key; without, its key is unknown, and it ends with 1", async () => {
    const by = await runProgramHere(["verify", signed, "--key", publicFile, "--previous", unsigned]);
    expect(by.exitCode).toBe(0);
    expect(by.stdout).toMatch(/\nWHOLE, signed by the given key\n$/);
    expect(by.stdout).toMatch(/^previous pack +[0-9a-f]{64}, the given one$/m);
    const without = await runProgramHere(["verify", signed]);
    expect(without.exitCode).toBe(1);
    expect(without.stdout).toMatch(/^signature +signed by unknown key [0-9a-f]{64}$/m);
    const strict = await runProgramHere(["verify", unsigned, "--key", publicFile]);
    expect(strict.exitCode).toBe(1);
  });

  test("names every failure with file and reason, also as JSON", async () => {
    const at = join(folder, "spoilt");
    cpSync(unsigned, at, { recursive: true });
    appendFileSync(join(at, "soc2.html"), "x");
    appendFileSync(join(at, "\u001b[31madded"), "x");
    const text = await runProgramHere(["verify", at]);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toContain("\nNOT WHOLE: 2 failures\n");
    expect(text.stdout).toMatch(/\n {2}soc2\.html\n {4}has \d+ bytes; \d+ were written\n/);
    expect(text.stdout).not.toContain("\u001b");
    const json = await runProgramHere(["verify", at, "-o", "json"]);
    expect(json.exitCode).toBe(1);
    const { isWhole, failures, signature } = JSON.parse(json.stdout);
    expect(isWhole).toBe(false);
    expect(signature).toEqual({ state: "unsigned", keyFingerprint: null });
    expect(failures.map(({ file, code }: { file: string; code: string }) => `${file} ${code}`).toSorted()).toEqual([
      "\\x1b[31madded refused",
      "soc2.html changed",
    ]);
  });

  test("--quiet says nothing of a whole pack", async () => {
    expect(await runProgramHere(["verify", unsigned, "--quiet"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test.each([
    [["verify"], 2],
    [["verify", "nowhere"], 3],
    [["verify", ".", "--key", "nowhere.pub"], 3],
    [["verify", ".", "-o", "xml"], 2],
    [["verify", ".", "--policy", "policy.yaml"], 2],
  ])("%j ends with %i", async (args, code) => {
    const result = await runProgramHere(args);
    expect(result.exitCode).toBe(code);
    expect(result.stderr).toMatch(/^kaudit: [^\n]+\n$/);
  });

  test("a private key is no verifier's", async () => {
    const { exitCode, stderr } = await runProgramHere(["verify", signed, "--key", keyFile]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("it is not a public key");
  });
});

describe("kaudit verify --inputs", () => {
  test("makes the pack again from the logs wherever they lie, and every file is the same", async () => {
    const temp = await mkdtemp(join(folder, "temp-"));
    // The auditor's own copy: its folder has another name, and the API server is named after the folder.
    const copy = join(folder, "handed-over");
    cpSync(example, copy, { recursive: true });
    const { exitCode, stdout } = await runProgramHere(["verify", unsigned, "--inputs", copy, "--temp-dir", temp]);
    const { outputs, registers } = JSON.parse(readFileSync(join(unsigned, "manifest.json"), "utf8"));
    expect(outputs.length).toBeGreaterThan(12);
    const same = `${outputs.length} files, ${registers.length} registers: the same`;
    expect(stdout).toMatch(new RegExp(`^made again +${same}$`, "m"));
    expect(exitCode).toBe(0);
    expect(await readdir(temp)).toEqual([]);
  }, 120_000);

  test(
    "a log that was changed or left out is named, and so is all that comes out otherwise",
    { timeout: 120_000 },
    async () => {
      const logs = join(folder, "logs");
      cpSync(example, logs, { recursive: true });
      const log = join(logs, "audit.log");
      writeFileSync(log, readFileSync(log, "utf8").replaceAll('"username":"bob"', '"username":"eve"'));
      const { exitCode, stdout } = await runProgramHere([
        "verify",
        signed,
        "--key",
        publicFile,
        "--inputs",
        logs,
        "-o",
        "json",
      ]);
      expect(exitCode).toBe(1);
      const { failures, reperformance } = JSON.parse(stdout);
      expect(failures).toEqual([]);
      const found: readonly { file: string; reason: string }[] = reperformance.failures;
      expect(found.map(({ file }) => file)).toEqual(
        expect.arrayContaining(["bundle.json", "registers/secrets.csv", "manifest.json"]),
      );
      expect(found.some(({ reason }) => reason.startsWith('the input "audit.log" has the SHA-256 '))).toBe(true);
      expect(found.find(({ file }) => file === "bundle.json")?.reason).toMatch(/\(other: .*inputs.*registers/);

      await rm(log);
      const gone = await runProgramHere(["verify", signed, "--key", publicFile, "--inputs", logs]);
      expect(gone.exitCode).toBe(1);
      expect(gone.stdout).toContain('the input "audit.log" is not among those given');
    },
  );

  test("the policy is looked for where it is now", { timeout: 120_000 }, async () => {
    const policy = join(folder, "moved.yaml");
    cpSync(join(example, "policy.yaml"), policy);
    const out = join(folder, "with-policy");
    await report([example, "--format", "json", "--policy", policy, "--out", out]);
    const moved = join(folder, "elsewhere");
    cpSync(policy, moved);
    await rm(policy);
    expect((await runProgramHere(["verify", out, "--inputs", example])).exitCode).toBe(3);
    const other = await runProgramHere(["verify", out, "--inputs", example, "--policy", moved]);
    // The same policy under another name is told as such: its name is part of the evidence.
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toContain("(other: polic");
    cpSync(moved, policy);
    expect((await runProgramHere(["verify", out, "--inputs", example])).exitCode).toBe(0);
  });

  test("inputs that cannot be read end with 3", async () => {
    const { exitCode, stderr } = await runProgramHere(["verify", unsigned, "--inputs", join(folder, "nowhere")]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^kaudit: [^\n]*nowhere[^\n]*\n$/);
  });
});

describe("kaudit diff", () => {
  test("tells what changed between two packs and ends with 0", async () => {
    const october = join(folder, "october");
    await report([example, "--format", "json", "--out", october]);
    const same = await runProgramHere(["diff", october, signed]);
    expect(same.exitCode).toBe(0);
    expect(same.stdout).toContain("the same evidence, byte for byte");
    const { exitCode, stdout } = await runProgramHere(["diff", unsigned, signed]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(", names the other as the pack before it");
    expect(stdout).toMatch(/\nSettings\n {2}audit policy: policy\.yaml \(SHA-256 [0-9a-f]{64}\) → none\n/);
    const json = JSON.parse((await runProgramHere(["diff", unsigned, signed, "-o", "json"])).stdout);
    expect(json.chained).toBe(true);
    expect((await runProgramHere(["diff", unsigned, folder])).exitCode).toBe(3);
  });
});

test("a whole signed pack of a log with secrets in it has none in any file", { timeout: 120_000 }, async () => {
  const seeded = seedSecretCanaries();
  const log = join(folder, "canaries.log");
  writeFileSync(log, jsonLines(seeded.map(({ event }) => event)));
  const out = join(folder, "canaries");
  const args = [
    "report",
    log,
    "--from",
    instant(0).slice(0, 10),
    "--to",
    "2026-10-15",
    "--format",
    "xlsx,csv,json,oscal",
    "--sign",
    keyFile,
    "--out",
    out,
  ];
  const { exitCode } = await runProgramHere(args, { environment: { KAUDIT_SIGN_PASSPHRASE: passphrase } });
  expect(exitCode).toBe(0);
  const texts = ["", "registers", "oscal"].flatMap((under) =>
    execFileSync("find", [join(out, under), "-maxdepth", "1", "-type", "f"], { encoding: "utf8" })
      .trim()
      .split("\n"),
  );
  expect(texts.length).toBeGreaterThan(12);
  const unzipped = execFileSync("unzip", ["-p", join(out, "evidence.xlsx")], { maxBuffer: 1 << 28 });
  const statement = Buffer.from(JSON.parse(readFileSync(join(out, "manifest.dsse.json"), "utf8")).payload, "base64");
  const all: readonly (readonly [string, Uint8Array])[] = [
    ...texts.map((path) => [path, readFileSync(path)] as const),
    ["xlsx", unzipped],
    ["dsse", statement],
  ];
  expect(all.flatMap(([path, bytes]) => findSecretCanaries(bytes).map((name) => `${path}: ${name}`))).toEqual([]);
});
