import { generateKeyPairSync } from "node:crypto";
import { ed25519Signer, type PackSigner, verificationKey } from "../../src/signing/keys.js";

/** A key of a test's own, in the forms in which people hand keys around. */
export interface TestKey {
  readonly privatePem: string;
  readonly publicPem: string;
  readonly signer: PackSigner;
  readonly publicKey: ReturnType<typeof verificationKey>;
}

/** Makes an Ed25519 key. */
export function testKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { privatePem, publicPem, signer: ed25519Signer(privatePem), publicKey: verificationKey(publicPem) };
}
