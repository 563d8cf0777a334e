import { failAt } from "./loading-failure.js";
import type { Position } from "./policy-value.js";

/** What YAML 1.1 does not let stand in a text, and yaml.v2 refuses wherever it is. */
const control = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Throws a `LoadingFailure` at the first control character of the text. */
export function refuseControlCharacters(text: string, position: (offset: number) => Position): void {
  const found = control.exec(text);
  if (found === null) return;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw failAt(
    "KAUDIT_POLICY_SYNTAX",
    position(found.index),
    `The text holds the control character U+${code}, which YAML does not allow. Remove it.`,
    "failed decoding: yaml: control characters are not allowed",
  );
}

/** The text with the further line ends of YAML 1.1 (CR, NEL, LS, PS) as line feeds; every offset stays the same. */
export function normalizeLineEnds(text: string): string {
  return text.replaceAll(/\r(?!\n)|[\u0085\u2028\u2029]/g, "\n");
}
