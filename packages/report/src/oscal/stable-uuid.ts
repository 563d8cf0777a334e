import { createHash } from "node:crypto";

/** A namespace of our own for UUIDs made from names (RFC 9562, 5.5); any UUID does, so long as it stays the same. */
const namespace = "6f1d3a52-7c1e-5b8a-9a50-2c6f0f7b8f6e";

/**
 * Gives a name-based UUID (version 5, SHA-1): the same evidence and name give the same UUID in every run. `evidenceId` makes it
 * another one for other evidence.
 */
export function stableUuid(evidenceId: string, name: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(`${evidenceId}\n${name}`, "utf8")
    .digest();
  const bytes = hash.subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
