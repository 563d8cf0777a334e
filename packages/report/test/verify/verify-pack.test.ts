import { createHash, sign } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installErrorMatchers } from "@kaudit/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PackManifest } from "../../src/pack/manifest.js";
import type { PackResult } from "../../src/pack/pack-input.js";
import { envelopeText, payloadType, preAuthEncoding, statementText } from "../../src/signing/dsse.js";
import { keyFingerprint } from "../../src/signing/keys.js";
import { type VerifyOptions, verifyPack } from "../../src/verify/verify-pack.js";
import { testKey } from "../support/keys.js";
import { smallEvidence, writeSmallPack } from "../support/small-pack.js";
import { secretsRow } from "../fixtures/sample-rows.js";

installErrorMatchers();

const key = testKey();
const other = testKey();
const now = new Date("2026-12-03T06:15:06Z");
let folder = "";
let signed: PackResult;
let unsigned: PackResult;
let copies = 0;
/** A copy of the signed pack, for a test to spoil. */
let pack = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kaudit-verify-"));
  signed = await writeSmallPack(join(folder, "signed"), { signer: key.signer });
  unsigned = await writeSmallPack(join(folder, "unsigned"), { formats: ["csv", "json", "xlsx"] });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  pack = copyOf(signed.out);
});

function copyOf(from: string): string {
  const home = join(folder, `copy-${copies++}`);
  mkdirSync(home);
  cpSync(from, join(home, "pack"), { recursive: true });
  return join(home, "pack");
}

function verified(at: string, options: Partial<VerifyOptions> = {}) {
  return verifyPack(at, { key: key.publicKey, now, toolVersion: "0.1.0", ...options });
}

async function failuresOf(at: string, options: Partial<VerifyOptions> = {}): Promise<readonly string[]> {
  return (await verified(at, options)).failures.map(({ file, code }) => `${file}: ${code}`);
}

function readManifest(at: string): PackManifest {
  return JSON.parse(readFileSync(join(at, "manifest.json"), "utf8")) as PackManifest;
}

/** Changes a manifest as a forger without the key would: sums and hashes follow. */
function forge(at: string, change: (manifest: PackManifest) => unknown): void {
  const manifest = readManifest(at);
  change(manifest);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  writeFileSync(join(at, "manifest.json"), text);
  const lines = [...manifest.outputs, { path: "manifest.json", sha256: sha256(text) }]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => `${file.sha256}  ${file.path}\n`);
  writeFileSync(join(at, "SHA256SUMS"), lines.join(""));
}

