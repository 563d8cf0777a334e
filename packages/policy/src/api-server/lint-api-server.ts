import { parseKubernetesVersion } from "../kubernetes-version.js";
import { compareFindingSeverity } from "../lint/finding.js";
import type { LintCheck } from "../lint/lint-checks.js";
import type { PolicyInput } from "../policy.js";
import type { ApiServerConfiguration } from "./api-server-configuration.js";
import { ApiServerContext } from "./api-server-finding.js";
import type { ApiServerFinding } from "./api-server-finding.js";
import { checkBenchmarkFlags } from "./check-benchmark-flags.js";
import { checkFlags } from "./check-flags.js";
import { checkMounts } from "./check-mounts.js";
import { readApiServer } from "./read-api-server.js";

/** Options of `lintApiServer`. */
export interface LintApiServerOptions {
  /** The release of the kube-apiserver, such as `1.33`: defaults of flags depend on it. Default: the newest known. */
  readonly targetVersion?: string;
  /** Free space where the audit log is written. Default: not known, not checked. */
  readonly freeBytes?: number;
  /** The text of the webhook's kubeconfig, to check that the files it names are mounted. */
  readonly webhookConfig?: string;
}

/** The answer of `lintApiServer`. */
export interface ApiServerReport {
  readonly configuration: ApiServerConfiguration;
  /** The worst first. */
  readonly findings: readonly ApiServerFinding[];
}

/**
 * Checks the audit flags, volumes and mounts of a kube-apiserver: will it start, will it write, will the log survive,
 * and does it meet the CIS Kubernetes Benchmark.
 *
 * The text is a static pod manifest, a kubeadm ClusterConfiguration (v1beta3, v1beta4), or a plain list of flags (whose
 * mounts cannot be checked). With the policy the audit mode is checked against the stages that it omits.
 *
 * @throws PolicyError `KAUDIT_POLICY_SYNTAX` for a text that is none of these, `KAUDIT_POLICY_LIMIT` for one that is
 * too large, and `KAUDIT_POLICY_ARGUMENT` for a `targetVersion` that is no release.
 */
export function lintApiServer(
  manifestText: string,
  policy?: PolicyInput,
  options: LintApiServerOptions = {},
): ApiServerReport {
  const configuration = readApiServer(manifestText);
  const context = new ApiServerContext({
    configuration,
    policy,
    release: parseKubernetesVersion(options.targetVersion),
    freeBytes: options.freeBytes,
    webhookConfig: options.webhookConfig,
  });
  checkBenchmarkFlags(context);
  checkFlags(context);
  checkMounts(context);
  return { configuration, findings: context.findings.toSorted(compareFindingSeverity) };
}

/** Every check of `lintApiServer`. Ids never change their meaning. */
export const apiServerChecks: readonly LintCheck[] = [
  { id: "cis/3.2.1", severity: "error", title: "A policy file is set" },
  { id: "cis/1.2.16", severity: "warning", title: "A log path is set" },
  { id: "cis/1.2.17", severity: "warning", title: "Rotated files are kept for 30 days" },
  { id: "cis/1.2.18", severity: "warning", title: "10 rotated files are kept" },
  { id: "cis/1.2.19", severity: "warning", title: "Files are rotated at 100 MiB" },
  { id: "flags/unknown", severity: "error", title: "An audit flag does not exist" },
  { id: "flags/value", severity: "error", title: "A flag has a value that is refused or has no effect" },
  { id: "flags/backend-none", severity: "error", title: "A policy without a backend, or a backend without a policy" },
  { id: "flags/stdout", severity: "warning", title: "The audit log goes to standard output" },
  { id: "flags/strict-omit", severity: "warning", title: "blocking-strict without RequestReceived" },
  { id: "flags/disk", severity: "error", title: "The audit log fills the disk" },
  { id: "flags/event-gt-maxsize", severity: "warning", title: "Events can be larger than a log file" },
  { id: "mount/policy-missing", severity: "error", title: "The policy file is not mounted" },
  { id: "mount/log-missing", severity: "error", title: "The audit log is not on the host" },
  { id: "mount/log-file", severity: "error", title: "The audit log is mounted as a file" },
  { id: "mount/readonly", severity: "error", title: "The log is mounted read-only, or the policy writable" },
  { id: "mount/type", severity: "error", title: "The type of the policy's volume does not fit" },
  { id: "mount/webhook", severity: "error", title: "Files of the webhook are not mounted" },
  { id: "mount/subpath-editors", severity: "info", title: "The policy is mounted as a single file" },
  { id: "pod/user", severity: "warning", title: "The container does not run as root" },
  { id: "ha", severity: "info", title: "Each control plane node has an audit log of its own" },
];
