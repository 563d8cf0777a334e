import type { RequestAttributes } from "@kaudit/schema";

import type { KubernetesVersion } from "../kubernetes-version.js";
import type { IgnoredField } from "../load/go-decode.js";
import type { Position } from "../load/policy-value.js";
import { nearestPosition } from "../load/validate-policy.js";
import type { PolicyInput, PolicyRuleInput } from "../policy.js";
import { PolicySpace } from "../request-space/policy-space.js";
import type { LintFinding, LintSeverity } from "./finding.js";

/** How the API server writes its audit log (`--audit-log-mode`). */
export type AuditLogMode = "batch" | "blocking" | "blocking-strict";

/** What a finding says; the rest follows from where it is. */
export interface FindingText {
  readonly message: string;
  readonly consequence: string;
  readonly mend: string;
  readonly witness?: RequestAttributes;
  readonly relatedRules?: readonly number[];
}

/** What checks look at, and where they put what they find. */
export class LintContext {
  readonly findings: LintFinding[] = [];
  readonly policy: PolicyInput;
  readonly rules: readonly PolicyRuleInput[];
  readonly space: PolicySpace;
  readonly release: KubernetesVersion;
  readonly logMode: AuditLogMode | undefined;
  readonly ignoredFields: readonly IgnoredField[];
  /** Empty when a policy was given instead of its text. */
  readonly positions: ReadonlyMap<string, Position>;
  readonly #reach = new Map<string, RequestAttributes | "none" | "unknown">();

  constructor(input: {
    readonly policy: PolicyInput;
    readonly release: KubernetesVersion;
    readonly logMode?: AuditLogMode | undefined;
    readonly ignoredFields: readonly IgnoredField[];
    readonly positions: ReadonlyMap<string, Position>;
  }) {
    this.policy = input.policy;
    this.rules = input.policy.rules ?? [];
    this.space = new PolicySpace(input.policy);
    this.release = input.release;
    this.logMode = input.logMode;
    this.ignoredFields = input.ignoredFields;
    this.positions = input.positions;
  }

  add(id: string, severity: LintSeverity, path: string, text: FindingText): void {
    const place = this.positions.size === 0 ? undefined : nearestPosition(this.positions, path);
    this.addAt(id, severity, path, place, text);
  }

  addAt(id: string, severity: LintSeverity, path: string, place: Position | undefined, text: FindingText): void {
    const rule = /^rules\[(\d+)\]/.exec(path)?.[1];
    this.findings.push({
      id,
      severity,
      ruleIndex: rule === undefined ? null : Number(rule),
      path,
      line: place?.line ?? null,
      column: place?.column ?? null,
      ...text,
    });
  }

  /** A request that a rule decides, exactly or short of what does not occur in practice; remembered. */
  reach(index: number, inPractice = false): RequestAttributes | "none" | "unknown" {
    const key = `${index} ${inPractice}`;
    const known = this.#reach.get(key);
    if (known !== undefined) return known;
    const found = this.space.reach(index, { inPractice });
    this.#reach.set(key, found);
    return found;
  }

  /** Whether some request gets to the rule. When that is too much work to tell, it is taken for granted. */
  isReached(index: number): boolean {
    return this.reach(index) !== "none";
  }
}
