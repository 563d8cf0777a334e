import type { ActorKind } from "../coverage/actor-kinds.js";
import { questionBoxes } from "../coverage/policy-coverage.js";
import type { EvidenceRequest } from "../coverage/evidence-requests.js";
import { targetKind } from "../evaluate/evaluate-policy.js";
import { parseResourcePattern } from "../evaluate/resource-pattern.js";
import { aggregatedGroups } from "../kubernetes-api/built-in-resources.js";
import type { PolicyRuleInput } from "../policy.js";
import { ruleNumbers } from "../rule-words.js";
import type { LintContext } from "./lint-context.js";

/** Requests that fill audit logs and hardly ever are evidence. */
const knownNoise: readonly {
  readonly title: string;
  readonly actor: ActorKind;
  readonly select: EvidenceRequest["select"];
}[] = [
  {
    title: "leases renewed by nodes",
    actor: "node",
    select: { verbs: ["get", "update", "patch"], resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
  },
  {
    title: "leases renewed by controllers",
    actor: "system",
    select: { verbs: ["get", "update"], resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
  },
  {
    title: "endpoints and endpoint slices",
    actor: "serviceaccount-kube-system",
    select: {
      verbs: ["get", "list", "watch", "create", "update", "patch"],
      resources: [
        { group: "", resources: ["endpoints"] },
        { group: "discovery.k8s.io", resources: ["endpointslices"] },
      ],
    },
  },
  {
    title: "events written by nodes and controllers",
    actor: "node",
    select: {
      verbs: ["create", "update", "patch"],
      resources: [
        { group: "", resources: ["events"] },
        { group: "events.k8s.io", resources: ["events"] },
      ],
    },
  },
  {
    title: "status updates by controllers",
    actor: "serviceaccount-kube-system",
    select: { verbs: ["update", "patch"], resources: [{ group: "apps", resources: ["*/status"] }] },
  },
  {
    title: "token and access reviews by nodes",
    actor: "node",
    select: {
      verbs: ["create"],
      resources: [
        { group: "authentication.k8s.io", resources: ["tokenreviews"] },
        { group: "authorization.k8s.io", resources: ["subjectaccessreviews"] },
      ],
    },
  },
  {
    title: "health checks",
    actor: "anonymous",
    select: { verbs: ["get"], nonResourceURLs: ["/healthz*", "/livez*", "/readyz*"] },
  },
];

/** `volume/*` and `level/no-effect`: what makes the log large without adding evidence. */
export function checkVolume(context: LintContext): void {
  reportNoise(context);
  reportLargeReads(context);
  reportManagedFields(context);
  context.rules.forEach((rule, index) => reportNoEffect(context, rule, index));
}

function reportNoise(context: LintContext): void {
  const { space } = context;
  const byRule = new Map<number, string[]>();
  for (const { title, actor, select } of knownNoise) {
    for (const { decision } of space.decisionsOf(questionBoxes(space, select, actor)).reached) {
      if (decision.level === "None" || decision.ruleIndex === null) continue;
      byRule.set(decision.ruleIndex, [...(byRule.get(decision.ruleIndex) ?? []), title]);
    }
  }
  for (const [index, titles] of byRule) {
    context.add("volume/known-noise", "info", `rules[${index}]`, {
      message: `Rule ${index + 1} records what clusters do all the time: ${[...new Set(titles)].join(", ")}.`,
      consequence: "These are often most of the lines of an audit log, and hardly ever evidence.",
      mend: "Put a rule of level None for these users and verbs before it; leave delete and deletecollection recorded.",
    });
  }
}

function reportLargeReads(context: LintContext): void {
  const { space } = context;
  const select = { verbs: ["list"], resources: [{ resources: ["pods", "nodes", "configmaps"] }] };
  const { reached } = space.decisionsOf(questionBoxes(space, select, "serviceaccount"));
  const rules = reached.flatMap(({ decision }) =>
    decision.level === "RequestResponse" ? [decision.ruleIndex ?? 0] : [],
  );
  const [first] = rules;
  if (first === undefined) return;
  context.add("volume/known-noise", "info", `rules[${first}].level`, {
    message: `${ruleNumbers(rules).replace("rule", "Rule")} records whole lists (level RequestResponse for list).`,
    consequence: "A list of all pods is megabytes in one line; lines larger than the log file's size limit are lost.",
    mend: "Use level Metadata for get and list.",
    relatedRules: rules,
  });
}

function reportManagedFields(context: LintContext): void {
  const rules = context.rules.flatMap((rule, index) => {
    const decision = context.space.decision(index);
    const holdsBodies = decision.level === "Request" || decision.level === "RequestResponse";
    return holdsBodies && !decision.omitManagedFields && !hasNoBodies(rule) ? [index] : [];
  });
  const [first] = rules;
  if (first === undefined) return;
  context.add("volume/managed-fields", "info", `rules[${first}]`, {
    message: `${ruleNumbers(rules).replace("rule", "Rule")} ${rules.length === 1 ? "records" : "record"} bodies with metadata.managedFields.`,
    consequence: "The field can be as large as the rest of the object, and tells auditors nothing.",
    mend: "Add omitManagedFields: true to the policy (Kubernetes 1.23 and newer).",
    relatedRules: rules,
  });
}

function reportNoEffect(context: LintContext, rule: PolicyRuleInput, index: number): void {
  if ((rule.level !== "Request" && rule.level !== "RequestResponse") || !hasNoBodies(rule)) return;
  context.add("level/no-effect", "info", `rules[${index}].level`, {
    message: `Rule ${index + 1} asks for bodies (level ${rule.level}) of requests that have none.`,
    consequence: `${reasonWithoutBodies(rule)} The record is the same as at level Metadata.`,
    mend: "Write level: Metadata, which says what is recorded.",
  });
}

const streams = ["exec", "attach", "portforward", "proxy", "log"];

function hasNoBodies(rule: PolicyRuleInput): boolean {
  return reasonWithoutBodies(rule) !== "";
}

function reasonWithoutBodies(rule: PolicyRuleInput): string {
  if (targetKind(rule) === "nonResource") return "Bodies are recorded for resources only, not for other URLs.";
  const verbs = rule.verbs ?? [];
  if (verbs.length > 0 && verbs.every((verb) => verb === "watch")) return "What a watch delivers is never recorded.";
  const entries = rule.resources ?? [];
  if (entries.length === 0) return "";
  if (entries.every((entry) => aggregatedGroups.includes(entry.group ?? ""))) {
    return "Requests that are passed on to another API server are recorded without bodies.";
  }
  const patterns = entries.flatMap((entry) => (entry.resources ?? []).flatMap(parseResourcePattern));
  const isStream = (pattern: (typeof patterns)[number]): boolean =>
    "subresource" in pattern && streams.includes(pattern.subresource);
  const all = entries.every((entry) => (entry.resources ?? []).length > 0) && patterns.every(isStream);
  return all && patterns.length > 0
    ? "What flows through exec, attach, port-forward, proxies and logs is never recorded."
    : "";
}
