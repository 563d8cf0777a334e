import { formatFloatKey } from "./go-float.js";

/** What a YAML scalar means to kube-apiserver. `int` and `float` carry the number as JSON text and as a map key. */
export type ScalarMeaning =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly text: string; readonly fitsInt64: boolean }
  | { readonly kind: "float"; readonly text: string; readonly key: string; readonly finite: boolean }
  | { readonly kind: "string"; readonly value: string; readonly mergeKey: boolean }
  | { readonly kind: "mismatch"; readonly found: string };

const core = "tag:yaml.org,2002:";

/** `y` and `on` are booleans in YAML 1.1, which is why `users: [y]` is a type error for kube-apiserver. */
const words: Readonly<Record<string, boolean | null>> = Object.freeze(
  Object.fromEntries([
    ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
    ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
      (word) => [word, false] as const,
    ),
    ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ]),
);

const infinities: Readonly<Record<string, string>> = Object.freeze({
  ".nan": ".nan",
  ".NaN": ".nan",
  ".NAN": ".nan",
  ".inf": ".inf",
  ".Inf": ".inf",
  ".INF": ".inf",
  "+.inf": ".inf",
  "+.Inf": ".inf",
  "+.INF": ".inf",
  "-.inf": "-.inf",
  "-.Inf": "-.inf",
  "-.INF": "-.inf",
});

const floatPattern = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const timestampPattern =
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}([.,]\d+)?(Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}([.,]\d+)?)?$/;

/**
 * Gives the meaning of a scalar by the rules of yaml.v2, the YAML 1.1 reader of kube-apiserver.
 *
 * `tag` is the explicit tag in its long form or undefined; `plain` tells whether the scalar is unquoted. Tags that
 * yaml.v2 does not know make the scalar a string. `mismatch` means that the explicit tag does not fit the text.
 */
export function resolveScalar(text: string, tag: string | undefined, plain: boolean): ScalarMeaning {
  if (tag === undefined) return plain ? resolvePlain(text, false) : stringMeaning(text, false);
  switch (tag) {
    case `${core}str`:
      return stringMeaning(text, false);
    case `${core}binary`:
      return resolveBinary(text);
    case `${core}merge`:
      return stringMeaning(text, text === "<<");
    case `${core}timestamp`:
      return timestampPattern.test(text) ? stringMeaning(text, false) : mismatch(resolvePlain(text, true));
    case `${core}null`:
    case `${core}bool`:
    case `${core}int`:
    case `${core}float`:
      return fitTag(resolvePlain(text, true), tag.slice(core.length));
    default:
      return stringMeaning(text, false);
  }
}

function fitTag(meaning: ScalarMeaning, wanted: string): ScalarMeaning {
  if (meaning.kind === wanted) return meaning;
  if (meaning.kind === "int" && wanted === "float") return floatMeaning(Number(meaning.text));
  return mismatch(meaning);
}

function mismatch(meaning: ScalarMeaning): ScalarMeaning {
  return { kind: "mismatch", found: meaning.kind === "string" ? "str" : meaning.kind };
}

function stringMeaning(value: string, mergeKey: boolean): ScalarMeaning {
  return { kind: "string", value, mergeKey };
}

function resolvePlain(text: string, tagged: boolean): ScalarMeaning {
  if (Object.hasOwn(words, text)) {
    const value = words[text] ?? null;
    return value === null ? { kind: "null" } : { kind: "bool", value };
  }
  if (text === "<<") return stringMeaning(text, !tagged);
  const infinity = infinities[text];
  if (infinity !== undefined) return { kind: "float", text: infinity, key: infinity, finite: false };
  return /^[-+.0-9]/.test(text) ? resolveNumber(text) : stringMeaning(text, false);
}

function resolveNumber(text: string): ScalarMeaning {
  const digits = text.replaceAll("_", "");
  if (text.startsWith(".")) {
    const value = Number(text);
    return floatPattern.test(text) && Number.isFinite(value) ? floatMeaning(value) : stringMeaning(text, false);
  }
  const integer = parseInteger(digits);
  if (integer !== undefined) {
    return { kind: "int", text: integer.toString(), fitsInt64: integer < 2n ** 63n };
  }
  const value = Number(digits);
  if (floatPattern.test(digits) && Number.isFinite(value)) return floatMeaning(value);
  return stringMeaning(text, false);
}

/** Go's `strconv.ParseInt(text, 0, 64)`, else `ParseUint`: a leading 0 is octal. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", body = ""] = match;
  const octal = /^0[0-7]/.test(body) ? `0o${body.slice(1)}` : body;
  const magnitude = BigInt(octal);
  if (sign === "-") return magnitude <= 2n ** 63n ? -magnitude : undefined;
  return magnitude < (sign === "+" ? 2n ** 63n : 2n ** 64n) ? magnitude : undefined;
}

function floatMeaning(value: number): ScalarMeaning {
  return { kind: "float", text: String(value), key: formatFloatKey(value), finite: true };
}

function resolveBinary(text: string): ScalarMeaning {
  const compact = text.replaceAll(/[\r\n]/g, "");
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return { kind: "mismatch", found: "binary" };
  }
  const bytes = Uint8Array.from(atob(compact), (character) => character.charCodeAt(0));
  return stringMeaning(new TextDecoder().decode(bytes), false);
}
