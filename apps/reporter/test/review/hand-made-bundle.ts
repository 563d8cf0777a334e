import type { ReviewedBundle, ReviewedException } from "../../src/review/review-source.js";

/** An exception as a bundle holds it. */
export function exceptionOf(changed: Partial<ReviewedException> = {}): ReviewedException {
  return {
    id: "KX-002-91d4c0de",
    rule: "KX-002",
    title: "Secrets listed by a person",
    sentence: "bob listed the Secrets of every namespace.",
    severity: "critical",
    raisedByScope: false,
    cluster: "prod-eu-1",
    register: "secrets",
    actor: "bob",
    actorKind: "human",
    impersonated: "",
    namespace: "",
    subject: "secrets",
    key: [["actor", "bob"]],
    count: 3,
    first: "2026-10-14T09:00:00.000000Z",
    last: "2026-10-14T09:05:30.000000Z",
    rowIds: ["secrets-1"],
    rowIdsCapped: false,
    controls: { soc2: ["CC6.1"] },
    approved: 0,
    approvals: [],
    disposition: null,
    state: "open",
    remedy: "Ask for the reason, and for a narrower right.",
    ...changed,
  };
}

/** A bundle with exceptions, as far as a review reads it. */
export function bundleOf(exceptions: readonly ReviewedException[]): ReviewedBundle {
  return {
    period: { from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z", label: "October 2026" },
    cluster: { name: "prod-eu-1" },
    exceptions: [...exceptions],
    decisions: { approvals: null, dispositions: null, stale: [] },
  };
}
