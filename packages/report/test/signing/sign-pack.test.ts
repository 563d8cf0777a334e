import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installErrorMatchers } from "@kaudit/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PackFile, PackResult } from "../../src/pack/pack-input.js";
import { payloadType, preAuthEncoding } from "../../src/signing/dsse.js";
import { ed25519Signer, keyFingerprint, verificationKey } from "../../src/signing/keys.js";
import { testKey } from "../support/keys.js";
import { smallEvidence, writeSmallPack } from "../support/small-pack.js";

installErrorMatchers();

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kaudit-sign-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program; fails the test with what it wrote when it does not end with 0. */
function run(program: string, args: readonly string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: "pipe" });
}

function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

const hasOpenssl = has("openssl");

/** The files that repeat byte for byte when the same evidence is written again. */
function lasting({ files }: PackResult): readonly PackFile[] {
  return files.filter(({ path }) => !/^(manifest\.|SHA256SUMS)/.test(path));
}

describe("a signed pack", () => {
  const key = testKey();
  let pack: PackResult;
  beforeAll(async () => {
    pack = await writeSmallPack(join(folder, "signed"), { signer: key.signer, formats: ["csv", "json"] });
    writeFileSync(join(folder, "key.pub"), key.publicPem);
  });

  test("holds the signatures, the key's fingerprint, and nothing of the key (abuse case 24)", () => {
    const secret = key.privatePem.split("\n")[1] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    for (const { path } of pack.files) {
      const text = readFileSync(join(pack.out, path), "latin1");
      expect(text).not.toContain(secret);
      expect(text).not.toContain("BEGIN PUBLIC KEY");
    }
    expect(readFileSync(join(pack.out, "manifest.json.sig"))).toHaveLength(64);
    const manifest = JSON.parse(readFileSync(join(pack.out, "manifest.json"), "utf8"));
    expect(manifest.signing).toEqual({ algorithm: "ed25519", keyFingerprint: keyFingerprint(key.publicKey) });
  });

  test("nothing but manifest, sums and signatures differs from the pack that is not signed", async () => {
    const plain = await writeSmallPack(join(folder, "plain"), { formats: ["csv", "json"] });
    expect(lasting(pack)).toEqual(lasting(plain));
    expect(pack.files.length).toBe(plain.files.length + 2);
    expect(readFileSync(join(pack.out, "SHA256SUMS"), "utf8")).not.toMatch(/sig|dsse/);
  });

  test.skipIf(!hasOpenssl)("openssl verifies the signature with one command, and finds a changed manifest", () => {
    const args = [
      "pkeyutl",
      "-verify",
      "-rawin",
      "-pubin",
      "-inkey",
      "../key.pub",
      "-in",
      "manifest.json",
      "-sigfile",
      "manifest.json.sig",
    ];
    expect(run("openssl", args, pack.out)).toContain("Signature Verified Successfully");
    writeFileSync(join(folder, "other.json"), "{}");
    expect(() => run("openssl", [...args.slice(0, 7), "../other.json", ...args.slice(8)], pack.out)).toThrow(
      /Command failed/,
    );
  });

  test.skipIf(!hasOpenssl)(
    "openssl prints the fingerprint that the pack claims, and verifies the DSSE envelope",
    () => {
      const printed = run("sh", ["-c", "openssl pkey -pubin -in ../key.pub -outform DER | sha256sum"], pack.out);
      expect(printed.slice(0, 64)).toBe(keyFingerprint(key.publicKey));
      const envelope = JSON.parse(readFileSync(join(pack.out, "manifest.dsse.json"), "utf8"));
      const payload = Buffer.from(envelope.payload, "base64");
      writeFileSync(join(folder, "pae"), preAuthEncoding(envelope.payloadType, payload));
      writeFileSync(join(folder, "dsse.sig"), Buffer.from(envelope.signatures[0].sig, "base64"));
      const args = [
        "pkeyutl",
        "-verify",
        "-rawin",
        "-pubin",
        "-inkey",
        "key.pub",
        "-in",
        "pae",
        "-sigfile",
        "dsse.sig",
      ];
      expect(run("openssl", args, folder)).toContain("Signature Verified Successfully");
    },
  );

  test("the statement names every file with its hash, and which pack, period and cluster it is", () => {
    const envelope = JSON.parse(readFileSync(join(pack.out, "manifest.dsse.json"), "utf8"));
    expect(envelope.payloadType).toBe("application/vnd.in-toto+json");
    const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8"));
    const covered = pack.files.filter(({ path }) => !["manifest.json.sig", "manifest.dsse.json"].includes(path));
    expect(statement.subject).toEqual(covered.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })));
    expect(statement["_type"]).toBe("https://in-toto.io/Statement/v1");
    expect(statement.predicate).toMatchObject({
      packId: pack.files.find(({ path }) => path === "manifest.json")?.sha256,
      evidenceId: pack.evidenceId,
      period: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z", label: "October 2026" },
      cluster: { name: "prod-eu-1" },
    });
  });

  test("a signer whose signature is not one of its own key writes no pack", async () => {
    const liar = { publicKey: testKey().publicKey, sign: key.signer.sign };
    const out = join(folder, "lied");
    await expect(writeSmallPack(out, { signer: liar, formats: ["json"] })).toRejectWithCode(
      "KAUDIT_REPORT_SIGNING_FAILED",
    );
    expect(() => readFileSync(join(out, "manifest.json"))).toThrow();
  });
});

