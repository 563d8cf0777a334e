import { PolicyError } from "../errors.js";
import type { PolicyProblem } from "../errors.js";
import { isAtLeast, parseKubernetesVersion } from "../kubernetes-version.js";
import type { KubernetesVersion } from "../kubernetes-version.js";
import { loadPolicy } from "../load/load-policy.js";
import type { LoadedPolicy } from "../load/load-policy.js";
import type { PolicyInput } from "../policy.js";
import { checkBenchmark } from "./check-cis.js";
import type { BenchmarkResult } from "./check-cis.js";
import { checkGaps } from "./check-gaps.js";
import { checkLiterals } from "./check-literals.js";
import { checkNoneRules } from "./check-none-rules.js";
import { checkReach } from "./check-reach.js";
import { checkResources } from "./check-resources.js";
import { checkScopes } from "./check-scopes.js";
import { checkSecretBodies } from "./check-secret-bodies.js";
import { checkStages } from "./check-stages.js";
import { checkStrict } from "./check-strict.js";
import { checkStyle } from "./check-style.js";
import { checkUrls } from "./check-urls.js";
import { checkUsers } from "./check-users.js";
import { checkVerbs } from "./check-verbs.js";
import { checkVolume } from "./check-volume.js";
import { compareFindings } from "./finding.js";
import type { LintFinding, LintSeverity } from "./finding.js";
import { LintContext } from "./lint-context.js";
import type { AuditLogMode } from "./lint-context.js";

/** Options of `lintPolicy`. */
export interface LintPolicyOptions {
  /** The release of the kube-apiserver that will read the policy, such as `1.33`. Default: the newest known. */
  readonly targetVersion?: string;
  /** The mode of the audit log (`--audit-log-mode`), if known: `blocking-strict` needs RequestReceived. */
  readonly logMode?: AuditLogMode;
  /** How bad unknown and duplicate fields are, with which kube-apiserver starts all the same. Default: warning. */
  readonly strictSeverity?: LintSeverity;
}

/** The answer of `lintPolicy`. */
export interface LintReport {
  /** In the order of the text. */
  readonly findings: readonly LintFinding[];
  /** CIS Kubernetes Benchmark 3.2.1 and 3.2.2; empty when the policy cannot be loaded. */
  readonly benchmark: readonly BenchmarkResult[];
  /** The policy, if it can be loaded. */
  readonly policy: PolicyInput | null;
}

/**
 * Looks for mistakes in an audit policy, given as text (then findings have lines) or as a loaded policy.
 *
 * Shadowing, hidden evidence and exposed secrets are found by exact reasoning about the sets of requests that rules
 * match, not by comparing words: each such finding names a request, and evaluating it proves the finding. A text that
 * kube-apiserver refuses gives `load/*` findings instead of an exception.
 *
 * @throws PolicyError `KAUDIT_POLICY_ARGUMENT` for a `targetVersion` that is no release.
 */
export function lintPolicy(source: string | Uint8Array | PolicyInput, options: LintPolicyOptions = {}): LintReport {
  const release = parseKubernetesVersion(options.targetVersion);
  const loaded =
    typeof source === "string" || source instanceof Uint8Array ? tryLoad(source, release) : withoutText(source);
  if (loaded instanceof PolicyError) return { findings: loaded.problems.map(loadFinding), benchmark: [], policy: null };
  const context = new LintContext({ ...loaded, release, logMode: options.logMode });
  checkRelease(context);
  checkStrict(context, options.strictSeverity ?? "warning");
  checkReach(context);
  checkNoneRules(context);
  checkSecretBodies(context);
  checkGaps(context);
  checkVerbs(context);
  checkLiterals(context);
  checkResources(context);
  checkScopes(context);
  checkUsers(context);
  checkUrls(context);
  checkStages(context);
  checkVolume(context);
  const benchmark = checkBenchmark(context);
  checkStyle(context);
  return { findings: context.findings.toSorted(compareFindings), benchmark, policy: loaded.policy };
}

type Loaded = Pick<LoadedPolicy, "ignoredFields" | "positions"> & { readonly policy: PolicyInput };

function withoutText(policy: PolicyInput): Loaded {
  return { policy, ignoredFields: [], positions: new Map() };
}

/** What only older releases read is read as they do; what they refuse and the newest reads is a finding of its own. */
function tryLoad(source: string | Uint8Array, release: KubernetesVersion): Loaded | PolicyError {
  const kubernetesVersion = `${release.major}.${release.minor}`;
  try {
    return loadPolicy(source, isAtLeast(release, 24) ? {} : { kubernetesVersion });
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}

function loadFinding({ code, path, line, column, message, apiServerMessage }: PolicyProblem): LintFinding {
  const rule = /^rules\[(\d+)\]/.exec(path)?.[1];
  const end = message.search(/[.!?] [A-Z]/);
  return {
    id: `load/${code.replace("KAUDIT_POLICY_", "").toLowerCase().replaceAll("_", "-")}`,
    severity: "error",
    ruleIndex: rule === undefined ? null : Number(rule),
    path,
    line,
    column,
    message: end === -1 ? message : message.slice(0, end + 1),
    consequence:
      apiServerMessage === ""
        ? "The policy is not read any further here."
        : `kube-apiserver does not start: ${apiServerMessage}`,
    mend: end === -1 ? "Correct the place." : message.slice(end + 2),
  };
}

/** What an older release refuses although the newest does not. */
function checkRelease(context: LintContext): void {
  const { release, rules } = context;
  if (isAtLeast(release, 36)) return;
  rules.forEach((rule, index) => {
    (rule.resources ?? []).forEach((entry, at) => {
      if (entry.group !== "*") return;
      context.add("version/group-star", "error", `rules[${index}].resources[${at}].group`, {
        message: `The group "*" is understood since Kubernetes 1.36, and the target is ${release.major}.${release.minor}.`,
        consequence: "kube-apiserver does not start with this policy.",
        mend: "List the groups one by one.",
      });
    });
  });
}
