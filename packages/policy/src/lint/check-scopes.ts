import { findBuiltIn } from "../kubernetes-api/built-in-resources.js";
import type { BuiltInResource } from "../kubernetes-api/built-in-resources.js";
import type { PolicyRuleInput } from "../policy.js";
import { quoted, quotedList } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

/** `match/pods-star`, `match/resource-names` and `match/namespaces-*`: conditions that reach further or less far than they seem. */
export function checkScopes(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    reportResourceStars(context, rule, index);
    reportNames(context, rule, index);
    reportNamespaces(context, rule, index);
  });
}

/** `pods/*` includes `pods`, which the documentation denies and RBAC does differently. */
function reportResourceStars(context: LintContext, rule: PolicyRuleInput, index: number): void {
  (rule.resources ?? []).forEach((entry, at) => {
    (entry.resources ?? []).forEach((pattern, item) => {
      const resource = /^([^*/]+)\/\*$/.exec(pattern)?.[1];
      if (resource === undefined || entry.resources?.includes(resource) === true) return;
      const group = entry.group ?? "";
      const other = context.rules.findIndex(
        (one, where) => where !== index && one.level !== rule.level && lists(one, group, resource),
      );
      context.add(
        "match/pods-star",
        other === -1 ? "info" : "warning",
        `rules[${index}].resources[${at}].resources[${item}]`,
        {
          message: `${quoted(pattern)} also matches ${quoted(resource)} itself, not only its subresources (in RBAC it does not).`,
          consequence:
            other === -1
              ? `Requests for ${quoted(resource)} are decided here as well.`
              : `Rule ${Math.min(other, index) + 1} decides about ${quoted(resource)}; rule ${other + 1} asks for another level for it than rule ${index + 1}.`,
          mend:
            other === -1
              ? "Nothing, if that is what is meant."
              : `List the subresources, or put the rule for ${quoted(resource)} first.`,
          ...(other === -1 ? {} : { relatedRules: [other] }),
        },
      );
    });
  });
}

function lists(rule: PolicyRuleInput, group: string, resource: string): boolean {
  return (rule.resources ?? []).some(
    (entry) => (entry.group ?? "") === group && entry.resources?.includes(resource) === true,
  );
}

function reportNames(context: LintContext, rule: PolicyRuleInput, index: number): void {
  const at = (rule.resources ?? []).findIndex((entry) => (entry.resourceNames ?? []).some((name) => name !== ""));
  if (at === -1) return;
  const verbs = rule.verbs ?? [];
  const nameless = verbs.filter((verb) => verb === "create" || verb === "deletecollection");
  const selecting = verbs.filter((verb) => verb === "list" || verb === "watch");
  const path = `rules[${index}].resources[${at}].resourceNames`;
  if (nameless.length > 0) {
    context.add("match/resource-names", "warning", path, {
      message: `Rule ${index + 1} combines names with ${quotedList(nameless)}: the URL of such a request has no name.`,
      consequence: "The rule never matches these verbs, even when the body holds the name.",
      mend: "Put these verbs into a rule without resourceNames.",
    });
  }
  if (selecting.length > 0 || verbs.length === 0) {
    const which = verbs.length === 0 ? "list, watch, create and deletecollection" : selecting.join(" and ");
    context.add("match/resource-names", verbs.length === 0 ? "info" : "warning", path, {
      message: `Rule ${index + 1} selects by name, and requests of the verbs ${which} have one only with fieldSelector=metadata.name=...`,
      consequence: "Whoever lists or watches the whole collection reads the named objects without this rule.",
      mend: "Add a rule for list and watch without resourceNames if these reads matter.",
    });
  }
}

function reportNamespaces(context: LintContext, rule: PolicyRuleInput, index: number): void {
  const namespaces = rule.namespaces ?? [];
  if (namespaces.length === 0) return;
  const path = `rules[${index}].namespaces`;
  const named = namespaces.filter((namespace) => namespace !== "");
  const resources = knownResources(rule);
  if (resources !== undefined && named.length === namespaces.length && resources.every(isClusterScoped)) {
    context.add("match/namespaces-cluster-scoped", "warning", path, {
      message: `Rule ${index + 1} names namespaces, and ${quotedList(resources.map((one) => one.resource))} ${resources.length === 1 ? "is" : "are"} cluster-scoped.`,
      consequence: "Requests for cluster-scoped objects have no namespace: the rule never matches.",
      mend: "Leave namespaces out.",
    });
    return;
  }
  if (
    resources !== undefined &&
    named.length === 0 &&
    resources.length > 0 &&
    resources.every((one) => one.isNamespaced)
  ) {
    context.add("match/namespaces-cluster-scoped", "warning", path, {
      message: `Rule ${index + 1} is for requests outside namespaces, and ${quotedList(resources.map((one) => one.resource))} ${resources.length === 1 ? "is" : "are"} namespaced.`,
      consequence: "It matches only lists and watches across all namespaces.",
      mend: "Leave namespaces out, or name the namespaces.",
    });
    return;
  }
  const verbs = rule.verbs ?? [];
  const lists = verbs.length === 0 || verbs.some((verb) => verb === "list" || verb === "watch");
  if (lists && named.length === namespaces.length) {
    context.add("match/namespaces-all-list", "info", path, {
      message: `Rule ${index + 1} does not see lists and watches across all namespaces (kubectl get -A): they have none.`,
      consequence: `What stands in ${quotedList(named)} can be read that way, and later rules decide about it.`,
      mend: 'Add "" to namespaces to include them; it also stands for cluster-scoped objects.',
    });
  }
}

/** A request for the namespace X itself has the namespace X, so rules can select it. */
function isClusterScoped(one: BuiltInResource): boolean {
  return !one.isNamespaced && !(one.apiGroup === "" && one.resource === "namespaces");
}

/** The resources that a rule lists, if all of them are built in. */
function knownResources(rule: PolicyRuleInput): readonly BuiltInResource[] | undefined {
  const found = (rule.resources ?? []).flatMap((entry) =>
    (entry.resources ?? ["*"]).map((pattern) => findBuiltIn(entry.group ?? "", pattern.split("/")[0] ?? "")),
  );
  return found.length > 0 && found.every((one) => one !== undefined) ? found : undefined;
}
