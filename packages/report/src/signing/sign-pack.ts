import { verify } from "node:crypto";
import { ReportError } from "../errors.js";
import type { PackManifest } from "../pack/manifest.js";
import type { PackFile } from "../pack/pack-input.js";
import { envelopeText, payloadType, preAuthEncoding, statementText } from "./dsse.js";
import { keyFingerprint, type PackSigner } from "./keys.js";

/** The names of a pack's signatures: they are covered by no hash, because they cover the hashes. */
export const signatureFiles = { raw: "manifest.json.sig", envelope: "manifest.dsse.json" } as const;

/** A pack's signatures as the content of their files. */
export interface PackSignatures {
  /** Ed25519 over the bytes of `manifest.json`. */
  readonly raw: Uint8Array;
  /** DSSE envelope of an in-toto statement. */
  readonly envelope: string;
}

/**
 * Signs a pack. `files`: all of it, `manifest.json` and `SHA256SUMS` included. What the signer gives is checked with its own
 * public key. Throws `KAUDIT_REPORT_SIGNING_FAILED` when that fails; what the signer throws passes through.
 */
export async function signPack(
  signer: PackSigner,
  manifest: { readonly text: string; readonly content: PackManifest },
  files: readonly PackFile[],
): Promise<PackSignatures> {
  const payload = Buffer.from(statementText(manifest.content, files), "utf8");
  const raw = await signed(signer, Buffer.from(manifest.text, "utf8"));
  const ofPayload = await signed(signer, preAuthEncoding(payloadType, payload));
  return { raw, envelope: envelopeText(payload, keyFingerprint(signer.publicKey), ofPayload) };
}

async function signed(signer: PackSigner, bytes: Uint8Array): Promise<Uint8Array> {
  const signature = await signer.sign(bytes);
  if (signature.length === 64 && verify(null, bytes, signer.publicKey, signature)) return signature;
  throw new ReportError(
    "KAUDIT_REPORT_SIGNING_FAILED",
    "the signer gave a signature that its own public key does not verify; the pack was not written. Check that key and public key belong together.",
  );
}
