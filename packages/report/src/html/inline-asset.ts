import Handlebars from "handlebars";

/** What is put into the page without escaping: this package's own style and script, and data that {@link embeddedJson} made safe. */
export type InlineAsset = InstanceType<typeof Handlebars.SafeString>;

/**
 * Makes this package's own style or script text fit to stand inside its element, unescaped.
 *
 * This and {@link embeddedJson} are the only places where a template is given text that it must not escape. Neither is
 * ever handed log text: style and script are files of this package. Throws a `TypeError` if the text could end its
 * element, which a test would have found.
 */
export function inlineAsset(text: string): InlineAsset {
  if (/<\/|<!--/.test(text)) throw new TypeError("An inline style or script must not hold an end tag or a comment.");
  return new Handlebars.SafeString(text);
}

/**
 * Serializes data for a `<script type="application/json">` element.
 *
 * Log text gets in here, so nothing that HTML could take for markup is left: `<`, `>` and `&` become `\u` escapes, which
 * also removes every `</script` and `<!--`, and so do U+2028, U+2029 and lone surrogates (the latter by
 * `JSON.stringify`). What is parsed from it equals what went in.
 */
export function embeddedJson(data: unknown): InlineAsset {
  const escaped = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Handlebars.SafeString(escaped);
}
