import { describe, expect, test } from "vitest";

import { evaluatePolicy, lintChecks, lintPolicy, loadPolicy } from "../../src/index.js";
import type { LintFinding, LintPolicyOptions, LintSeverity } from "../../src/index.js";

/** The text of a policy whose first rule begins in line 3. */
function policyText(rules: string): string {
  return `apiVersion: audit.k8s.io/v1\nrules:\n${rules}\n`;
}

const catchAll = "- level: Metadata";

interface Row {
  readonly id: string;
  readonly severity: LintSeverity;
  /** The line of the finding and what stands at its column. */
  readonly at: string;
  readonly bad: string;
  /** The same policy mended: the finding is gone. */
  readonly good: string;
  readonly says?: string;
  readonly options?: LintPolicyOptions;
}

function row(id: string, severity: LintSeverity, at: string, bad: string, good: string, says = "", options = {}): Row {
  return { id, severity, at, bad, good, says, options };
}

const on = (resources: string, rest = "", group = '""'): string =>
  `resources: [{group: ${group}, resources: [${resources}]${rest}}]`;

const rows: readonly Row[] = [
  row(
    "strict/unknown-field",
    "warning",
    "3 verb:",
    `- {level: None, verb: [watch]}\n${catchAll}`,
    `- {level: None, verbs: [watch]}\n${catchAll}`,
    "broader than it looks: level None for all requests",
  ),
  row(
    "strict/duplicate-key",
    "warning",
    "3 level:",
    `- {level: Request, level: Metadata}`,
    catchAll,
    "The last one counts",
  ),
  row(
    "version/group-star",
    "error",
    "3 group:",
    `- {level: Metadata, resources: [{group: "*"}]}\n${catchAll}`,
    catchAll,
    "1.35",
    { targetVersion: "1.35" },
  ),
  row(
    "reach/never-matches",
    "error",
    "3 {level: Request",
    `- {level: Request, ${on('"pods/"')}}\n${catchAll}`,
    `- {level: Request, ${on("pods")}}\n${catchAll}`,
  ),
  row(
    "reach/shadowed",
    "error",
    "4 {level: Request",
    `- {level: None, verbs: [get, list]}\n- {level: Request, verbs: [get], ${on("nodes")}}\n${catchAll}`,
    `- {level: Request, verbs: [get], ${on("nodes")}}\n- {level: None, verbs: [get, list]}\n${catchAll}`,
    "comes first and catches every request that it describes",
  ),
  row(
    "reach/shadowed",
    "warning",
    "4 {level: Request",
    `- {level: Request, ${on("nodes, pods")}}\n- {level: Request, ${on("nodes")}}\n${catchAll}`,
    `- {level: Request, ${on("nodes, pods")}}\n${catchAll}`,
  ),
  row(
    "reach/shadowed-union",
    "warning",
    "5 {level: Request",
    `- {level: None, verbs: [get]}\n- {level: None, verbs: [list]}\n- {level: Request, verbs: [get, list]}\n${catchAll}`,
    `- {level: None, verbs: [get]}\n- {level: Request, verbs: [get, list]}\n${catchAll}`,
    "rules 1 and 2 together",
  ),
  row(
    "reach/after-catch-all",
    "warning",
    "4 {level: Metadata",
    `- {level: None}\n- {level: Metadata}`,
    "- {level: Metadata}",
    "catches every request",
  ),
  row(
    "reach/shadowed-in-practice",
    "info",
    "4 {level: Request",
    `- {level: Metadata, userGroups: ["system:authenticated"]}\n- {level: Request, users: [alice]}\n${catchAll}`,
    `- {level: Request, users: [alice]}\n- {level: Metadata, userGroups: ["system:authenticated"]}\n${catchAll}`,
  ),
  row(
    "reach/partly-swallowed",
    "warning",
    "4 {level: Request",
    `- {level: None, verbs: [get, list, watch]}\n- {level: Request, ${on("nodes")}}\n${catchAll}`,
    `- {level: Request, ${on("nodes")}}\n- {level: None, verbs: [get, list, watch]}\n${catchAll}`,
    "takes part of what rule 2",
  ),
  row(
    "reach/redundant",
    "info",
    "3 {level: Metadata",
    `- {level: Metadata, ${on("nodes")}}\n${catchAll}`,
    `- {level: Request, ${on("nodes")}}\n${catchAll}`,
  ),
  row(
    "none/hides-sensitive",
    "warning",
    "3 {level: None",
    `- {level: None, ${on("secrets")}}\n${catchAll}`,
    `- {level: None, verbs: [get], ${on("nodes")}}\n${catchAll}`,
    "secrets",
  ),
  row(
    "none/by-group-too-broad",
    "warning",
    "3 userGroups:",
    `- {level: None, userGroups: ["system:serviceaccounts"]}\n${catchAll}`,
    `- {level: None, userGroups: ["system:serviceaccounts"], verbs: [watch]}\n${catchAll}`,
  ),
  row(
    "none/by-group-too-broad",
    "warning",
    "3 userGroups:",
    `- {level: None, userGroups: ["system:nodes"], verbs: [get, patch]}\n${catchAll}`,
    `- {level: None, userGroups: ["system:nodes"], verbs: [get], ${on("nodes")}}\n${catchAll}`,
    "stolen kubelet credential",
  ),
  row(
    "none/impersonation",
    "info",
    "3 {level: None",
    `- {level: None, users: [bot], verbs: [watch]}\n${catchAll}`,
    `- {level: None, verbs: [watch]}\n${catchAll}`,
  ),
  row(
    "secret/body",
    "warning",
    "3 level:",
    `- {level: Request, ${on("secrets")}}\n${catchAll}`,
    `- {level: Metadata, ${on("secrets")}}\n${catchAll}`,
    "base64",
  ),
  row(
    "secret/body",
    "warning",
    "3 level:",
    `- {level: RequestResponse, resources: [{group: ""}]}\n${catchAll}`,
    `- {level: Metadata, ${on("secrets, configmaps, serviceaccounts/token")}}\n- {level: RequestResponse, resources: [{group: ""}]}\n${catchAll}`,
  ),
  row(
    "secret/body",
    "warning",
    "3 level:",
    `- {level: Request, ${on("tokenreviews", "", "authentication.k8s.io")}}\n${catchAll}`,
    `- {level: Metadata, ${on("tokenreviews", "", "authentication.k8s.io")}}\n${catchAll}`,
    "bearer token",
  ),
  row(
    "secret/body",
    "warning",
    "3 level:",
    `- {level: RequestResponse, ${on("serviceaccounts/token")}}\n${catchAll}`,
    `- {level: Request, ${on("serviceaccounts/token")}}\n${catchAll}`,
    "holds the new token",
  ),
  row(
    "secret/body",
    "info",
    "3 level:",
    `- {level: Request, ${on("certificatesigningrequests", "", "certificates.k8s.io")}}\n${catchAll}`,
    catchAll,
  ),
  row(
    "secret/patch-and-annotation",
    "warning",
    "3 level:",
    `- {level: Request, verbs: [patch], ${on("secrets")}}\n${catchAll}`,
    catchAll,
    "last-applied-configuration",
  ),
  row(
    "secret/uri",
    "info",
    "3 level:",
    catchAll,
    `- {level: None, ${on("pods/exec, pods/proxy, services/proxy, nodes/proxy")}}\n${catchAll}`,
  ),
  row("cover/catch-all", "warning", "3 {level: Metadata", `- {level: Metadata, verbs: [create, delete]}`, catchAll),
  row(
    "cover/401",
    "warning",
    "3 {level: None",
    `- {level: None, verbs: [watch]}\n${catchAll}`,
    `- {level: None, users: [bot], verbs: [watch]}\n${catchAll}`,
    "ends at level None",
  ),
  row(
    "cover/401",
    "warning",
    "3 {level: Metadata",
    `- {level: Metadata, omitStages: [ResponseStarted]}`,
    `- {level: Metadata, omitStages: [RequestReceived]}`,
    "ResponseStarted is omitted",
  ),
  row(
    "cover/anonymous",
    "warning",
    "3 userGroups:",
    `- {level: Metadata, userGroups: ["system:authenticated"]}`,
    catchAll,
  ),
  row(
    "cover/subresource",
    "warning",
    "3 resources:",
    `- {level: Metadata, ${on("pods")}}`,
    `- {level: Metadata, ${on("pods")}}\n- {level: Metadata, ${on('"pods/*"')}}`,
    '"pods/exec"',
  ),
  row(
    "cover/exec-verb",
    "warning",
    "3 verbs:",
    `- {level: Metadata, verbs: [create], ${on("pods/exec")}}`,
    `- {level: Metadata, verbs: [get, create], ${on("pods/exec")}}`,
    "WebSocket",
  ),
  row(
    "cover/deletecollection",
    "warning",
    "3 verbs:",
    `- {level: Metadata, verbs: [delete], ${on("pods")}}`,
    `- {level: Metadata, verbs: [delete, deletecollection], ${on("pods")}}`,
  ),
  row(
    "cover/apply",
    "warning",
    "3 verbs:",
    `- {level: Request, verbs: [create, update], ${on("pods")}}\n${catchAll}`,
    `- {level: Request, verbs: [create, update], ${on("pods")}}\n- level: Request`,
    "server-side",
  ),
  row(
    "match/verb-unknown",
    "warning",
    "3 raed",
    `- {level: Metadata, verbs: [raed], ${on("pods")}}\n${catchAll}`,
    `- {level: Metadata, verbs: [get], ${on("pods")}}\n${catchAll}`,
  ),
  row(
    "match/verb-unknown",
    "warning",
    "3 GET",
    `- {level: Metadata, verbs: [GET]}\n${catchAll}`,
    `- {level: Metadata, verbs: [get]}\n${catchAll}`,
    'Write "get"',
  ),
  row(
    "match/verb-unknown",
    "warning",
    "3 exec",
    `- {level: Metadata, verbs: [exec]}\n${catchAll}`,
    `- {level: Metadata, ${on("pods/exec")}}\n${catchAll}`,
    "pods/exec",
  ),
  row(
    "match/verb-unknown",
    "warning",
    "3 post",
    `- {level: Metadata, verbs: [post], ${on("pods")}}\n${catchAll}`,
    `- {level: Metadata, verbs: [create], ${on("pods")}}\n${catchAll}`,
    'Write "create"',
  ),
  row(
    "match/verb-unknown",
    "warning",
    "3 list",
    `- {level: Metadata, verbs: [list], nonResourceURLs: [/x]}\n${catchAll}`,
    `- {level: Metadata, verbs: [get], nonResourceURLs: [/x]}\n${catchAll}`,
    "HTTP method",
  ),
  row("match/verb-unknown", "info", "3 proxy", `- {level: Metadata, verbs: [proxy]}\n${catchAll}`, catchAll),
  row(
    "match/literal-star",
    "warning",
    '3 "*"',
    `- {level: None, users: ["*"], verbs: [watch]}\n${catchAll}`,
    `- {level: None, verbs: [watch]}\n${catchAll}`,
    "Leave the field out",
  ),
  row(
    "match/literal-star",
    "warning",
    '3 "get*"',
    `- {level: None, verbs: ["get*"]}\n${catchAll}`,
    `- {level: None, verbs: [get]}\n${catchAll}`,
  ),
  row(
    "match/literal-star",
    "warning",
    '3 "po*"',
    `- {level: None, resources: [{group: "", resources: ["po*"]}]}\n${catchAll}`,
    `- {level: None, verbs: [get], resources: [{group: "", resources: ["*"]}]}\n${catchAll}`,
  ),
  row(
    "match/literal-star",
    "warning",
    '3 "*/*"',
    `- {level: None, resources: [{group: "", resources: ["*/*"]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: "", resources: ["*/status"]}]}\n${catchAll}`,
    "includes every subresource",
  ),
  row(
    "match/group-name",
    "warning",
    "3 group:",
    `- {level: None, resources: [{group: core}]}\n${catchAll}`,
    `- {level: None, resources: [{group: ""}]}\n${catchAll}`,
    'group: ""',
  ),
  row(
    "match/group-name",
    "warning",
    "3 group:",
    `- {level: None, resources: [{group: rbac}]}\n${catchAll}`,
    `- {level: None, resources: [{group: example.com}]}\n${catchAll}`,
    "rbac.authorization.k8s.io",
  ),
  row(
    "match/group-name",
    "warning",
    "3 group:",
    `- {level: None, resources: [{group: extensions, resources: [deployments]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: apps, resources: [deployments]}]}\n${catchAll}`,
    "now in apps",
  ),
  row(
    "match/resource-name",
    "warning",
    "3 deploy",
    `- {level: None, resources: [{group: apps, resources: [deploy]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: apps, resources: [deployments]}]}\n${catchAll}`,
    '"deployments"',
  ),
  row(
    "match/resource-name",
    "warning",
    "3 Pod",
    `- {level: None, resources: [{group: "", resources: [Pod]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: "", resources: [pods]}]}\n${catchAll}`,
    '"pods"',
  ),
  row(
    "match/resource-name",
    "warning",
    "3 deployments",
    `- {level: None, resources: [{group: "", resources: [deployments]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: apps, resources: [deployments]}]}\n${catchAll}`,
    'the group "apps"',
  ),
  row(
    "match/resource-name",
    "warning",
    "3 pods/exce",
    `- {level: None, resources: [{group: "", resources: [pods/exce]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: "", resources: [pods/log]}]}\n${catchAll}`,
    '"pods/exec"',
  ),
  row(
    "match/resource-name",
    "warning",
    "3 secrts",
    `- {level: None, resources: [{group: "", resources: [secrts]}]}\n${catchAll}`,
    `- {level: None, resources: [{group: example.com, resources: [secrts]}]}\n${catchAll}`,
    '"secrets"',
  ),
  row(
    "match/resource-name",
    "warning",
    "3 pods/exec/x",
    `- {level: None, resources: [{group: "", resources: [pods/exec/x]}]}\n${catchAll}`,
    catchAll,
    "two slashes",
  ),
  row(
    "match/pods-star",
    "info",
    '3 "pods/*"',
    `- {level: Request, resources: [{group: "", resources: ["pods/*"]}]}\n${catchAll}`,
    `- {level: Request, resources: [{group: "", resources: ["pods/log"]}]}\n${catchAll}`,
  ),
  row(
    "match/pods-star",
    "warning",
    '3 "pods/*"',
    `- {level: Request, resources: [{group: "", resources: ["pods/*"]}]}\n- {level: None, ${on("pods")}}\n${catchAll}`,
    catchAll,
  ),
  row(
    "match/resource-names",
    "warning",
    "3 resourceNames:",
    `- {level: None, verbs: [create], resources: [{resources: [leases], resourceNames: [x]}]}\n${catchAll}`,
    `- {level: None, verbs: [update], resources: [{resources: [leases], resourceNames: [x]}]}\n${catchAll}`,
    "no name",
  ),
  row(
    "match/namespaces-cluster-scoped",
    "warning",
    "3 namespaces:",
    `- {level: Metadata, namespaces: [kube-system], ${on("nodes")}}\n${catchAll}`,
    `- {level: Metadata, namespaces: [kube-system], ${on("namespaces")}}\n${catchAll}`,
  ),
  row(
    "match/namespaces-cluster-scoped",
    "warning",
    "3 namespaces:",
    `- {level: Metadata, namespaces: [""], ${on("pods")}}\n${catchAll}`,
    `- {level: Metadata, namespaces: [""], ${on("nodes")}}\n${catchAll}`,
    "across all namespaces",
  ),
  row(
    "match/namespaces-all-list",
    "info",
    "3 namespaces:",
    `- {level: Metadata, namespaces: [a], ${on("pods")}}\n${catchAll}`,
    `- {level: Metadata, namespaces: [a], verbs: [get], ${on("pods")}}\n${catchAll}`,
    "kubectl get -A",
  ),
  row(
    "match/users-vs-groups",
    "warning",
    '3 "system:masters"',
    `- {level: None, users: ["system:masters"], verbs: [get]}\n${catchAll}`,
    `- {level: None, userGroups: ["system:masters"], verbs: [get]}\n${catchAll}`,
    "userGroups",
  ),
  row(
    "match/users-vs-groups",
    "warning",
    '3 "system:serviceaccount:a:b"',
    `- {level: None, userGroups: ["system:serviceaccount:a:b"], verbs: [get]}\n${catchAll}`,
    `- {level: None, users: ["system:serviceaccount:a:b"], verbs: [get]}\n${catchAll}`,
    "system:serviceaccounts:a",
  ),
  row(
    "match/users-vs-groups",
    "warning",
    '3 "system:serviceaccount:a"',
    `- {level: None, users: ["system:serviceaccount:a"], verbs: [get]}\n${catchAll}`,
    catchAll,
    "NAMESPACE:NAME",
  ),
  row(
    "match/legacy-user",
    "info",
    '3 "system:unsecured"',
    `- {level: None, users: ["system:unsecured"], verbs: [get]}\n${catchAll}`,
    catchAll,
  ),
  row(
    "match/url",
    "warning",
    '3 "/api/v1/pods"',
    `- {level: None, nonResourceURLs: ["/api/v1/pods"]}\n${catchAll}`,
    `- {level: None, nonResourceURLs: ["/api/v1"]}\n${catchAll}`,
    "URL of a resource",
  ),
  row(
    "match/url",
    "warning",
    '3 "/version?a=b"',
    `- {level: None, nonResourceURLs: ["/version?a=b"]}\n${catchAll}`,
    `- {level: None, nonResourceURLs: ["/version"]}\n${catchAll}`,
    "query",
  ),
  row(
    "match/url",
    "warning",
    "3 nonResourceURLs:",
    `- {level: None, nonResourceURLs: ["/healthz*"]}\n${catchAll}`,
    `- {level: None, nonResourceURLs: ["/healthz*", "/livez*", "/readyz*"]}\n${catchAll}`,
    "/livez and /readyz",
  ),
  row(
    "match/url",
    "warning",
    '3 "/a/*"',
    `- {level: Metadata, nonResourceURLs: []}\n- {level: None, nonResourceURLs: ["/a/*"]}\n${catchAll}`.replace(
      "- {level: Metadata, nonResourceURLs: []}\n",
      "",
    ),
    `- {level: None, nonResourceURLs: ["/a", "/a/*"]}\n${catchAll}`,
    'does not match "/a"',
  ),
  row(
    "match/url",
    "warning",
    '3 "/api*"',
    `- {level: None, nonResourceURLs: ["/api*"]}\n${catchAll}`,
    `- {level: None, nonResourceURLs: ["/api"]}\n${catchAll}`,
    "/apis",
  ),
  row(
    "match/null-item",
    "warning",
    "3 null",
    `- {level: None, resources: [null]}\n${catchAll}`,
    `- {level: None, resources: [{group: ""}]}\n${catchAll}`,
    "everything in the core group",
  ),
  row(
    "match/null-item",
    "warning",
    '3 ""',
    `- {level: None, users: [""]}\n${catchAll}`,
    `- {level: None, users: [a]}\n${catchAll}`,
  ),
  row("stage/request-received", "info", "1 apiVersion", catchAll, "- {level: Metadata, omitStages: [RequestReceived]}"),
  row(
    "stage/request-received",
    "warning",
    "1 apiVersion",
    catchAll,
    "- {level: Metadata, omitStages: [RequestReceived]}",
    "",
    {
      logMode: "blocking",
    },
  ),
  row(
    "stage/request-received",
    "warning",
    "3 omitStages:",
    "- {level: Metadata, omitStages: [RequestReceived]}",
    catchAll,
    "Nothing is ever rejected",
    { logMode: "blocking-strict" },
  ),
  row(
    "stage/all-omitted",
    "warning",
    "3 omitStages:",
    "- {level: Metadata, omitStages: [RequestReceived, ResponseStarted, ResponseComplete]}",
    "- {level: Metadata, omitStages: [RequestReceived]}",
  ),
  row(
    "stage/response-complete-omitted",
    "warning",
    "3 omitStages:",
    "- {level: Metadata, omitStages: [ResponseComplete]}",
    catchAll,
  ),
  row("stage/panic-omitted", "info", "3 omitStages:", "- {level: Metadata, omitStages: [Panic]}", catchAll),
  row(
    "stage/rule-vs-policy",
    "info",
    "3 omitStages:",
    "- {level: Metadata, omitStages: [Panic]}\nomitStages: [RequestReceived]",
    "- {level: Metadata}\nomitStages: [RequestReceived]",
    "cannot take a stage back",
  ),
  row(
    "volume/known-noise",
    "info",
    "3 level:",
    catchAll,
    "- {level: Metadata, verbs: [delete]}",
    "leases renewed by nodes",
  ),
  row(
    "volume/managed-fields",
    "info",
    "3 {level: Request",
    "- {level: Request}",
    "- {level: Request, omitManagedFields: true}",
  ),
  row(
    "level/no-effect",
    "info",
    "3 level:",
    `- {level: Request, nonResourceURLs: ["/x"]}\n${catchAll}`,
    `- {level: Metadata, nonResourceURLs: ["/x"]}\n${catchAll}`,
  ),
  row(
    "level/no-effect",
    "info",
    "3 level:",
    `- {level: RequestResponse, verbs: [watch]}\n${catchAll}`,
    `- {level: RequestResponse, verbs: [watch, get]}\n${catchAll}`,
    "watch",
  ),
  row(
    "level/no-effect",
    "info",
    "3 level:",
    `- {level: Request, ${on("pods/exec, pods/log")}}\n${catchAll}`,
    `- {level: Request, ${on("pods/exec, pods/eviction")}}\n${catchAll}`,
  ),
  row(
    "level/no-effect",
    "info",
    "3 level:",
    `- {level: Request, resources: [{group: metrics.k8s.io}]}\n${catchAll}`,
    catchAll,
    "another API server",
  ),
  row("cis/3.2.1", "warning", "1 apiVersion", "- {level: None}", catchAll, "nothing is recorded"),
  row(
    "cis/3.2.2",
    "warning",
    "1 apiVersion",
    `- {level: None, ${on("pods/exec")}}\n${catchAll}`,
    catchAll,
    "use of exec",
  ),
  row(
    "style/order",
    "info",
    "4 {level: None",
    `- {level: Request, ${on("nodes")}}\n- {level: None, nonResourceURLs: ["/x"]}\n${catchAll}`,
    `- {level: None, nonResourceURLs: ["/x"]}\n- {level: Request, ${on("nodes")}}\n${catchAll}`,
  ),
  row(
    "style/duplicate-item",
    "info",
    "3 get",
    `- {level: Metadata, verbs: [get, get]}\n${catchAll}`,
    `- {level: Metadata, verbs: [get]}\n${catchAll}`,
  ),
];

