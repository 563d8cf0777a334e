import type { Level } from "@kaudit/schema";

import { actorKinds } from "../coverage/actor-kinds.js";
import { questionBoxes } from "../coverage/policy-coverage.js";
import { findExposures } from "../coverage/secret-exposure.js";
import type { ReachedDecision } from "../request-space/policy-space.js";
import { describeRequest } from "../request-words.js";
import { ruleNumbers } from "../rule-words.js";
import type { LintSeverity } from "./finding.js";
import type { LintContext } from "./lint-context.js";

interface SecretKind {
  readonly name: string;
  readonly group: string;
  readonly resources: readonly string[];
  readonly maxLevel: Level;
  readonly severity: LintSeverity;
  readonly consequence: string;
}

/** Where Kubernetes keeps values that must not get into a log. */
const secretKinds: readonly SecretKind[] = [
  {
    name: "secrets",
    group: "",
    resources: ["secrets"],
    maxLevel: "Metadata",
    severity: "warning",
    consequence: "Secret values are written into the audit log in base64, for everyone who can read it.",
  },
  {
    name: "token reviews",
    group: "authentication.k8s.io",
    resources: ["tokenreviews"],
    maxLevel: "Metadata",
    severity: "warning",
    consequence: "The request of a token review holds the bearer token under review: it is written into the audit log.",
  },
  {
    name: "service account token requests",
    group: "",
    resources: ["serviceaccounts/token"],
    maxLevel: "Request",
    severity: "warning",
    consequence: "The response holds the new token: it is written into the audit log and works until it expires.",
  },
  {
    name: "config maps",
    group: "",
    resources: ["configmaps"],
    maxLevel: "Metadata",
    severity: "warning",
    consequence: "Config maps often hold credentials; CIS 3.2.2 asks for level Metadata.",
  },
  {
    name: "certificate signing requests",
    group: "certificates.k8s.io",
    resources: ["certificatesigningrequests"],
    maxLevel: "Metadata",
    severity: "info",
    consequence:
      "Requests and issued certificates are written into the log. They hold no private key, and tell who asked for what.",
  },
  {
    name: "external secrets",
    group: "external-secrets.io",
    resources: ["externalsecrets", "clusterexternalsecrets", "secretstores", "clustersecretstores", "pushsecrets"],
    maxLevel: "Metadata",
    severity: "info",
    consequence: "Their fields name the places of secrets, and can hold templates with values.",
  },
];

/** `secret/*`: rules that write secret values into the log. */
export function checkSecretBodies(context: LintContext): void {
  for (const kind of secretKinds) reportBodies(context, kind);
  reportPatches(context);
  reportUris(context);
}

/** One finding for each rule that decides so. */
function reportBodies(context: LintContext, kind: SecretKind): void {
  const { space, rules } = context;
  const select = { resources: [{ group: kind.group, resources: kind.resources }] };
  const byRule = new Map<number, ReachedDecision>();
  for (const actor of actorKinds) {
    collect(byRule, findExposures(space, questionBoxes(space, select, actor), kind.maxLevel));
  }
  const resources = kind.resources.map((resource) => `"${resource}"`).join(", ");
  for (const [index, { witness }] of byRule) {
    context.add("secret/body", kind.severity, `rules[${index}].level`, {
      message: `Rule ${index + 1} records the contents of ${kind.name} (level ${rules[index]?.level}): ${describeRequest(witness)}.`,
      consequence: kind.consequence,
      mend: `Put a rule of level Metadata for ${resources} before rule ${index + 1}.`,
      witness,
    });
  }
}

/** Keeps the first request for each rule. */
function collect(byRule: Map<number, ReachedDecision>, reached: readonly ReachedDecision[]): void {
  for (const one of reached) {
    const { ruleIndex } = one.decision;
    if (ruleIndex !== null && !byRule.has(ruleIndex)) byRule.set(ruleIndex, one);
  }
}

function reportPatches(context: LintContext): void {
  const { space } = context;
  const select = { verbs: ["update", "patch"], resources: [{ resources: ["secrets", "configmaps"] }] };
  const byRule = new Map<number, ReachedDecision>();
  for (const actor of actorKinds) {
    collect(byRule, findExposures(space, questionBoxes(space, select, actor), "Metadata"));
  }
  for (const [index, { witness }] of byRule) {
    context.add("secret/patch-and-annotation", "warning", `rules[${index}].level`, {
      message: `Rule ${index + 1} records patches of secrets or config maps: ${describeRequest(witness)}.`,
      consequence:
        "A patch holds the new values, and kubectl apply keeps the whole object in the annotation last-applied-configuration. From level Request on, what mutating webhooks inject is recorded too (patch.webhook.admission.k8s.io).",
      mend: `Put a rule of level Metadata for secrets and config maps before rule ${index + 1}.`,
      witness,
    });
  }
}

function reportUris(context: LintContext): void {
  const { space } = context;
  const select = {
    verbs: ["get", "create"],
    resources: [{ resources: ["pods/exec", "pods/proxy", "services/proxy", "nodes/proxy"] }],
  };
  const { reached } = space.decisionsOf(questionBoxes(space, select, "human"));
  const rules = reached
    .filter(({ decision }) => decision.level !== "None")
    .map(({ decision }) => decision.ruleIndex ?? 0);
  const [first] = rules;
  if (first === undefined) return;
  context.add("secret/uri", "info", `rules[${first}]`, {
    message: `Sessions are recorded by ${ruleNumbers(rules)}, and with them their command lines and proxied paths.`,
    consequence:
      "The commands of kubectl exec stand in requestURI at every level, passwords among their arguments included.",
    mend: "Nothing in a policy hides them but None. Keep secrets out of command lines, and mask the field when the log is forwarded.",
    relatedRules: rules,
  });
}
