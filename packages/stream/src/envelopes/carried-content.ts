import type { EnvelopeContent } from "./envelope.js";
import { isJsonObject } from "./json-fields.js";

/** Gives a field's value as what an envelope holds: text to be read, or an object; undefined for everything else. */
export function carriedContent(value: unknown): EnvelopeContent | undefined {
  if (typeof value === "string") return value === "" ? undefined : { kind: "text", text: value };
  return isJsonObject(value) ? { kind: "value", value } : undefined;
}

/** Gives the elements of a list as what an envelope holds; one that is neither text nor an object is rejected. */
export function carriedContents(list: readonly unknown[], path: string): readonly EnvelopeContent[] {
  return list.map(
    (element): EnvelopeContent =>
      carriedContent(element) ?? {
        kind: "rejected",
        reason: "not-an-event",
        detail: `${path}: expected an object or text`,
      },
  );
}