function findings({ bad, good, options = {} }: Row, which: "bad" | "good"): readonly LintFinding[] {
  return lintPolicy(policyText(which === "bad" ? bad : good), options).findings;
}

/** Findings of the same check that speak of the same thing. */
function matching(one: Row, which: "bad" | "good"): readonly LintFinding[] {
  const says = one.says ?? "";
  return findings(one, which).filter(
    ({ id, message, consequence, mend, severity }) =>
      id === one.id && severity === one.severity && `${message} ${consequence} ${mend}`.includes(says),
  );
}

describe("lintPolicy", () => {
  test.each(rows.map((one, index) => [`${index} ${one.id}`, one] as const))(
    "finds %s, and not once it is mended",
    (_name, one) => {
      const [finding] = matching(one, "bad");
      expect(finding, JSON.stringify(findings(one, "bad"), null, 1)).toBeDefined();
      const line = policyText(one.bad).split("\n")[(finding?.line ?? 0) - 1] ?? "";
      const place = `${finding?.line} ${line.slice((finding?.column ?? 0) - 1)}`;
      expect(place.slice(0, one.at.length)).toBe(one.at);
      expect(matching(one, "good")).toEqual([]);
    },
  );

  test("has a test for every check", () => {
    const tested = new Set(rows.map(({ id }) => id));
    expect(lintChecks.map(({ id }) => id).filter((id) => !tested.has(id) && !id.startsWith("load/"))).toEqual([]);
  });

  test("gives findings that lintChecks knows, in whole sentences, and witnesses that evaluation confirms", () => {
    const known = new Map(lintChecks.map(({ id, severity }) => [id, severity]));
    const order = ["error", "warning", "info"];
    for (const one of rows) {
      const text = policyText(one.bad);
      const { policy } = loadPolicy(text);
      for (const finding of lintPolicy(text, one.options).findings) {
        expect(known.has(finding.id), finding.id).toBe(true);
        expect(order.indexOf(finding.severity)).toBeGreaterThanOrEqual(order.indexOf(known.get(finding.id) ?? ""));
        for (const sentence of [finding.message, finding.consequence, finding.mend])
          expect(sentence).toMatch(/^\S.*\S$/s);
        if (finding.witness === undefined) continue;
        const { ruleIndex, level, omitStages } = evaluatePolicy(policy, finding.witness);
        if (finding.id.startsWith("cover/")) {
          const wanted = policy.rules[finding.ruleIndex ?? 0]?.level;
          expect(level !== wanted || level === "None" || omitStages.includes("ResponseStarted")).toBe(true);
        } else {
          expect([finding.ruleIndex, ...(finding.relatedRules ?? [])]).toContain(ruleIndex);
        }
      }
    }
  });
});

