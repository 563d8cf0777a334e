import { createHash } from "node:crypto";

/**
 * The page's Content-Security-Policy: nothing is fetched from anywhere, only the page's own style and script run, by
 * their hashes. Text from the log that were taken for markup could neither run nor call out. Trusted Types keep the
 * page's own script from turning text into markup.
 */
export function contentSecurityPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${sha256(style)}'`,
    `script-src '${sha256(script)}'`,
    "img-src data:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
