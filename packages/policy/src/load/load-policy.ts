import { PolicyError } from "../errors.js";
import type { PolicyProblem } from "../errors.js";
import { isAtLeast, parseKubernetesVersion } from "../kubernetes-version.js";
import type { KubernetesVersion } from "../kubernetes-version.js";
import type { Policy } from "../policy.js";
import { decodeAs } from "./go-decode.js";
import type { Decoded, IgnoredField } from "./go-decode.js";
import { internalPolicyShape, policyShape } from "./go-shape.js";
import { readJsonTree } from "./json-tree.js";
import { LoadingFailure } from "./loading-failure.js";
import { normalizePolicy } from "./normalize-policy.js";
import { readPolicyText } from "./policy-text.js";
import type { PolicyTree, Position } from "./policy-value.js";
import { findPolicyVersion } from "./policy-version.js";
import type { PolicyVersion } from "./policy-version.js";
import { nearestPosition, validatePolicy } from "./validate-policy.js";
import { readYamlTree } from "./yaml-tree.js";

/** Options of `loadPolicy`. */
export interface LoadPolicyOptions {
  /** The release of the kube-apiserver that would read the policy, such as `1.33`. Default: the newest known. */
  readonly kubernetesVersion?: string;
  /** Larger texts are refused. Default: 131,072 bytes; policies in use have 2 to 30 thousand. */
  readonly maxBytes?: number;
}

/** A policy that kube-apiserver would start with. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** Exactly what kube-apiserver would log about it; it starts all the same. */
  readonly warnings: readonly string[];
  /** The fields that it passes over: unknown ones, and all but the last of duplicates. */
  readonly ignoredFields: readonly IgnoredField[];
  /** Where a field stands in the text, by its path (`rules[0].resources[1].group`). */
  readonly positions: ReadonlyMap<string, Position>;
}

const defaultMaxBytes = 128 * 1024;
/** More problems than these are in `problems`, and only counted in the message. */
const maxListed = 20;

/**
 * Loads an audit policy as kube-apiserver does (`LoadPolicyFromBytes`) and gives the policy with the warnings that
 * kube-apiserver logs.
 *
 * A text whose first character is `{` is JSON, any other the first document of YAML 1.1. Unknown and duplicate
 * fields only cause a warning, since 1.26; before, they were dropped without one.
 *
 * @throws PolicyError when kube-apiserver would refuse to start, with every problem and its place; also for texts
 * that are too large (`maxBytes`), nested more than 1,000 levels deep, or not UTF-8 (`KAUDIT_POLICY_LIMIT`,
 * `KAUDIT_POLICY_ENCODING`).
 */
export function loadPolicy(source: string | Uint8Array, options: LoadPolicyOptions = {}): LoadedPolicy {
  const release = parseKubernetesVersion(options.kubernetesVersion);
  const warnings: string[] = [];
  try {
    return load(source, options.maxBytes ?? defaultMaxBytes, release, warnings);
  } catch (error) {
    if (error instanceof LoadingFailure) throw policyError([error.problem], error.problem.apiServerMessage, warnings);
    throw error;
  }
}

function load(
  source: string | Uint8Array,
  maxBytes: number,
  release: KubernetesVersion,
  warnings: string[],
): LoadedPolicy {
  const { format, text } = readPolicyText(source, maxBytes);
  const tree = format === "json" ? readJsonTree(text) : readYamlTree(text);
  const version = findPolicyVersion(tree.root, release);
  const decoded = decodeAs(version === "internal" ? internalPolicyShape : policyShape, tree.root);
  const [typeError] = decoded.typeErrors;
  if (typeError !== undefined) throw policyError(decoded.typeErrors, typeError.apiServerMessage, warnings);
  warnings.push(...strictWarnings(tree, decoded, release), ...versionWarnings(version));
  if (version === "internal") throw missingVersion(tree.root, warnings);

  const policy = normalizePolicy(decoded.value);
  const problems = validatePolicy(policy, decoded.positions, release);
  if (problems.length > 0) throw policyError(problems, aggregate(problems), warnings);
  if (policy.rules.length === 0) throw noRules(decoded.positions, warnings);
  const duplicates = tree.duplicates.map(({ key, line, column }): IgnoredField => ({
    reason: "duplicate",
    path: "",
    key,
    line,
    column,
  }));
  return { policy, warnings, ignoredFields: [...duplicates, ...decoded.ignored], positions: decoded.positions };
}

/** Strict decoding came with 1.26; what it refuses is logged, and the text is decoded again without it. */
function strictWarnings(tree: PolicyTree, decoded: Decoded, release: KubernetesVersion): string[] {
  if (!isAtLeast(release, 26)) return [];
  const errors = [...decoded.strictErrors];
  if (tree.duplicates.length > 0) {
    const lines = tree.duplicates.map((duplicate) => `\n  ${duplicate.apiServerMessage}`);
    errors.unshift(`yaml: unmarshal errors:${lines.join("")}`);
  }
  if (errors.length === 0) return [];
  return [
    `Audit policy contains errors, falling back to lenient decoding: strict decoding error: ${errors.join(", ")}`,
  ];
}

function versionWarnings(version: PolicyVersion): string[] {
  if (version === "v1" || version === "internal") return [];
  return [
    `"audit.k8s.io/${version}" is deprecated and will be removed in a future release, use "audit.k8s.io/v1" instead`,
  ];
}

function missingVersion(place: Position, warnings: readonly string[]): PolicyError {
  const apiServerMessage = "unknown group version field audit.k8s.io/__internal, Kind=Policy in policy";
  const problem: PolicyProblem = {
    code: "KAUDIT_POLICY_VERSION",
    path: "apiVersion",
    line: place.line,
    column: place.column,
    message: "apiVersion is missing. Begin the file with: apiVersion: audit.k8s.io/v1",
    apiServerMessage,
  };
  return policyError([problem], apiServerMessage, warnings);
}

function noRules(positions: ReadonlyMap<string, Position>, warnings: readonly string[]): PolicyError {
  const apiServerMessage = "loaded illegal policy with 0 rules";
  const problem: PolicyProblem = {
    code: "KAUDIT_POLICY_NO_RULES",
    path: "rules",
    ...nearestPosition(positions, "rules"),
    message:
      "The policy has no rules, and kube-apiserver does not start with such a policy. Add one: - level: Metadata",
    apiServerMessage,
  };
  return policyError([problem], apiServerMessage, warnings);
}

/** Several errors print as a list; equal texts only once (apimachinery `Aggregate`). */
function aggregate(problems: readonly PolicyProblem[]): string {
  const texts = [...new Set(problems.map((problem) => problem.apiServerMessage))];
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

function policyError(
  problems: readonly PolicyProblem[],
  apiServerMessage: string,
  warnings: readonly string[],
): PolicyError {
  const lines = problems
    .slice(0, maxListed)
    .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
  if (problems.length > maxListed) lines.push(`and ${problems.length - maxListed} more`);
  const message =
    lines.length === 1
      ? `Audit policy: ${lines[0] ?? ""}`
      : `Audit policy: ${problems.length} problems\n  ${lines.join("\n  ")}`;
  const code = problems[0]?.code ?? "KAUDIT_POLICY_INVALID";
  return new PolicyError(code, message, { problems, apiServerMessage, warnings });
}
