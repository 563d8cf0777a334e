const quote = 0x22;
const backslash = 0x5c;

/** A string that stood in quotes, and the index behind its closing quote. */
export interface QuotedString {
  readonly value: string;
  readonly end: number;
}

/**
 * Reads the string that Go's `%q` wrote at `start`, where its opening quote is. Gives undefined where Go's
 * `strconv.Unquote` gives an error: no quote, no end, an escape that Go does not know, a surrogate, a line break.
 *
 * Bytes that are not UTF-8, which `%q` writes as `\xff`, become U+FFFD, one each, as they do in the JSON format. The time
 * taken grows in proportion to the length of the string.
 */
export function readGoQuoted(text: string, start: number): QuotedString | undefined {
  if (text.charCodeAt(start) !== quote) return undefined;
  let value = "";
  let copied = start + 1;
  let at = copied;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return { value: value + text.slice(copied, at), end: at + 1 };
    if (unit === 0x0a) return undefined;
    if (unit !== backslash) {
      at++;
      continue;
    }
    const escaped = readEscapes(text, at);
    if (escaped === undefined) return undefined;
    value += text.slice(copied, at) + escaped.value;
    at = escaped.end;
    copied = at;
  }
  return undefined;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);

const codePointEscape = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
const byteEscape = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2}))/y;

/** Reads one escape, or all the escapes of bytes that follow each other: only together do they make a character. */
function readEscapes(text: string, start: number): QuotedString | undefined {
  const simple = simpleEscapes.get(text[start + 1] ?? "");
  if (simple !== undefined) return { value: simple, end: start + 2 };

  const codePoint = matchAt(codePointEscape, text, start);
  if (codePoint !== undefined) {
    const value = Number.parseInt(codePoint[1] ?? codePoint[2]!, 16);
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
    return { value: String.fromCodePoint(value), end: start + codePoint[0].length };
  }

  const bytes: number[] = [];
  let end = start;
  for (;;) {
    const byte = matchAt(byteEscape, text, end);
    if (byte === undefined) break;
    bytes.push(byte[1] === undefined ? Number.parseInt(byte[2]!, 8) : Number.parseInt(byte[1], 16));
    end += byte[0].length;
  }
  return bytes.length === 0 ? undefined : { value: decodeUtf8(bytes), end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 as Go does, with one U+FFFD for every byte that belongs to no character. */
function decodeUtf8(bytes: readonly number[]): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at]!);
    const character = length === 0 ? undefined : decodeStrictly(bytes.slice(at, at + length));
    text += character ?? "\ufffd";
    at += character === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function decodeStrictly(bytes: readonly number[]): string | undefined {
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
