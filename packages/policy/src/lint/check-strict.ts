import type { IgnoredField } from "../load/go-decode.js";
import { isAtLeast } from "../kubernetes-version.js";
import { quoted } from "../request-words.js";
import { describeRule } from "../rule-words.js";
import type { LintSeverity } from "./finding.js";
import type { LintContext } from "./lint-context.js";
import { nearest } from "./spelling.js";

const policyFields = ["apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"];
const ruleFields = [
  "level",
  "users",
  "userGroups",
  "verbs",
  "resources",
  "namespaces",
  "nonResourceURLs",
  "omitStages",
  "omitManagedFields",
];
const entryFields = ["group", "resources", "resourceNames"];

/** `strict/*`: fields that kube-apiserver passes over, which makes rules broader than they look. */
export function checkStrict(context: LintContext, severity: LintSeverity): void {
  for (const field of context.ignoredFields) {
    const place = { line: field.line, column: field.column };
    if (field.reason === "duplicate") {
      context.addAt("strict/duplicate-key", severity, field.path, place, {
        message: `The field ${quoted(field.key)} stands twice in the same map.`,
        consequence: `The last one counts, the others are passed over. ${logged(context)}`,
        mend: "Keep one of them.",
      });
    } else {
      context.addAt("strict/unknown-field", severity, field.path, place, {
        message: `There is no field ${quoted(field.key)} here.`,
        consequence: `It is passed over${effect(context, field)}. ${logged(context)}`,
        mend: mend(field),
      });
    }
  }
}

function logged({ release }: LintContext): string {
  return isAtLeast(release, 26)
    ? "kube-apiserver starts all the same and only logs a warning."
    : "kube-apiserver starts all the same, and before 1.26 without a warning.";
}

/** What the rule means without the field. */
function effect({ rules }: LintContext, { path }: IgnoredField): string {
  const index = /^rules\[(\d+)\]/.exec(path)?.[1];
  const rule = index === undefined ? undefined : rules[Number(index)];
  if (rule === undefined) return "";
  return `, and the rule is broader than it looks: level ${rule.level ?? ""} for ${describeRule(rule)}`;
}

function mend({ path, key }: IgnoredField): string {
  const inEntry = /^rules\[\d+\]\.resources\[\d+\]\./.test(path);
  const inRule = !inEntry && /^rules\[\d+\]\./.test(path);
  const fields = inEntry ? entryFields : inRule ? ruleFields : policyFields;
  if (inEntry && ruleFields.includes(key)) return `${quoted(key)} belongs to the rule: indent it as level is.`;
  if (inRule && entryFields.includes(key)) return `${quoted(key)} belongs to an entry of resources: put it there.`;
  const similar =
    fields.find((field) => field.toLowerCase() === key.toLowerCase()) ??
    fields.find((field) => field === `${key}s`) ??
    nearest(key, fields);
  if (similar !== undefined) return `Write ${similar}.`;
  return `Remove it, or correct the name. The fields here are ${fields.join(", ")}.`;
}
