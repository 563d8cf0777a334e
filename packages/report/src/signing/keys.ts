import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { ReportError } from "../errors.js";

/** Whoever signs a pack. The private key itself is not asked for, so that it can stay where it is kept. */
export interface PackSigner {
  /** An Ed25519 public key. */
  readonly publicKey: KeyObject;
  /** Gives the raw Ed25519 signature (64 bytes, RFC 8032) over the bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const privateLabel = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/;
const makeOne = "make one with: openssl genpkey -algorithm ed25519 -aes256 -out key.pem";

/**
 * Gives a signer for an Ed25519 private key in PKCS#8 (PEM), encrypted or not.
 *
 * Throws `KAUDIT_REPORT_KEY_INVALID` for anything else, and when the passphrase is missing or wrong. No message holds
 * anything of the key or the passphrase.
 */
export function ed25519Signer(pem: string | Uint8Array, passphrase?: string): PackSigner {
  const text = Buffer.from(pem).toString("latin1");
  const label = privateLabel.exec(text);
  if (label === null) throw invalid(`it is not a private key in PKCS#8 (PEM); ${makeOne}`);
  const isEncrypted = label[1] !== undefined;
  if (isEncrypted && (passphrase === undefined || passphrase === "")) {
    throw invalid("it is encrypted and no passphrase was given");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: text, format: "pem", ...(isEncrypted ? { passphrase: passphrase ?? "" } : {}) });
  } catch {
    throw invalid(
      isEncrypted ? "it cannot be read; the passphrase is wrong, or the file is damaged" : "it cannot be read",
    );
  }
  requireEd25519(key);
  return {
    publicKey: createPublicKey(key),
    sign: async (bytes) => sign(null, bytes, key),
  };
}

/**
 * Reads the public key by which a verifier holds a pack to its signer: Ed25519, SubjectPublicKeyInfo (PEM). Throws
 * `KAUDIT_REPORT_KEY_INVALID` for anything else, a private key included: a verifier needs none.
 */
export function verificationKey(pem: string | Uint8Array): KeyObject {
  const text = Buffer.from(pem).toString("latin1");
  if (!text.includes("-----BEGIN PUBLIC KEY-----") || text.includes("PRIVATE KEY-----")) {
    throw invalid(
      "it is not a public key (PEM); get it from the signer, who makes it with: openssl pkey -in key.pem -pubout",
    );
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: text, format: "pem" });
  } catch {
    throw invalid("it cannot be read");
  }
  requireEd25519(key);
  return key;
}

/**
 * Gives the fingerprint of a public key: the SHA-256 (hex) of its SubjectPublicKeyInfo, as
 * `openssl pkey -pubin -in key.pub -outform DER | sha256sum` prints it.
 */
export function keyFingerprint(publicKey: KeyObject): string {
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

function requireEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType === "ed25519") return;
  throw invalid(`it is of the type ${key.asymmetricKeyType ?? "unknown"}, expected ed25519; ${makeOne}`);
}

function invalid(what: string): ReportError {
  return new ReportError("KAUDIT_REPORT_KEY_INVALID", `the key cannot be used: ${what}`);
}
