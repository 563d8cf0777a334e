import { failAt } from "./loading-failure.js";

/** How a policy text is read: by its first character, as kube-apiserver does. */
export interface PolicyText {
  readonly format: "json" | "yaml";
  readonly text: string;
}

/** What Go's `unicode.IsSpace` skips before kube-apiserver looks for the `{` that means JSON. */
const leadingSpace = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*/;
const start = { line: 1, column: 1 };

/**
 * Decodes a policy file and tells its format. UTF-8 is read with or without a byte order mark, UTF-16 with one.
 *
 * Throws a `LoadingFailure` for other bytes, for protobuf (which kube-apiserver would read), and for more than
 * `maxBytes`. JSON that is not UTF-8 is refused as well, although kube-apiserver reads it with U+FFFD in its place.
 */
export function readPolicyText(source: string | Uint8Array, maxBytes: number): PolicyText {
  const size = typeof source === "string" ? source.length : source.byteLength;
  if (size > maxBytes) {
    throw failAt(
      "KAUDIT_POLICY_LIMIT",
      start,
      `The policy is larger than ${maxBytes} bytes. Is it the right file? If it is, raise the option maxBytes.`,
      "",
    );
  }
  const text = typeof source === "string" ? source : decode(source);
  if (text.startsWith("k8s\0")) {
    throw failAt(
      "KAUDIT_POLICY_ENCODING",
      start,
      "The policy is encoded as protobuf, which is not read here. Write it as YAML or JSON.",
      "failed decoding: unexpected EOF",
    );
  }
  if (text.replace(leadingSpace, "").startsWith("{")) return { format: "json", text };
  return { format: "yaml", text: text.startsWith("\ufeff") ? text.slice(1) : text };
}

function decode(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder(encoding).decode(bytes).split("\ufffd", 1)[0]?.split("\n") ?? [];
    const place = { line: Math.max(1, lines.length), column: (lines.at(-1)?.length ?? 0) + 1 };
    throw failAt(
      "KAUDIT_POLICY_ENCODING",
      place,
      "The policy is not valid UTF-8 from here on. Save the file as UTF-8.",
      "failed decoding: yaml: invalid leading UTF-8 octet",
    );
  }
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}
