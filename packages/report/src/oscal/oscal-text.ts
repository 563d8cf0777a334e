import { visibleString } from "@kaudit/schema";

/** Gives log text as OSCAL's markup (CommonMark): made visible, and with nothing in it that markup would act on. */
export function markup(text: string): string {
  const shown = visibleString(text).replace(/[\\`*_{}[\]<>()#+!|~^$&]/g, (character) => `\\${character}`);
  return shown === "" ? "(none)" : shown;
}

/** Gives text as OSCAL's StringDatatype: not empty, on one line, without blanks at its ends. */
export function oscalString(text: string): string {
  const shown = visibleString(text);
  return shown === "" ? "(none)" : shown;
}

/** Gives an id as OSCAL's TokenDatatype, which begins with a letter and has no brackets: `pci-dss-10.2.1.2`. */
export function token(...parts: readonly string[]): string {
  const joined = parts
    .map((part) => part.replace(/[^\p{L}\p{N}.-]+/gu, "-").replace(/^-+|-+$/g, ""))
    .filter((part) => part !== "")
    .join("-");
  return /^[\p{L}_]/u.test(joined) ? joined : `_${joined}`;
}
