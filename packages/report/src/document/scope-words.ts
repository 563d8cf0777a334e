import type { EvidenceBundle, Framework } from "@kaudit/evidence";

/** Says which namespaces a framework is about, or that nothing was declared. */
export function scopeSentence({ scope, clusters }: EvidenceBundle, { scopeLabel }: Framework): string {
  const whole = clusters.length > 1 ? "each whole cluster" : "the whole cluster";
  const namespaces = scope.labels.find(({ label }) => label === scopeLabel)?.namespaces ?? [];
  if (namespaces.length > 0) {
    const shown = namespaces.slice(0, 6).join(", ");
    const more = namespaces.length > 6 ? ` and ${namespaces.length - 6} more` : "";
    return `In scope as ${scopeLabel}: ${shown}${more}; the rows are those of ${whole}.`;
  }
  if (scope.declared) return `No namespace was declared as ${scopeLabel}; ${whole} is treated as in scope.`;
  if (clusters.length > 1)
    return "Not every cluster has namespaces declared as in scope; one without is treated as in scope whole.";
  return "No namespace was declared as in scope; the whole cluster is treated as in scope.";
}
