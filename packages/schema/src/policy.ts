import { z } from "zod";

/** `null` means the same as a missing or an empty list: no condition. */
const strings = z.array(z.string()).nullish();

/** Resources of one API group (`audit.k8s.io/v1` GroupResources). */
export const GroupResources = z.looseObject({
  /** Without a version; missing or empty for the core group. */
  group: z.string().nullish(),
  resources: strings,
  resourceNames: strings,
});
export type GroupResources = z.infer<typeof GroupResources>;

/** One rule of an audit policy: all conditions must hold, and a condition without values always does. */
export const PolicyRule = z.looseObject({
  level: z.string().nullish(),
  users: strings,
  userGroups: strings,
  verbs: strings,
  resources: z.array(GroupResources).nullish(),
  namespaces: strings,
  nonResourceURLs: strings,
  omitStages: strings,
  /** A pointer in Go: `null` and missing inherit the policy's setting, `false` overrides it. */
  omitManagedFields: z.boolean().nullish(),
});
export type PolicyRule = z.infer<typeof PolicyRule>;

/**
 * The shape of an audit policy (audit.k8s.io/v1), before validation: unknown fields are kept, and levels, stages and
 * names can be any string.
 *
 * It accepts what kube-apiserver's decoder accepts as types, from parsed JSON or YAML. `loadPolicy` of `@kaudit/policy`
 * adds the decoder's finer points (duplicate keys, warnings, validation messages).
 */
export const Policy = z.looseObject({
  kind: z.string().nullish(),
  apiVersion: z.string().nullish(),
  metadata: z.looseObject({}).nullish(),
  rules: z.array(PolicyRule).nullish(),
  omitStages: strings,
  omitManagedFields: z.boolean().nullish(),
});
export type Policy = z.infer<typeof Policy>;
