import type { LintSeverity } from "./finding.js";

/** A check of `lintPolicy`, for documentation and SARIF. */
export interface LintCheck {
  readonly id: string;
  /** The worst severity that its findings have. */
  readonly severity: LintSeverity;
  readonly title: string;
}

function check(id: string, severity: LintSeverity, title: string): LintCheck {
  return { id, severity, title };
}

/** Every check of `lintPolicy`. Ids never change their meaning. */
export const lintChecks: readonly LintCheck[] = [
  check("load/encoding", "error", "The file is not UTF-8 text"),
  check("load/limit", "error", "The file is too large, too deeply nested, or made of aliases"),
  check("load/syntax", "error", "The file is not YAML or JSON"),
  check("load/version", "error", "apiVersion or kind is missing or unknown"),
  check("load/type", "error", "A field holds a value of the wrong type"),
  check("load/required", "error", "A required field is empty"),
  check("load/invalid", "error", "A value is refused by kube-apiserver"),
  check("load/no-rules", "error", "The policy has no rules"),
  check("strict/unknown-field", "error", "A field does not exist and is passed over"),
  check("strict/duplicate-key", "error", "A field stands twice and only the last one counts"),
  check("version/group-star", "error", 'The group "*" needs Kubernetes 1.36'),
  check("reach/never-matches", "error", "A rule matches no request"),
  check("reach/shadowed", "error", "An earlier rule catches everything that a rule describes"),
  check("reach/shadowed-union", "warning", "Earlier rules together catch everything that a rule describes"),
  check("reach/after-catch-all", "warning", "A rule stands behind one that matches every request"),
  check("reach/shadowed-in-practice", "info", "A rule decides only about requests that do not occur"),
  check("reach/partly-swallowed", "warning", "An earlier None rule takes part of what a rule describes"),
  check("reach/redundant", "info", "A rule changes nothing"),
  check("none/hides-sensitive", "warning", "A None rule catches evidence"),
  check("none/by-group-too-broad", "warning", "A None rule drops everything that a large group does"),
  check("none/impersonation", "info", "Rules see the authenticated user, not the impersonated one"),
  check("secret/body", "warning", "Secret values are written into the log"),
  check("secret/patch-and-annotation", "warning", "Patches and annotations carry secret values into the log"),
  check("secret/uri", "info", "Command lines of exec are recorded at every level"),
  check("cover/catch-all", "warning", "No rule matches everything"),
  check("cover/401", "warning", "Failed logins are not recorded"),
  check("cover/anonymous", "warning", "Anonymous requests are not recorded"),
  check("cover/subresource", "warning", "Subresources such as exec are not recorded"),
  check("cover/exec-verb", "warning", "Sessions are recorded for one of their two verbs only"),
  check("cover/deletecollection", "warning", "delete is listed without deletecollection"),
  check("cover/apply", "warning", "create and update are listed without patch"),
  check("match/verb-unknown", "warning", "A verb does not exist"),
  check("match/literal-star", "warning", "A star is compared letter by letter"),
  check("match/group-name", "warning", "An API group does not exist"),
  check("match/resource-name", "warning", "A resource or subresource does not exist"),
  check("match/pods-star", "warning", "pods/* includes pods"),
  check("match/resource-names", "warning", "Names do not select requests without a name"),
  check("match/namespaces-cluster-scoped", "warning", "Namespaces do not fit the scope of the resources"),
  check("match/namespaces-all-list", "info", "Namespaces do not include lists across all of them"),
  check("match/users-vs-groups", "warning", "A user stands among groups, or a group among users"),
  check("match/legacy-user", "info", "A user that many clusters no longer have"),
  check("match/url", "warning", "A URL matches less or more than it seems to"),
  check("match/null-item", "warning", "An empty item in a list"),
  check("stage/request-received", "warning", "RequestReceived is recorded, or omitted where it must not be"),
  check("stage/all-omitted", "warning", "Every stage is omitted"),
  check("stage/response-complete-omitted", "warning", "The stage with the status code is omitted"),
  check("stage/panic-omitted", "info", "Panics are omitted"),
  check("stage/rule-vs-policy", "info", "A rule cannot take back a stage that the policy omits"),
  check("volume/known-noise", "info", "Requests that clusters make all the time are recorded"),
  check("volume/managed-fields", "info", "Bodies are recorded with managedFields"),
  check("level/no-effect", "info", "A level above Metadata for requests without bodies"),
  check("cis/3.2.1", "warning", "CIS Kubernetes Benchmark 3.2.1: a minimal audit policy"),
  check("cis/3.2.2", "warning", "CIS Kubernetes Benchmark 3.2.2: key security concerns"),
  check("style/order", "info", "None rules could stand first"),
  check("style/duplicate-item", "info", "An item stands twice in a list"),
];