describe("lintPolicy of a text that kube-apiserver refuses", () => {
  test.each([
    ["load/syntax", "rules: [", 1],
    ["load/version", "apiVersion: v1\nrules: [{level: None}]", 1],
    ["load/type", policyText("- {level: None, users: bob}"), 3],
    ["load/required", policyText("- {verbs: [get]}"), 3],
    ["load/invalid", policyText("- level: metadata"), 3],
    ["load/no-rules", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []", 3],
    ["load/limit", "#".repeat(200_000), 1],
    ["load/encoding", new Uint8Array([0x23, 0xff]), 1],
  ])("gives %s", (id, source, line) => {
    const { findings: found, policy, benchmark } = lintPolicy(source);
    expect(found.map((finding) => [finding.id, finding.severity, finding.line])).toEqual([[id, "error", line]]);
    expect(found[0]?.mend).toMatch(/\.$|v1$|Metadata$/);
    expect({ policy, benchmark }).toEqual({ policy: null, benchmark: [] });
  });
});

describe("lintPolicy for an old release", () => {
  test("reads the betas that it reads", () => {
    const text = "apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules:\n- level: Metadata\n";
    expect(lintPolicy(text).findings.map(({ id }) => id)).toEqual(["load/version"]);
    expect(lintPolicy(text, { targetVersion: "1.23" }).policy?.rules).toHaveLength(1);
  });
});

describe("lintPolicy of a policy without text", () => {
  test("finds the same, without lines", () => {
    const text = policyText(rows.find(({ id }) => id === "reach/shadowed")?.bad ?? "");
    const withText = lintPolicy(text).findings;
    const without = lintPolicy(loadPolicy(text).policy).findings;
    expect(without.map(({ id }) => id).toSorted()).toEqual(withText.map(({ id }) => id).toSorted());
    expect(without.every(({ line }) => line === null)).toBe(true);
  });
});

describe("lintPolicy of the benchmark", () => {
  test("passes a policy of one Metadata rule and says what that rests on", () => {
    const { benchmark } = lintPolicy(policyText(catchAll));
    expect(benchmark.map(({ id, passed }) => [id, passed])).toEqual([
      ["3.2.1", true],
      ["3.2.2", true],
    ]);
    expect(benchmark[1]?.evidence).toContain("access to secrets: recorded.");
  });

  test("fails secrets at Request, by meaning and not by words", () => {
    const { benchmark } = lintPolicy(policyText(`- {level: Request, resources: [{group: ""}]}\n${catchAll}`));
    expect(benchmark[1]?.passed).toBe(false);
    expect(benchmark[1]?.evidence[0]).toMatch(/^access to secrets: level Request instead of Metadata/);
  });
});
