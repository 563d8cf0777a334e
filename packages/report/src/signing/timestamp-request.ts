/** The names of a time stamp's files: like signatures they are covered by no hash, because they cover the hashes. */
export const timestampFiles = { request: "manifest.tsq", answer: "manifest.tsr" } as const;

/** `TimeStampReq` (RFC 3161, 2.4.1) up to the hash: version 1, and a message imprint by SHA-256 (2.16.840.1.101.3.4.2.1). */
const beforeHash = "30390201013031300d060960864801650304020105000420";

/** `certReq`: the answer is to hold the authority's certificate, so that it can be checked with the root alone. */
const afterHash = "0101ff";

/**
 * Gives the DER of a time-stamp request for a hash: the content of `manifest.tsq`. It has no nonce, so that one hash has one
 * request; who sends it compares the answer by its imprint.
 */
export function timestampRequest(sha256: string): Uint8Array {
  return Buffer.from(beforeHash + sha256 + afterHash, "hex");
}
