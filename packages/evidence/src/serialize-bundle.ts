import { compareByCodePoint } from "@kaudit/schema";
import { EvidenceBundle } from "./bundle.js";
import { EvidenceError } from "./errors.js";
import { sha256Hex } from "./internal/hash.js";

/** Maps by free keys; their keys are sorted, all others keep the order of the schema. */
const maps = new Set(["eventsByStage", "rejectedByReason", "byKind", "own", "rows", "controls"]);

/**
 * Gives the one canonical text of a bundle: the content of `bundle.json`. Throws {@link EvidenceError}
 * `KAUDIT_EVIDENCE_BUNDLE_INVALID` when it does not have the shape of {@link EvidenceBundle}.
 *
 * JSON in UTF-8 with the fields in the schema's order, the keys of free maps sorted by code point, two spaces of indentation, lists
 * of plain values on one line, and a newline at the end. Equal bundles give equal bytes, however they were put together.
 */
export function serializeBundle(bundle: EvidenceBundle): string {
  const checked = EvidenceBundle.safeParse(bundle);
  if (!checked.success) {
    const problems = checked.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${path.join(".") || "bundle"}: ${message}`);
    throw new EvidenceError("KAUDIT_EVIDENCE_BUNDLE_INVALID", `not an evidence bundle: ${problems.join("; ")}`);
  }
  return `${written(checked.data, "", "")}\n`;
}

/** Gives the evidence id: the SHA-256 (hex) of a bundle's canonical text. */
export function evidenceId(text: string): string {
  return sha256Hex(text);
}

function written(value: unknown, indent: string, field: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (value.every((entry) => typeof entry !== "object" || entry === null))
      return `[${value.map((entry) => JSON.stringify(entry)).join(", ")}]`;
    return `[\n${value.map((entry) => `${inner}${written(entry, inner, `${field}[]`)}`).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return "{}";
  if (maps.has(field)) entries.sort(([a], [b]) => compareByCodePoint(a, b));
  return `{\n${entries.map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${written(entry, inner, key)}`).join(",\n")}\n${indent}}`;
}
