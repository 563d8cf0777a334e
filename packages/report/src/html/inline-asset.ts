import Handlebars from "handlebars";

/** What is put into the page without escaping: this package's own style and script, and bytes that {@link embeddedBytes} made safe. */
export type InlineAsset = InstanceType<typeof Handlebars.SafeString>;

/**
 * Makes this package's own style or script text fit to stand inside its element, unescaped.
 *
 * This and {@link embeddedBytes} are the only places where a template is given text that it must not escape. Neither is
 * ever handed log text: style and script are files of this package. Throws a `TypeError` if the text could end its
 * element, which a test would have found.
 */
export function inlineAsset(text: string): InlineAsset {
  if (/<\/|<!--/.test(text)) throw new TypeError("An inline style or script must not hold an end tag or a comment.");
  return new Handlebars.SafeString(text);
}

/**
 * Writes bytes for a `<script type="application/octet-stream">` element, in base64.
 *
 * Log text gets in here, packed. The alphabet of base64 holds nothing that HTML could take for markup, and a browser does
 * not run a script of that type.
 */
export function embeddedBytes(bytes: Uint8Array): InlineAsset {
  return new Handlebars.SafeString(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"));
}
