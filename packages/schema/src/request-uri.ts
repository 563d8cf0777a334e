import { decodeUtf8AsGo, replaceLoneSurrogates } from "./go-text.js";

/** A request target, taken apart. */
export interface RequestURI {
  /** The path, percent-decoded. */
  readonly path: string;
  /** What follows the first `?`, as it was sent. */
  readonly query: string;
}

/**
 * Takes apart the target of an HTTP request line as Go's `url.ParseRequestURI` does, or says in one phrase why a Go
 * server refuses it. The absolute form (`https://host/path`) is understood; its authority is not examined.
 */
export function parseRequestURI(target: string): RequestURI | { readonly problem: string } {
  if (target === "") return { problem: "it is empty" };
  if (hasControlCharacter(target)) return { problem: "it holds a control character" };
  if (target === "*") return { path: "*", query: "" };
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(target)?.[0] ?? "";
  if (target.startsWith(":")) return { problem: "it begins with ':'" };
  const [beforeQuery, query] = cut(target.slice(scheme.length), "?");
  if (!beforeQuery.startsWith("/")) {
    // `scheme:opaque` has no path at all.
    return scheme === "" ? { problem: "it does not begin with '/'" } : { path: "", query };
  }
  const path = percentDecode(scheme === "" ? beforeQuery : withoutAuthority(beforeQuery), "path");
  if (path === null) return { problem: "its path holds a '%' that two hexadecimal digits do not follow" };
  return { path, query };
}

/**
 * The values of a query by name, as Go's `url.ParseQuery` reads it: pairs that hold a `;` or a bad escape are left
 * out, without a word to the client.
 */
export function parseQuery(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";")) continue;
    const [rawName, rawValue] = cut(pair, "=");
    const name = percentDecode(rawName, "query");
    const value = percentDecode(rawValue, "query");
    if (name === null || value === null) continue;
    const others = values.get(name);
    if (others === undefined) values.set(name, [value]);
    else others.push(value);
  }
  return values;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function withoutAuthority(afterScheme: string): string {
  if (!afterScheme.startsWith("//")) return afterScheme;
  const slash = afterScheme.indexOf("/", 2);
  return slash === -1 ? "" : afterScheme.slice(slash);
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Gives null for a bad escape. A `+` is a space in a query, and itself in a path. */
function percentDecode(encoded: string, where: "path" | "query"): string | null {
  const text = replaceLoneSurrogates(where === "query" ? encoded.replaceAll("+", " ") : encoded);
  let decoded = "";
  let at = 0;
  for (;;) {
    const escape = text.indexOf("%", at);
    if (escape === -1) return at === 0 ? text : decoded + text.slice(at);
    decoded += text.slice(at, escape);
    // Neighbouring escapes are decoded together, because a character can take several bytes.
    const bytes: number[] = [];
    for (at = escape; text[at] === "%"; at += 3) {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return null;
      bytes.push(Number.parseInt(digits, 16));
    }
    decoded += decodeUtf8AsGo(bytes);
  }
}
