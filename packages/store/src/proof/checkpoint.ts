import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { StoreError } from "../errors.js";
import type { TreeHash } from "./merkle.js";

/** What a checkpoint says: so many commits have this Merkle root. */
export interface TreeState {
  /** The log's name, as `kaudit.store/prod`. */
  readonly origin: string;
  readonly size: number;
  readonly root: TreeHash;
}

/** Signs checkpoints. */
export interface CheckpointSigner {
  /** The public key: 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 over the bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A line of a note that says who signed it. */
export interface NoteSignature {
  readonly name: string;
  /** The first four bytes of SHA-256 of name, newline, 0x01 and public key. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A checkpoint as it was read; nobody has looked at its signatures yet. */
export interface ReadCheckpoint extends TreeState {
  /** What the signatures are over. */
  readonly body: string;
  readonly signatures: readonly NoteSignature[];
}

const ed25519 = 0x01;
const dash = "\u2014";
const mostBytes = 64 * 1024;

/**
 * Gives a signer for an Ed25519 private key (PEM of PKCS#8, or a key object). Throws StoreError
 * `KAUDIT_STORE_OPTION_INVALID` for another key; the message holds nothing of it.
 */
export function checkpointSigner(key: string | KeyObject): CheckpointSigner {
  const secret = typeof key === "string" ? privateKey(key) : key;
  if (secret.asymmetricKeyType !== "ed25519" || secret.type !== "private") throw noKey();
  return {
    publicKey: rawPublicKey(createPublicKey(secret)),
    sign: (message) => sign(null, message, secret),
  };
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw noKey();
  }
}

function noKey(): StoreError {
  return new StoreError("KAUDIT_STORE_OPTION_INVALID", "the signing key is no Ed25519 private key in PKCS#8 (PEM).");
}

/** The 32 bytes of an Ed25519 public key. Throws StoreError `KAUDIT_STORE_OPTION_INVALID` for another key. */
function rawPublicKey(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType !== "ed25519")
    throw new StoreError("KAUDIT_STORE_OPTION_INVALID", "the key is no Ed25519 public key.");
  return key.export({ type: "spki", format: "der" }).subarray(-32);
}

/** Who signed, as a note names it: the first four bytes of a hash over name and key (C2SP signed-note). */
function noteKeyId(name: string, publicKey: Uint8Array): Uint8Array {
  const text = Buffer.from(`${name}\n`);
  return createHash("sha256").update(text).update(Uint8Array.of(ed25519)).update(publicKey).digest().subarray(0, 4);
}

/**
 * Writes a checkpoint in the form of C2SP tlog-checkpoint: origin, size, root, an empty line, and the signature. The
 * signature is over all before the empty line, so that `openssl pkeyutl -verify -rawin` can check it.
 */
export function writeCheckpoint({ origin, size, root }: TreeState, signer: CheckpointSigner): string {
  const body = `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
  const signed = Buffer.concat([noteKeyId(origin, signer.publicKey), signer.sign(Buffer.from(body))]);
  return `${body}\n${dash} ${origin} ${signed.toString("base64")}\n`;
}

/** Reads a checkpoint. Throws StoreError `KAUDIT_STORE_CHECKPOINT_INVALID` and says what is wrong with it. */
export function parseCheckpointNote(text: string): ReadCheckpoint {
  if (text.length > mostBytes) throw invalid("it is too long");
  const split = text.indexOf("\n\n");
  if (split < 0) throw invalid("it has no empty line before the signatures");
  const body = text.slice(0, split + 1);
  const [origin = "", sizeText = "", rootText = "", ...extensions] = body.slice(0, -1).split("\n");
  if (origin === "" || /[\p{Cc}+]/u.test(origin)) throw invalid("its first line is no name of a log");
  if (!/^(?:0|[1-9]\d{0,15})$/.test(sizeText) || !Number.isSafeInteger(Number(sizeText)))
    throw invalid("its second line is no size");
  const root = base64(rootText);
  if (root === undefined || root.length !== 32) throw invalid("its third line is no SHA-256 in base64");
  if (extensions.some((line) => line === "")) throw invalid("it has an empty line too many");
  return { origin, size: Number(sizeText), root, body, signatures: signaturesIn(text.slice(split + 2)) };
}

function signaturesIn(text: string): readonly NoteSignature[] {
  if (!text.endsWith("\n")) throw invalid("its last line has no end");
  const lines = text.slice(0, -1).split("\n");
  if (lines.length > 16) throw invalid("it has too many signatures");
  return lines.map((line) => {
    const [mark, name = "", encoded = "", ...others] = line.split(" ");
    const bytes = base64(encoded);
    if (mark !== dash || name === "" || others.length > 0 || bytes === undefined || bytes.length < 5)
      throw invalid("a signature line is none");
    return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
}

/** Tells whether one of the checkpoint's signatures is of this key over this very text. */
export function isSignedBy(checkpoint: ReadCheckpoint, key: KeyObject): boolean {
  const publicKey = rawPublicKey(key);
  return checkpoint.signatures.some(({ name, keyId, signature }) => {
    if (name !== checkpoint.origin || Buffer.compare(keyId, noteKeyId(name, publicKey)) !== 0) return false;
    return signature.length === 64 && verify(null, Buffer.from(checkpoint.body), key, signature);
  });
}

function base64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

function invalid(why: string): StoreError {
  return new StoreError("KAUDIT_STORE_CHECKPOINT_INVALID", `this is no checkpoint of a log: ${why}.`);
}