function sha256(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("verifyPack", () => {
  test("a signed pack is whole by the key of its signer", async () => {
    const result = await verified(signed.out);
    expect(result.failures).toEqual([]);
    expect(result.signature).toEqual({ state: "verified", keyFingerprint: keyFingerprint(key.publicKey) });
    expect(result.packId).toBe(sha256(readFileSync(join(signed.out, "manifest.json"))));
    expect([result.files, result.bytes]).toEqual([signed.files.length, signed.bytes]);
    expect(result.manifest?.formats).toEqual(["pdf", "html", "xlsx", "csv", "json", "oscal"]);
  });

  test("an unsigned pack that is otherwise whole says unsigned and has no failures", async () => {
    const result = await verified(unsigned.out, { key: undefined as never });
    expect(result.failures).toEqual([]);
    expect(result.signature).toEqual({ state: "unsigned", keyFingerprint: null });
  });

  test("a key demands a signature", async () => {
    expect(await failuresOf(unsigned.out)).toEqual(["manifest.json.sig: not-signed"]);
  });

  test("any changed byte in any file is found, and the file is named", { timeout: 240_000 }, async () => {
    const missed: string[] = [];
    for (const { path, bytes } of signed.files) {
      const original = readFileSync(join(pack, path));
      const everywhere = [0, 1, 7, 63, Math.floor(bytes / 3), Math.floor(bytes / 2), bytes - 2, bytes - 1];
      for (const at of new Set(everywhere.filter((place) => place >= 0 && place < bytes))) {
        for (const mask of [0x01, 0x20]) {
          const changed = Buffer.from(original);
          changed[at] = changed[at]! ^ mask;
          writeFileSync(join(pack, path), changed);
          const { failures } = await verified(pack);
          if (!failures.some(({ file }) => file === path)) missed.push(`${path} at ${at} ^ ${mask}`);
        }
      }
      writeFileSync(join(pack, path), original);
    }
    expect(missed).toEqual([]);
    expect(await failuresOf(pack)).toEqual([]);
  });

  test("so is one in what is only written when it is asked for", { timeout: 120_000 }, async () => {
    const out = join(folder, "asked-for");
    const { files } = await writeSmallPack(out, { formats: ["md", "ocsf", "control-pages"], timestampRequest: true });
    const asked = files.filter(({ path }) => /^controls\/|^ocsf\/|\.md$|\.tsq$/.test(path));
    expect(asked.length).toBeGreaterThan(5);
    const missed: string[] = [];
    for (const { path, bytes } of asked) {
      const original = readFileSync(join(out, path));
      for (const at of [0, Math.floor(bytes / 2), bytes - 1]) {
        const changed = Buffer.from(original);
        changed[at]! ^= 1;
        writeFileSync(join(out, path), changed);
        const { failures } = await verifyPack(out, { now });
        if (!failures.some(({ file }) => file === path)) missed.push(`${path} at ${at}`);
      }
      writeFileSync(join(out, path), original);
    }
    expect(missed).toEqual([]);
    expect((await verifyPack(out, { now })).failures).toEqual([]);
  });

  test("every changed byte of the signatures is found", { timeout: 240_000 }, async () => {
    const small = await writeSmallPack(join(folder, "small"), { formats: ["json"], signer: key.signer });
    for (const path of ["manifest.json.sig", "manifest.dsse.json"]) {
      const original = readFileSync(join(small.out, path));
      const step = path.endsWith(".sig") ? 1 : 7;
      for (let at = 0; at < original.length; at += step) {
        const changed = Buffer.from(original);
        changed[at] = changed[at]! ^ 0x04;
        writeFileSync(join(small.out, path), changed);
        const { failures } = await verified(small.out);
        if (!failures.some(({ file }) => file === path)) expect(`${path} at ${at}`).toBe("found");
      }
      writeFileSync(join(small.out, path), original);
    }
  });

  test("a byte that was cut off or added is found, and so is every missing file", { timeout: 120_000 }, async () => {
    for (const { path } of signed.files) {
      const original = readFileSync(join(pack, path));
      for (const changed of [original.subarray(0, -1), Buffer.concat([original, Buffer.from("\n")])]) {
        writeFileSync(join(pack, path), changed);
        expect((await verified(pack)).failures.map(({ file }) => file)).toContain(path);
      }
      rmSync(join(pack, path));
      expect(await failuresOf(pack)).toContain(`${path}: missing`);
      writeFileSync(join(pack, path), original);
    }
  });

  test("all failures are listed, not the first", async () => {
    writeFileSync(join(pack, "soc2.pdf"), "x");
    rmSync(join(pack, "soc2.html"));
    writeFileSync(join(pack, "extra.txt"), "x");
    expect(await failuresOf(pack)).toEqual(
      expect.arrayContaining(["soc2.pdf: changed", "soc2.html: missing", "extra.txt: not-listed"]),
    );
  });

  test.each([
    ["a file", (at: string) => writeFileSync(join(at, "notes.txt"), "x"), "notes.txt: not-listed"],
    [
      "a file in a folder",
      (at: string) => writeFileSync(join(at, "registers/x.csv"), "x"),
      "registers/x.csv: not-listed",
    ],
    ["an empty folder", (at: string) => mkdirSync(join(at, "controls")), "controls: refused"],
    ["a hidden file", (at: string) => writeFileSync(join(at, ".hidden"), "x"), ".hidden: refused"],
    [
      "a name with a control character",
      (at: string) => writeFileSync(join(at, "a\u001b[31m"), "x"),
      "a\\x1b[31m: refused",
    ],
  ])("%s that was added fails", async (_, add, expected) => {
    add(pack);
    expect(await failuresOf(pack)).toEqual([expected]);
  });

  test("what is no folder is refused", async () => {
    await expect(verified(join(folder, "nowhere"))).toRejectWithCode("KAUDIT_REPORT_PACK_UNREADABLE");
    expect(await failuresOf(mkdtempSync(join(folder, "empty-")))).toEqual(["manifest.json: missing"]);
  });

  test("a bundle that does not tie is found, though every hash was made to fit", async () => {
    const at = copyOf(unsigned.out);
    const text = readFileSync(join(at, "bundle.json"), "utf8").replace(
      '"records": 3,\n    "events": 3',
      '"records": 4,\n    "events": 3',
    );
    writeFileSync(join(at, "bundle.json"), text);
    forge(at, (manifest) => {
      const output = manifest.outputs.find(({ path }) => path === "bundle.json")!;
      Object.assign(output, { sha256: sha256(text), bytes: text.length });
      Object.assign(manifest, { evidenceId: sha256(text), totals: JSON.parse(text).totals });
    });
    const result = await verified(at, { key: undefined as never });
    expect(result.failures.map(({ reason }) => reason)).toEqual([
      "records = events + rejected + foreign does not tie: 4 against 3",
      "records = sum over the inputs does not tie: 4 against 3",
    ]);
  });

  test("a register that is not the population of the bundle is found", async () => {
    const at = copyOf(unsigned.out);
    const path = "registers/secrets.csv";
    const lines = readFileSync(join(at, path), "utf8").split("\r\n");
    const text = [...lines.slice(0, 2), ...lines.slice(3)].join("\r\n");
    writeFileSync(join(at, path), text);
    forge(at, (manifest) =>
      Object.assign(
        manifest.outputs.find((output) => output.path === path)!,
        { sha256: sha256(text), bytes: text.length },
      ),
    );
    const { failures } = await verified(at, { key: undefined as never });
    expect(failures.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      expect.stringMatching(/^registers\/secrets\.csv: its rows are not the population of bundle\.json/),
      "registers/secrets.csv: has 1 rows; bundle.json counts 2",
    ]);
  });

  test.each([
    ["soc2.html", "html"],
    ["evidence.xlsx", "xlsx"],
    ["oscal/assessment-results.json", "oscal"],
    ["README.txt", "json"],
  ])("%s must be there when the manifest says %s was asked for", async (path) => {
    rmSync(join(pack, path));
    forge(pack, (manifest) => {
      manifest.outputs = manifest.outputs.filter((output) => output.path !== path);
      manifest.signing = null;
    });
    for (const name of ["manifest.json.sig", "manifest.dsse.json"]) rmSync(join(pack, name));
    const at = await failuresOf(pack, { key: undefined as never });
    expect(at.filter((failure) => !failure.startsWith("oscal: refused"))).toEqual([`${path}: missing`]);
  });

  test("what manifest and bundle both say must be the same", async () => {
    const at = copyOf(unsigned.out);
    forge(at, (manifest) => {
      manifest.period.to = "2026-12-01T00:00:00Z";
      manifest.cluster.name = "other";
      manifest.inputs[0]!.sha256 = "0".repeat(64);
      manifest.configuration.options["strict"] = true;
    });
    const { failures } = await verified(at, { key: undefined as never });
    expect(failures.map(({ reason }) => reason)).toEqual([
      "its period is not the one of bundle.json",
      "its cluster is not the one of bundle.json",
      "its list of inputs is not the one of bundle.json",
      "the hash of its configuration is not that of its options",
    ]);
  });

  test("abuse case 13: a signature that belongs to another pack is found", async () => {
    const rows = { secrets: [secretsRow({ actor: "mallory" })] };
    const second = await writeSmallPack(join(folder, "second"), { signer: key.signer }, await smallEvidence({ rows }));
    const swap = (name: string): void => cpSync(join(second.out, name), join(pack, name));
    swap("manifest.json.sig");
    expect(await failuresOf(pack)).toEqual(["manifest.json.sig: signature-invalid"]);
    swap("manifest.dsse.json");
    const { failures } = await verified(pack);
    expect(failures.map(({ reason }) => reason)).toContain("its statement is about another pack");
    for (const name of ["manifest.json", "SHA256SUMS"]) swap(name);
    // Now manifest, sums and signatures are whole and belong together; the files do not belong to them.
    const found = await failuresOf(pack);
    expect(found).toEqual(expect.arrayContaining(["bundle.json: changed", "registers/secrets.csv: changed"]));
    expect(found.some((failure) => failure.includes("signature"))).toBe(false);
  });

  test("abuse case 13: alg none, an unknown payload type, no, another or two signatures fail", async () => {
    const path = join(pack, "manifest.dsse.json");
    const original = readFileSync(path, "utf8");
    const envelope = JSON.parse(original);
    const payload = Buffer.from(envelope.payload, "base64");
    const forged: readonly [string, object | string][] = [
      ["alg none", { ...envelope, signatures: [{ keyid: envelope.signatures[0].keyid, sig: "", alg: "none" }] }],
      ["empty signature", { ...envelope, signatures: [{ ...envelope.signatures[0], sig: "" }] }],
      ["no signature", { ...envelope, signatures: [] }],
      ["two signatures", { ...envelope, signatures: [envelope.signatures[0], envelope.signatures[0]] }],
      ["a field more", { ...envelope, alg: "none" }],
      ["another type", { ...envelope, payloadType: "application/json" }],
      ["signed as another type", signedAs("application/json", payload)],
      [
        "signed by another key",
        envelopeText(
          payload,
          envelope.signatures[0].keyid,
          sign(null, preAuthEncoding(payloadType, payload), privateKeyOf(other.privatePem)),
        ),
      ],
      ["not JSON", "{"],
    ];
    for (const [name, content] of forged) {
      writeFileSync(path, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
      expect([
        name,
        (await failuresOf(pack)).filter((failure) => failure.startsWith("manifest.dsse.json")),
      ]).not.toEqual([name, []]);
    }
  });

  test("abuse case 13: a statement that leaves a file out, or gives it another hash, fails though it is signed", async () => {
    const manifest = readManifest(pack);
    const files = signed.files.filter(
      ({ path }) => !path.startsWith("manifest.json.sig") && path !== "manifest.dsse.json",
    );
    const resign = (changed: typeof files): void => {
      const payload = Buffer.from(statementText(manifest, changed));
      const signature = sign(null, preAuthEncoding(payloadType, payload), privateKeyOf(key.privatePem));
      writeFileSync(join(pack, "manifest.dsse.json"), envelopeText(payload, keyFingerprint(key.publicKey), signature));
    };
    resign(files);
    expect(await failuresOf(pack)).toEqual([]);
    resign(files.slice(1));
    expect(await failuresOf(pack)).toEqual(["manifest.dsse.json: differs", "manifest.dsse.json: differs"]);
    resign(files.map((file) => (file.path === "soc2.pdf" ? { ...file, sha256: "0".repeat(64) } : file)));
    const [failure] = (await verified(pack)).failures;
    expect(failure?.reason).toBe("its statement has another hash, or none, for soc2.pdf");
  });

  test("abuse case 14: without a key a signed pack is signed by somebody unknown, whatever it says", async () => {
    const result = await verified(pack, { key: undefined as never });
    const fingerprint = keyFingerprint(key.publicKey);
    expect(result.signature).toEqual({ state: "unknown-key", keyFingerprint: fingerprint });
    expect(result.failures.map(({ file, code }) => `${file}: ${code}`)).toEqual(["manifest.json.sig: unknown-key"]);
    expect(result.failures[0]?.reason).toContain(`signed by unknown key ${fingerprint}`);
  });

  test("abuse case 14: a pack signed again by another key, which it ships, fails by the expected key", async () => {
    const resigned = await writeSmallPack(join(folder, "resigned"), { signer: other.signer, formats: ["json"] });
    expect((await verified(resigned.out, { key: other.publicKey })).failures).toEqual([]);
    expect(await failuresOf(resigned.out)).toEqual(
      expect.arrayContaining([
        "manifest.json: wrong-key",
        "manifest.json.sig: signature-invalid",
        "manifest.dsse.json: signature-invalid",
      ]),
    );
    writeFileSync(join(resigned.out, "key.pub"), other.publicPem);
    expect(await failuresOf(resigned.out)).toContain("key.pub: not-listed");
  });

  test("abuse case 14: taking the signatures away does not make a signed pack an unsigned one", async () => {
    for (const name of ["manifest.json.sig", "manifest.dsse.json"]) rmSync(join(pack, name));
    expect(await failuresOf(pack, { key: undefined as never })).toEqual(
      expect.arrayContaining(["manifest.json.sig: missing", "manifest.dsse.json: missing"]),
    );
  });

  test.each([
    ["../../canary.txt"],
    ["/etc/hostname"],
    ["registers/../../canary.txt"],
    ["..\\canary.txt"],
    ["C:\\canary.txt"],
    ["./soc2.pdf"],
    ["registers//secrets.csv"],
    ["a\u0000b"],
    ["manifest.json"],
    ["link/canary.txt"],
  ])("abuse case 16: a manifest that names %j is refused and nothing is opened there", async (path) => {
    const canary = "the canary's content";
    writeFileSync(join(pack, "..", "canary.txt"), canary);
    forge(pack, (manifest) => manifest.outputs.push({ path, bytes: canary.length, sha256: sha256(canary) }));
    const { failures } = await verified(pack, { key: undefined as never });
    const about = failures.filter(
      ({ code, file }) => code === "refused" || (code === "missing" && file === "link/canary.txt"),
    );
    expect(about).toHaveLength(1);
    expect(JSON.stringify(failures)).not.toContain(sha256(canary).slice(0, 20));
  });

  test("abuse case 16: links, to files and to folders, are refused and not followed", async () => {
    const outside = join(pack, "..", "outside");
    mkdirSync(outside);
    renameSync(join(pack, "soc2.pdf"), join(outside, "soc2.pdf"));
    symlinkSync(join(outside, "soc2.pdf"), join(pack, "soc2.pdf"));
    expect(await failuresOf(pack)).toEqual(["soc2.pdf: refused", "soc2.pdf: missing"]);
    renameSync(join(pack, "registers"), join(outside, "registers"));
    symlinkSync(join(outside, "registers"), join(pack, "registers"));
    expect(await failuresOf(pack)).toEqual(
      expect.arrayContaining(["registers: refused", "registers/secrets.csv: missing"]),
    );
    rmSync(join(pack, "manifest.json"));
    symlinkSync(join(signed.out, "manifest.json"), join(pack, "manifest.json"));
    expect(await failuresOf(pack)).toEqual(
      expect.arrayContaining(["manifest.json: refused", "manifest.json: missing"]),
    );
  });

  test("abuse case 16: two names that differ only in capitals are refused", async () => {
    cpSync(join(pack, "soc2.pdf"), join(pack, "SOC2.pdf"));
    expect(await failuresOf(pack)).toEqual(expect.arrayContaining(["soc2.pdf: refused", "SOC2.pdf: not-listed"]));
    const twice = copyOf(signed.out);
    forge(twice, (manifest) => manifest.outputs.push(manifest.outputs[0]!));
    expect((await failuresOf(twice)).some((failure) => failure.endsWith(": refused"))).toBe(true);
  });

  test("abuse case 39: an old pack presented as the current one tells its age and what came after it", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    const october = await writeSmallPack(join(home, "october"), { signer: key.signer, formats: ["json"] });
    const period = { from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", label: "November 2026" };
    const evidence = await smallEvidence({ period });
    const november = await writeSmallPack(
      join(home, "november"),
      { signer: key.signer, formats: ["json"], previous: october.out },
      evidence,
    );
    const old = await verified(october.out);
    expect(old.failures).toEqual([]);
    expect(old.ageDays).toBe(29);
    expect(old.previous).toEqual({ state: "none", sha256: null });
    const ofNovember = sha256(readFileSync(join(november.out, "manifest.json")));
    expect(old.successors).toEqual([{ name: "november", packId: ofNovember, finishedAt: "2026-11-03T06:15:07.000Z" }]);

    const current = await verified(november.out, { previous: october.out });
    expect(current.previous).toEqual({ state: "verified", sha256: old.packId });
    expect(current.successors).toEqual([]);
    expect((await verified(november.out)).previous.state).toBe("not-given");
    expect(await failuresOf(november.out, { previous: signed.out })).toEqual(["manifest.json: chain-broken"]);
    expect(await failuresOf(november.out, { previous: home })).toEqual(["manifest.json: chain-broken"]);
    expect(await failuresOf(october.out, { previous: signed.out })).toEqual(["manifest.json: chain-broken"]);
  });

  test("a pack of a later version of the bundle's form is still checked", async () => {
    const at = copyOf(unsigned.out);
    const bundle = JSON.parse(readFileSync(join(at, "bundle.json"), "utf8"));
    const text = `${JSON.stringify({ ...bundle, tool: { name: "kaudit", version: "9.0.0" }, later: [1] })}\n`;
    writeFileSync(join(at, "bundle.json"), text);
    forge(at, (manifest) => {
      Object.assign(
        manifest.outputs.find(({ path }) => path === "bundle.json")!,
        { sha256: sha256(text), bytes: text.length },
      );
      Object.assign(manifest, { evidenceId: sha256(text), tool: { name: "kaudit", version: "9.0.0" } });
    });
    expect(await failuresOf(at, { key: undefined as never })).toEqual([]);
    // The same form under this version's name is none that it writes.
    expect(await failuresOf(at, { key: undefined as never, toolVersion: "9.0.0" })).toEqual(["bundle.json: malformed"]);
  });
});

function privateKeyOf(pem: string) {
  return { key: pem, format: "pem" as const };
}

function signedAs(type: string, payload: Buffer): string {
  const signature = sign(null, preAuthEncoding(type, payload), privateKeyOf(key.privatePem));
  const envelope = {
    payloadType: type,
    payload: payload.toString("base64"),
    signatures: [{ keyid: keyFingerprint(key.publicKey), sig: signature.toString("base64") }],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
