import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { LintCheck, LintSeverity } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import { version } from "../../command-line/version.js";
import type { PlacedFinding } from "./placed-finding.js";

const schema = "https://json.schemastore.org/sarif-2.1.0.json";
const levels: Readonly<Record<LintSeverity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** Checks of the policy and of the API server share ids where they answer the same requirement: one rule for both. */
function uniqueChecks(checks: readonly LintCheck[]): readonly LintCheck[] {
  return [...new Map(checks.toReversed().map((check) => [check.id, check])).values()].toReversed();
}

/** A URI for a file as it was given: relative ones stay so, and code review finds them in the repository. */
function fileUri(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  const parts = file
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "")
    .split("/");
  return parts.map((part) => encodeURIComponent(part)).join("/");
}

/**
 * Writes findings as a SARIF 2.1.0 log: every check as a rule, every finding as a result with its place, so that code
 * review shows it on its line. Columns count UTF-16 units. A finding about the file as a whole stands on line 1.
 */
export function sarifLog(findings: readonly PlacedFinding[], checks: readonly LintCheck[]): object {
  const rules = uniqueChecks(checks);
  const results = findings.map(({ id, severity, file, line, column, message, consequence, mend }) => {
    const ruleIndex = rules.findIndex((rule) => rule.id === id);
    const region = { startLine: line ?? 1, ...(column === null ? {} : { startColumn: column }) };
    return {
      ruleId: id,
      ...(ruleIndex === -1 ? {} : { ruleIndex }),
      level: levels[severity],
      message: { text: visibleString(`${message} ${consequence} ${mend}`) },
      locations: [{ physicalLocation: { artifactLocation: { uri: fileUri(file) }, region } }],
    };
  });
  const driver = {
    name: "kaudit",
    semanticVersion: version,
    informationUri: "https://github.com/kaudit/kaudit",
    rules: rules.map(({ id, severity, title }) => ({
      id,
      shortDescription: { text: title },
      defaultConfiguration: { level: levels[severity] },
    })),
  };
  return { $schema: schema, version: "2.1.0", runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }] };
}
