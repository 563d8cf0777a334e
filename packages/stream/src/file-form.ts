/** What a file's first bytes say about how to read it. */
export type FileForm =
  | { readonly kind: "plain" }
  | { readonly kind: "gzip" }
  /** Something that can hold audit records but is not read. */
  | { readonly kind: "unread"; readonly reason: "decompression-failed" | "invalid-utf8"; readonly detail: string };

/** How many bytes {@link detectFileForm} wants to see. */
export const formBytes = 6;

const unread: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** Tells by its first bytes how a file is to be read; never by its name. */
export function detectFileForm(head: Uint8Array): FileForm {
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, i) => head[i] === byte);
  if (startsWith([0x1f, 0x8b])) return { kind: "gzip" };
  for (const [name, magic] of unread) {
    if (!startsWith(magic)) continue;
    const detail = `compressed with ${name}, which is not read; decompress it first`;
    return { kind: "unread", reason: "decompression-failed", detail };
  }
  if (startsWith([0xff, 0xfe]) || startsWith([0xfe, 0xff])) {
    const detail = "UTF-16 text, which is not read; convert it to UTF-8 first";
    return { kind: "unread", reason: "invalid-utf8", detail };
  }
  return { kind: "plain" };
}
