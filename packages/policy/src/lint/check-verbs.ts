import { targetKind } from "../evaluate/evaluate-policy.js";
import { pathVerbs, resourceVerbs } from "../request-space/practical-limits.js";
import { quoted } from "../request-words.js";
import type { LintSeverity } from "./finding.js";
import type { LintContext } from "./lint-context.js";
import { nearest } from "./spelling.js";

const never = "The rule never matches by this verb.";

/** Words that people take for verbs, with what they mean. */
const otherWords: Readonly<Record<string, string>> = {
  exec: 'Exec is the subresource "pods/exec" with the verbs get and create.',
  attach: 'Attach is the subresource "pods/attach" with the verbs get and create.',
  portforward: 'Port-forward is the subresource "pods/portforward" with the verbs get and create.',
  apply: "kubectl apply sends get, create and patch; server-side apply sends patch.",
  edit: "kubectl edit sends get and patch.",
  scale: 'Scaling is update or patch of the subresource "scale".',
  read: "Reading is get, list and watch.",
  write: "Writing is create, update, patch, delete and deletecollection.",
  remove: "Removing is delete and deletecollection.",
  impersonate: "Impersonate is asked of the authorizer only; the audited verb is that of the request itself.",
  bind: "Bind is asked of the authorizer only; the audited verb is create, update or patch of the binding.",
  escalate: "Escalate is asked of the authorizer only; the audited verb is create, update or patch of the role.",
  approve: 'Approving is update of "certificatesigningrequests/approval".',
  sign: 'Signing is update of "certificatesigningrequests/status".',
  use: "Use is asked of the authorizer only.",
};

const methodsAsVerbs: Readonly<Record<string, string>> = {
  post: "create",
  put: "update",
  head: "get",
};

/** `match/verb-unknown`: verbs that no request has. */
export function checkVerbs(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    const kind = targetKind(rule);
    (rule.verbs ?? []).forEach((verb, at) => {
      if (verb === "" || verb.includes("*") || isKnown(verb, kind)) return;
      const { severity, message, mend } = explain(verb, kind);
      const consequence = severity === "info" ? "Hardly any request has this verb today." : never;
      context.add("match/verb-unknown", severity, `rules[${index}].verbs[${at}]`, { message, consequence, mend });
    });
  });
}

function isKnown(verb: string, kind: ReturnType<typeof targetKind>): boolean {
  return (kind !== "nonResource" && resourceVerbs.includes(verb)) || (kind !== "resource" && pathVerbs.includes(verb));
}

function explain(
  verb: string,
  kind: ReturnType<typeof targetKind>,
): { readonly severity: LintSeverity; readonly message: string; readonly mend: string } {
  const known =
    kind === "nonResource" ? pathVerbs : kind === "resource" ? resourceVerbs : [...resourceVerbs, ...pathVerbs];
  const all = `The verbs are ${known.join(", ")}.`;
  const lower = verb.toLowerCase();
  if (verb === "proxy") {
    const message = 'The verb "proxy" comes only from URLs of the form /api/v1/proxy/..., which are no longer served.';
    return {
      severity: "info",
      message,
      mend: 'For proxied requests list "pods/proxy", "services/proxy" and "nodes/proxy".',
    };
  }
  if (lower !== verb && isKnown(lower, kind)) {
    return warn(`${quoted(verb)} is no verb: verbs are compared letter by letter, in lower case.`, `Write "${lower}".`);
  }
  if (kind === "nonResource" && resourceVerbs.includes(lower)) {
    const message = `${quoted(verb)} is a verb for resources; requests for URLs have the HTTP method in lower case.`;
    return warn(message, lower === "list" || lower === "watch" ? 'Write "get".' : all);
  }
  if (kind === "resource" && methodsAsVerbs[lower] !== undefined) {
    const message = `${quoted(verb)} is an HTTP method; requests for resources have Kubernetes verbs.`;
    return warn(message, `Write "${methodsAsVerbs[lower]}".`);
  }
  const word = Object.hasOwn(otherWords, lower) ? otherWords[lower] : undefined;
  if (word !== undefined) return warn(`${quoted(verb)} is no audited verb. ${word}`, all);
  const similar = nearest(verb, known);
  return warn(
    `${quoted(verb)} is no verb that a request has.`,
    similar === undefined ? all : `Is "${similar}" meant? ${all}`,
  );
}

function warn(message: string, mend: string): { severity: LintSeverity; message: string; mend: string } {
  return { severity: "warning", message, mend };
}
