import type { Level, Stage } from "@kaudit/schema";

/**
 * An audit policy (audit.k8s.io/v1) as kube-apiserver holds it after decoding: what is empty is left out. `loadPolicy`
 * makes one; every function here also takes the looser `PolicyInput`.
 */
export interface Policy {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The first rule that matches a request decides; a request that none matches is not recorded. */
  readonly rules: readonly PolicyRule[];
  /** Stages recorded for no request; rules can add to them and never take one back. */
  readonly omitStages?: readonly Stage[];
  readonly omitManagedFields?: boolean;
}

/** One rule: all of its conditions must hold, and a condition without a value always does. */
export interface PolicyRule {
  readonly level: Level;
  /** Names of authenticated users; no wildcards. Impersonated names are never compared. */
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  /** Verbs as recorded (`get`, `create`, …); no wildcards. */
  readonly verbs?: readonly string[];
  readonly resources?: readonly GroupResources[];
  /** Namespaces; the empty string stands for cluster-scoped objects and requests across all namespaces. */
  readonly namespaces?: readonly string[];
  /** Paths outside `/api` and `/apis` resources; a final `*` matches every path with that beginning. */
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly Stage[];
  /** Overrides the policy's setting when present. */
  readonly omitManagedFields?: boolean | null;
}

/** Resources of one API group. */
export interface GroupResources {
  /** The group without its version; empty for the core group, `*` for every group (Kubernetes 1.36 and newer). */
  readonly group?: string;
  /** `pods`, `pods/log`, `pods/*`, `*`, or the form `*` + `/status`; empty for everything in the group. */
  readonly resources?: readonly string[];
  /** Names as they stand in the URL; no wildcards. */
  readonly resourceNames?: readonly string[];
}

/**
 * What the functions of this package accept as a policy: a `Policy`, or one as it comes out of a JSON parser, where a
 * missing list, null and an empty list mean the same. Levels are not checked; an unknown one counts as None.
 */
export interface PolicyInput {
  readonly rules?: readonly PolicyRuleInput[] | null | undefined;
  readonly omitStages?: Strings;
  readonly omitManagedFields?: boolean | null | undefined;
}

/** One rule of a `PolicyInput`. */
export interface PolicyRuleInput {
  readonly level?: string | null | undefined;
  readonly users?: Strings;
  readonly userGroups?: Strings;
  readonly verbs?: Strings;
  readonly resources?: readonly GroupResourcesInput[] | null | undefined;
  readonly namespaces?: Strings;
  readonly nonResourceURLs?: Strings;
  readonly omitStages?: Strings;
  readonly omitManagedFields?: boolean | null | undefined;
}

/** Resources of one API group in a `PolicyInput`. */
export interface GroupResourcesInput {
  readonly group?: string | null | undefined;
  readonly resources?: Strings;
  readonly resourceNames?: Strings;
}

type Strings = readonly string[] | null | undefined;