test("the pre-authentication encoding is that of the DSSE specification", () => {
  // The example of protocol.md: type "http://example.com/HelloWorld", body "hello world".
  const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
  expect(Buffer.from(encoded).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  expect(payloadType).toHaveLength(28);
});

/** The commands of a README: lines set in by five blanks; a line that ends in `\` goes on. */
function commandsOf(readme: string): readonly string[] {
  const lines = readme.split("\n").flatMap((line) => /^ {5}(\S.*| {2}[-!|].*)$/.exec(line)?.[1] ?? []);
  return lines.join("\n").replaceAll("\\\n", " ").split("\n");
}

describe("README.txt", () => {
  test.skipIf(!hasOpenssl || !has("jq"))(
    "abuse case 44: its commands verify a pack without kaudit, and find what was changed",
    async () => {
      const key = testKey();
      const evidence = await smallEvidence();
      const pack = await writeSmallPack(
        join(folder, "readme"),
        { signer: key.signer, timestampRequest: true },
        evidence,
      );
      const commands = commandsOf(readFileSync(join(pack.out, "README.txt"), "utf8"));
      expect(commands.map((command) => command.split(" ")[0])).toEqual([
        "sha256sum",
        "find",
        "wc",
        "openssl",
        "jq",
        "openssl",
        "sha256sum",
        "kaudit",
      ]);
      const keyFile = join(folder, "their.pub");
      writeFileSync(keyFile, key.publicPem);
      const shell = (command: string): string =>
        run("bash", ["-eo", "pipefail", "-c", command.replace("key.pub", keyFile)], pack.out);
      const [sums = "", found = "", counted = "", signature = "", jq = "", , id = ""] = commands;

      expect(shell(sums).trimEnd().split("\n")).toHaveLength(pack.files.length - 4);
      expect(shell(sums)).not.toContain("FAILED");
      expect(shell(found).trim()).toBe(shell(counted).trim());
      expect(shell(signature)).toContain("Signature Verified Successfully");
      expect(
        shell(jq)
          .trimEnd()
          .split("\n")
          .every((line) => line.endsWith(": OK")),
      ).toBe(true);
      expect(shell(id).slice(0, 64)).toBe(pack.evidenceId);

      // A forger without the key can make the sums fit; the signed manifest still has the true hash.
      const path = join(pack.out, "soc2.html");
      writeFileSync(path, `${readFileSync(path, "utf8")}<!-- -->`);
      expect(() => shell(sums)).toThrow(/Command failed/);
      writeFileSync(
        join(pack.out, "SHA256SUMS"),
        run("sh", ["-c", "cut -c67- SHA256SUMS | xargs sha256sum"], pack.out),
      );
      expect(shell(sums)).not.toContain("FAILED");
      expect(shell(signature)).toContain("Signature Verified Successfully");
      expect(() => shell(jq)).toThrow(/Command failed/);
      writeFileSync(join(pack.out, "added.txt"), "x");
      expect(shell(found).trim()).not.toBe(shell(counted).trim());
    },
  );
});

describe("ed25519Signer", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const passphrase = "correct horse battery staple";
  const encrypted = privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();

  test("opens an encrypted key with its passphrase only", async () => {
    const signer = ed25519Signer(encrypted, passphrase);
    expect(await signer.sign(Buffer.from("x"))).toHaveLength(64);
    for (const wrong of [undefined, "", "wrong"]) {
      expect(() => ed25519Signer(encrypted, wrong)).toThrowCode("KAUDIT_REPORT_KEY_INVALID");
    }
  });

  test.each([
    [
      "an RSA key",
      generateKeyPairSync("rsa", { modulusLength: 2048 })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    ],
    [
      "an EC key in SEC1",
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }).toString(),
    ],
    ["a public key", testKey().publicPem],
    ["text", "hello"],
    ["a damaged key", testKey().privatePem.replace("MC4CAQ", "MC4CAR").replace(/A/g, "B")],
    ["nothing", ""],
  ])("%s is refused, and nothing of it is in the message", (_, pem) => {
    let message = "";
    try {
      ed25519Signer(pem, passphrase);
    } catch (error) {
      message = String(error);
      expect(error).toHaveProperty("code", "KAUDIT_REPORT_KEY_INVALID");
    }
    expect(message).toMatch(/the key cannot be used/);
    expect(message).not.toContain(passphrase);
    const body = pem.split("\n")[1] ?? "no body";
    if (body.length > 10) expect(message).not.toContain(body.slice(0, 16));
  });

  test("a verifier is given a public key; a private one is refused", () => {
    const key = testKey();
    expect(() => verificationKey(key.privatePem)).toThrowCode("KAUDIT_REPORT_KEY_INVALID");
    expect(keyFingerprint(verificationKey(key.publicPem))).toMatch(/^[0-9a-f]{64}$/);
  });
});
