import type { PackOptionValue } from "@kaudit/report";

/** Options that say where and how a run writes and who signs it, not what the evidence is. */
const ofTheRunOnly: ReadonlySet<string> = new Set([
  "out",
  "force",
  "quiet",
  "color",
  "tempDir",
  "sign",
  "signPassphraseFile",
  "signKeyPermissions",
  "signCommand",
  "signPublicKey",
  "timestampRequest",
  "previous",
]);

/**
 * Gives the options that a manifest records: all that decide what the evidence is, wherever they came from. With them
 * `kaudit verify --inputs` makes the evidence again.
 */
export function recordedOptions(options: object): Readonly<Record<string, PackOptionValue>> {
  const recorded: Record<string, PackOptionValue> = {};
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (ofTheRunOnly.has(name)) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") recorded[name] = value;
    else if (Array.isArray(value)) recorded[name] = value.map(String);
  }
  return recorded;
}
