import type { Framework } from "@kaudit/evidence";
import { registerSection } from "./register-names.js";
import type { ReportSection } from "./report-document.js";

/**
 * Gives each section the requirement by which its pages are cited, where a framework asks for kinds of events (PCI DSS): the first of
 * them that the section's register serves. A section that has a reference keeps it.
 */
export function withReferences(sections: readonly ReportSection[], framework: Framework): readonly ReportSection[] {
  if (framework.eventClasses.length === 0) return sections;
  const references = new Map<string, string>();
  for (const { control: id } of framework.eventClasses) {
    const control = framework.controls.find((one) => one.id === id);
    for (const { register } of control?.populations ?? []) {
      const section = registerSection(register);
      if (!references.has(section)) references.set(section, id);
    }
  }
  return sections.map((section) => {
    const reference = section.reference ?? references.get(section.id);
    return reference === undefined ? section : { ...section, reference };
  });
}

/** Gives what ids have in common at their beginning, up to a dot: "10.2.1" of "10.2.1.1" and "10.2.1.7"; empty for nothing. */
export function commonId(ids: readonly string[]): string {
  const [first = "", ...others] = ids.map((id) => id.split("."));
  const parts = first === "" ? [] : first;
  const shared = parts.findIndex((part, at) => others.some((other) => other[at] !== part));
  return (shared === -1 ? parts : parts.slice(0, shared)).join(".");
}
