import type { PolicyErrorCode, PolicyProblem } from "../errors.js";
import { isAtLeast } from "../kubernetes-version.js";
import type { KubernetesVersion } from "../kubernetes-version.js";
import type { Policy, PolicyRule } from "../policy.js";
import { goQuote, goStringList } from "./go-text.js";
import type { Position } from "./policy-value.js";

const levels = ["None", "Metadata", "Request", "RequestResponse"];
const stages = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/**
 * Everything that kube-apiserver's validation has against a decoded policy, in its order (kubernetes/apiserver
 * `pkg/apis/audit/validation`). Resources, verbs, users, groups and namespaces are never checked there.
 */
export function validatePolicy(
  policy: Policy,
  positions: ReadonlyMap<string, Position>,
  version: KubernetesVersion,
): PolicyProblem[] {
  const check = new Validation(positions, version);
  check.stages("omitStages", policy.omitStages);
  policy.rules.forEach((rule, index) => check.rule(`rules[${index}]`, rule));
  return check.problems;
}

class Validation {
  readonly problems: PolicyProblem[] = [];
  readonly #positions: ReadonlyMap<string, Position>;
  readonly #version: KubernetesVersion;

  constructor(positions: ReadonlyMap<string, Position>, version: KubernetesVersion) {
    this.#positions = positions;
    this.#version = version;
  }

  stages(path: string, omitted: readonly string[] = []): void {
    omitted.forEach((stage, index) => {
      if (stages.includes(stage)) return;
      this.#invalid(
        `${path}[${index}]`,
        goQuote(stage),
        `allowed stages are ${stages.join(",")}`,
        `expected one of ${stages.join(", ")}. The names are case-sensitive.`,
      );
    });
  }

  rule(path: string, rule: PolicyRule): void {
    this.#level(`${path}.level`, rule.level);
    this.#nonResourceURLs(`${path}.nonResourceURLs`, rule.nonResourceURLs ?? []);
    this.#resources(`${path}.resources`, rule);
    this.stages(`${path}.omitStages`, rule.omitStages);
    this.#oneKind(`${path}.nonResourceURLs`, rule);
  }

  #level(path: string, level: string): void {
    const expected = `expected one of ${levels.join(", ")}`;
    if (level === "") {
      this.#add("KAUDIT_POLICY_REQUIRED", path, `a rule needs a level; ${expected}.`, `${path}: Required value`);
    } else if (!levels.includes(level)) {
      const supported = levels.map(goQuote).join(", ");
      this.#add(
        "KAUDIT_POLICY_INVALID",
        path,
        `${goQuote(level)} is not a level; ${expected}. The names are case-sensitive.`,
        `${path}: Unsupported value: ${goQuote(level)}: supported values: ${supported}`,
      );
    }
  }

  #nonResourceURLs(path: string, urls: readonly string[]): void {
    urls.forEach((url, index) => {
      if (url === "*") return;
      const at = `${path}[${index}]`;
      if (!url.startsWith("/")) {
        const rule = "non-resource URL rules must begin with a '/' character";
        this.#invalid(at, goQuote(url), rule, `a URL path begins with "/". Write ${goQuote(`/${url}`)}.`);
      }
      if (url.slice(0, -1).includes("*")) {
        const rule = "non-resource URL wildcards '*' must be the final character of the rule";
        this.#invalid(at, goQuote(url), rule, 'only the last character can be "*". Write the beginning of the path.');
      }
    });
  }

  #resources(path: string, rule: PolicyRule): void {
    (rule.resources ?? []).forEach((entry, index) => {
      const at = `${path}[${index}]`;
      const group = entry.group ?? "";
      const anyGroup = group === "*" && isAtLeast(this.#version, 36);
      if (group !== "" && !anyGroup) this.#group(`${path}.group`, group, `${at}.group`);
      if ((entry.resourceNames ?? []).length > 0 && (entry.resources ?? []).length === 0) {
        this.#invalid(
          `${path}.resourceNames`,
          goStringList(entry.resourceNames ?? [], isAtLeast(this.#version, 34)),
          "using resourceNames requires at least one resource",
          "names select nothing without resources. List the resources that have these names.",
          `${at}.resourceNames`,
        );
      }
    });
  }

  /** kube-apiserver names the group without the index of its entry. */
  #group(path: string, group: string, at: string): void {
    const star = group === "*" ? ' The group "*" needs Kubernetes 1.36.' : "";
    if (group.length > 253) {
      const limit = "must be no more than 253 characters";
      this.#invalid(path, goQuote(group), limit, `a group has at most 253 characters.`, at);
    }
    if (!subdomain.test(group)) {
      const mend = group.includes("/") ? " Leave the version out." : "";
      const expected = `a group is written as in an apiVersion, in lower case, such as apps or "" for core.${mend}${star}`;
      this.#invalid(path, goQuote(group), subdomainText, expected, at);
    }
  }

  #oneKind(path: string, rule: PolicyRule): void {
    const urls = rule.nonResourceURLs ?? [];
    if (urls.length === 0 || (rule.resources ?? []).length + (rule.namespaces ?? []).length === 0) return;
    this.#invalid(
      path,
      goStringList(urls, isAtLeast(this.#version, 34)),
      "rules cannot apply to both regular resources and non-resource URLs",
      "a rule is for resources (and namespaces) or for URLs. Make two rules of it.",
    );
  }

  #invalid(path: string, value: string, rule: string, expected: string, at = path): void {
    const message = `${shorten(value)} is refused: ${expected}`;
    this.#add("KAUDIT_POLICY_INVALID", path, message, `${path}: Invalid value: ${value}: ${rule}`, at);
  }

  #add(code: PolicyErrorCode, path: string, message: string, apiServerMessage: string, at = path): void {
    const position = nearestPosition(this.#positions, at);
    this.problems.push({ code, path: at, ...position, message: `${at}: ${message}`, apiServerMessage });
  }
}

function shorten(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 77)}...`;
}

/** The place of a field, or of the nearest field around it that stands in the text. */
export function nearestPosition(positions: ReadonlyMap<string, Position>, path: string): Position {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("."), at.lastIndexOf("[")))) {
    const position = positions.get(at);
    if (position !== undefined) return { line: position.line, column: position.column };
  }
  return { line: 1, column: 1 };
}
