/**
 * Characters that JSON may hold raw but that act on whoever shows it: C1 controls (0x9b begins an escape sequence), DEL,
 * format characters (bidi overrides, zero width, tags), line separators, and what has no meaning of its own.
 */
const active = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/gu;

function escapeUnits(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}

/** Makes written JSON safe to show on a terminal. A parser reads the same value from it. */
export function makeInert(json: string): string {
  return json.replace(active, escapeUnits);
}

/**
 * Writes a value as JSON that is safe to show on a terminal, on one line or with `indent` spaces a level: everything that
 * could act there stands as a `\u` escape. A parser reads the exact value back.
 */
export function inertJson(value: unknown, indent = 0): string {
  return makeInert(JSON.stringify(value, null, indent));
}
