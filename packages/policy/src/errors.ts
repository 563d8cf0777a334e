import { KauditError } from "@kaudit/schema";

/**
 * Why a policy, an option or a kube-apiserver manifest was refused. A code never changes its meaning.
 *
 * - `KAUDIT_POLICY_ENCODING`: the bytes are not text in an encoding kube-apiserver reads.
 * - `KAUDIT_POLICY_LIMIT`: larger, deeper or with more alias expansion than is read.
 * - `KAUDIT_POLICY_SYNTAX`: not YAML (or, when it starts with `{`, not JSON).
 * - `KAUDIT_POLICY_VERSION`: `apiVersion` or `kind` is missing or not one that kube-apiserver decodes.
 * - `KAUDIT_POLICY_TYPE`: a field holds another type than the API has there.
 * - `KAUDIT_POLICY_REQUIRED`: a required field is empty.
 * - `KAUDIT_POLICY_INVALID`: a value that validation refuses.
 * - `KAUDIT_POLICY_NO_RULES`: no rule at all.
 * - `KAUDIT_POLICY_ARGUMENT`: an option of a function in this package has a value it does not know.
 */
export type PolicyErrorCode =
  | "KAUDIT_POLICY_ENCODING"
  | "KAUDIT_POLICY_LIMIT"
  | "KAUDIT_POLICY_SYNTAX"
  | "KAUDIT_POLICY_VERSION"
  | "KAUDIT_POLICY_TYPE"
  | "KAUDIT_POLICY_REQUIRED"
  | "KAUDIT_POLICY_INVALID"
  | "KAUDIT_POLICY_NO_RULES"
  | "KAUDIT_POLICY_ARGUMENT";

/** One thing wrong with a policy text: where it is, what it is, and how kube-apiserver words it. */
export interface PolicyProblem {
  readonly code: PolicyErrorCode;
  /** The field, as `rules[0].resources[1].group`; empty for the text as a whole. */
  readonly path: string;
  /** Line in the text, from 1. */
  readonly line: number;
  /** Column in the line, from 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong, what was expected, and what to do, in one sentence. */
  readonly message: string;
  /** The words of kube-apiserver for the same problem; empty where the limit is this package's own. */
  readonly apiServerMessage: string;
}

/**
 * Thrown when a policy cannot be loaded, and for arguments that make no sense.
 *
 * `code` is that of the first problem; `problems` holds all of them in the order in which kube-apiserver finds them.
 */
export class PolicyError extends KauditError<PolicyErrorCode> {
  readonly problems: readonly PolicyProblem[];
  /** What kube-apiserver prints (after `loading audit policy file: `) before it exits; empty when it would not. */
  readonly apiServerMessage: string;
  /** What kube-apiserver has logged by then: see `LoadedPolicy.warnings`. */
  readonly warnings: readonly string[];

  constructor(
    code: PolicyErrorCode,
    message: string,
    options: {
      problems?: readonly PolicyProblem[];
      apiServerMessage?: string;
      warnings?: readonly string[];
      cause?: unknown;
    } = {},
  ) {
    const problems = options.problems ?? [];
    super(code, message, { details: { problems }, ...(options.cause === undefined ? {} : { cause: options.cause }) });
    this.problems = problems;
    this.apiServerMessage = options.apiServerMessage ?? "";
    this.warnings = options.warnings ?? [];
  }
}

/** The error for an argument or option that a function of this package does not know. */
export function argumentError(message: string): PolicyError {
  return new PolicyError("KAUDIT_POLICY_ARGUMENT", message);
}
