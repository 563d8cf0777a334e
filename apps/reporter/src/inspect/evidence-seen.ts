import {
  type EvidenceClassName,
  evidenceClassNames,
  evidenceRequests,
  evaluatePolicy,
  type PolicyInput,
} from "@kaudit/policy";
import type { AuditEvent, RequestAttributes } from "@kaudit/schema";

/** Requests that their outcome makes evidence, not what they ask for. */
const toldByOutcome = new Set(["authentication/failed", "authorization/denied", "impersonation/any"]);

/** For each class a policy that records the requests of that class and no others. */
const selections = evidenceClassNames.map((evidenceClass) => {
  const rules = evidenceRequests
    .filter((request) => request.evidenceClass === evidenceClass && !toldByOutcome.has(request.id))
    .map(({ select }) => ({ level: "Metadata", ...select }));
  const policy: PolicyInput = { rules };
  return { evidenceClass, policy };
});

const mostRemembered = 4096;

/**
 * Counts the events of each class of evidence, by the same definitions as `policyCoverage`: what a policy is measured
 * against is what is counted. An event can belong to several classes. Requests that failed authentication count for
 * `authentication` only, as there.
 */
export class EvidenceSeen {
  readonly #counts = new Map<EvidenceClassName, number>();
  /** Which classes a kind of request belongs to: the definitions look at verb, group, resource and subresource only. */
  readonly #known = new Map<string, readonly EvidenceClassName[]>();

  add(event: AuditEvent, attributes: RequestAttributes): void {
    const code = event.responseStatus?.code;
    if (code === 401) this.#count("authentication");
    if (code === 403) this.#count("authorization");
    if (event.impersonatedUser !== undefined && event.impersonatedUser !== null) this.#count("impersonation");
    if (attributes.user === null || !attributes.isResourceRequest) return;
    for (const evidenceClass of this.#classesOf(attributes)) this.#count(evidenceClass);
  }

  /** The number of events of a class. */
  count(evidenceClass: EvidenceClassName): number {
    return this.#counts.get(evidenceClass) ?? 0;
  }

  #count(evidenceClass: EvidenceClassName): void {
    this.#counts.set(evidenceClass, this.count(evidenceClass) + 1);
  }

  #classesOf(attributes: RequestAttributes): readonly EvidenceClassName[] {
    const { verb, apiGroup, resource, subresource } = attributes;
    const key = `${verb}\n${apiGroup}\n${resource}\n${subresource}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const classes = selections
      .filter(({ policy }) => evaluatePolicy(policy, attributes).level !== "None")
      .map(({ evidenceClass }) => evidenceClass);
    // Clients can make up any number of resources, of any length.
    if (key.length > 512) return classes;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    this.#known.set(key, classes);
    return classes;
  }
}
