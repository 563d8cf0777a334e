import type { GroupResources, Policy, PolicyRule } from "../policy.js";

/** A rule with the comment that stands above it. */
export interface CommentedRule {
  readonly comment: readonly string[];
  readonly rule: PolicyRule;
}

const width = 100;

/**
 * Writes a policy as YAML with a comment above each rule. Every text is quoted, so that YAML 1.1 reads none of them as
 * a boolean or a number.
 */
export function writePolicy(
  policy: Omit<Policy, "rules">,
  header: readonly string[],
  rules: readonly CommentedRule[],
): string {
  const lines = [
    ...header.flatMap((line) => wrapComment(line, "")),
    "apiVersion: audit.k8s.io/v1",
    "kind: Policy",
    ...stringList("omitStages", policy.omitStages, ""),
    ...(policy.omitManagedFields === true ? ["omitManagedFields: true"] : []),
    "rules:",
    ...rules.flatMap(({ comment, rule }) => [
      ...comment.flatMap((line) => wrapComment(line, "  ")),
      ...writeRule(rule),
      "",
    ]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function writeRule(rule: PolicyRule): string[] {
  const fields = [
    `level: ${rule.level}`,
    ...stringList("users", rule.users, ""),
    ...stringList("userGroups", rule.userGroups, ""),
    ...stringList("verbs", rule.verbs, ""),
    ...(rule.resources === undefined ? [] : ["resources:", ...rule.resources.flatMap(writeEntry)]),
    ...stringList("namespaces", rule.namespaces, ""),
    ...stringList("nonResourceURLs", rule.nonResourceURLs, ""),
    ...stringList("omitStages", rule.omitStages, ""),
  ];
  return fields.map((line, index) => `  ${index === 0 ? "- " : "  "}${line}`);
}

function writeEntry({ group, resources, resourceNames }: GroupResources): string[] {
  return [
    `  - group: ${JSON.stringify(group ?? "")}${(group ?? "") === "" ? " # core" : ""}`,
    ...stringList("resources", resources, "    "),
    ...stringList("resourceNames", resourceNames, "    "),
  ];
}

function stringList(name: string, values: readonly string[] | undefined, indent: string): string[] {
  if (values === undefined || values.length === 0) return [];
  const line = `${indent}${name}: [${values.map((value) => JSON.stringify(value)).join(", ")}]`;
  if (line.length <= width) return [line];
  return [`${indent}${name}:`, ...values.map((value) => `${indent}  - ${JSON.stringify(value)}`)];
}

function wrapComment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > width && line !== `${indent}#`) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += word === "" ? "" : ` ${word}`;
  }
  return [...lines, line];
}
