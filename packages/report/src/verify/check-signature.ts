import { type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import type { PackManifest } from "../pack/manifest.js";
import type { PackFile } from "../pack/pack-input.js";
import { envelopeText, payloadType, preAuthEncoding, predicateType, statementText } from "../signing/dsse.js";
import { keyFingerprint } from "../signing/keys.js";
import { signatureFiles } from "../signing/sign-pack.js";
import type { PackContent } from "./pack-content.js";
import type { PackFailure, PackVerification } from "./verification.js";

/** What was found out about the signatures. */
export interface CheckedSignature {
  readonly signature: PackVerification["signature"];
  readonly failures: readonly PackFailure[];
}

/** A pack whose manifest was read, with what its signatures have to cover. */
export interface SignedPack {
  readonly content: PackContent;
  readonly manifest: PackManifest;
  readonly manifestBytes: Uint8Array;
  /** All outputs, `manifest.json` and `SHA256SUMS`, by path. */
  readonly files: readonly PackFile[];
}

const Envelope = z.strictObject({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })).length(1),
});

/**
 * Checks both signatures by the key that the verifier brings. The pack's own word on its key is never believed: without a key
 * a signed pack is signed by somebody unknown, and that is a failure.
 */
export async function checkSignature(pack: SignedPack, key: KeyObject | undefined): Promise<CheckedSignature> {
  const { content, manifest } = pack;
  const { raw: rawFile, envelope: envelopeFile } = signatureFiles;
  const [raw, envelope] = [await content.read(rawFile), await content.read(envelopeFile)];
  const failures: PackFailure[] = [];
  const fail = (file: string, code: PackFailure["code"], reason: string): void => {
    failures.push({ file, code, reason });
  };
  const claimed = manifest.signing?.keyFingerprint ?? null;
  const given = key === undefined ? null : keyFingerprint(key);

  if (raw === null && envelope === null && manifest.signing === null) {
    if (given !== null)
      fail(rawFile, "not-signed", `the pack is not signed; expected the signature of the key ${given}`);
    return { signature: { state: "unsigned", keyFingerprint: null }, failures };
  }
  if (manifest.signing === null) {
    for (const [file, bytes] of [
      [rawFile, raw],
      [envelopeFile, envelope],
    ] as const) {
      if (bytes !== null) fail(file, "not-listed", "is there, but manifest.json says that the pack is not signed");
    }
  }
  for (const [file, bytes] of [
    [rawFile, raw],
    [envelopeFile, envelope],
  ] as const) {
    if (bytes === null)
      fail(
        file,
        "missing",
        `manifest.json says that the key ${claimed ?? "unknown"} signed the pack; the signature is not there`,
      );
  }
  if (envelope !== null) failures.push(...checkEnvelope(pack, envelope, key));
  if (key === undefined) {
    const reason = `signed by unknown key ${claimed ?? "without a fingerprint"}: give the signer's public key, which you have by another way than this pack, with --key`;
    fail(rawFile, "unknown-key", reason);
    return { signature: { state: "unknown-key", keyFingerprint: claimed }, failures };
  }
  if (claimed !== null && claimed !== given) {
    fail("manifest.json", "wrong-key", `says that the key ${claimed} signed; the given key is ${given}`);
  }
  if (raw !== null && (raw.length !== 64 || !verify(null, pack.manifestBytes, key, raw))) {
    fail(rawFile, "signature-invalid", `is not the signature of the key ${given} over manifest.json`);
  }
  return { signature: { state: failures.length === 0 ? "verified" : "invalid", keyFingerprint: given }, failures };
}

/** DSSE: the type, the one signature, and that the statement is about this pack and all of its files. */
function checkEnvelope(pack: SignedPack, bytes: Buffer, key: KeyObject | undefined): PackFailure[] {
  const file = signatureFiles.envelope;
  const failures: PackFailure[] = [];
  const fail = (code: PackFailure["code"], reason: string): void => {
    failures.push({ file, code, reason });
  };
  const parsed = Envelope.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return [
      {
        file,
        code: "malformed",
        reason: `is not a DSSE envelope with one signature (${issue?.path.join(".") || "it"}: ${issue?.message})`,
      },
    ];
  }
  const { payload, signatures } = parsed.data;
  const [{ keyid, sig } = { keyid: "", sig: "" }] = signatures;
  const statement = Buffer.from(payload, "base64");
  const signature = Buffer.from(sig, "base64");
  if (parsed.data.payloadType !== payloadType) {
    fail("signature-invalid", `has another payload type than ${payloadType}`);
  } else if (!bytes.equals(Buffer.from(envelopeText(statement, keyid, signature), "utf8"))) {
    fail("malformed", "is not written as a pack's envelope is");
  }
  if (keyid !== pack.manifest.signing?.keyFingerprint) fail("differs", "names another key than manifest.json");
  if (key !== undefined) {
    const covered = preAuthEncoding(parsed.data.payloadType, statement);
    if (signature.length !== 64 || !verify(null, covered, key, signature)) {
      fail("signature-invalid", `is not signed by the key ${keyFingerprint(key)}`);
    }
  }
  const expected = statementText(pack.manifest, pack.files);
  if (statement.toString("utf8") === expected) return failures;
  return [
    ...failures,
    ...statementProblems(statement, pack).map((reason): PackFailure => ({ file, code: "differs", reason })),
  ];
}

const Statement = z.looseObject({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(z.looseObject({ name: z.string(), digest: z.looseObject({ sha256: z.string() }) })),
  predicate: z.looseObject({ packId: z.string() }),
});

/** Why a statement is not the one that belongs to this pack. */
function statementProblems(bytes: Buffer, { files }: SignedPack): readonly string[] {
  const parsed = Statement.safeParse(jsonOf(bytes));
  if (!parsed.success) return ["its payload is not an in-toto statement about a pack"];
  const { subject, predicate } = parsed.data;
  if (parsed.data.predicateType !== predicateType) return [`its statement is of another type than ${predicateType}`];
  const problems: string[] = [];
  const named = new Map(subject.map(({ name, digest }) => [name, digest.sha256]));
  const other = files.filter(({ path, sha256 }) => named.get(path) !== sha256).map(({ path }) => path);
  if (other.length > 0) problems.push(`its statement has another hash, or none, for ${other.join(", ")}`);
  if (named.size !== files.length)
    problems.push(`its statement names ${named.size} files; the pack has ${files.length}`);
  const packId = files.find(({ path }) => path === "manifest.json")?.sha256;
  if (predicate.packId !== packId) problems.push("its statement is about another pack");
  return problems.length > 0 ? problems : ["its statement says something else than manifest.json"];
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
