import { argumentError } from "../errors.js";

/** Options of `enableAudit`. */
export interface EnableAuditOptions {
  /** Where the policy is on each control plane node. Default: `/etc/kubernetes/audit/policy.yaml`. */
  readonly policyPath?: string;
  /** The audit log on each control plane node. Default: `/var/log/kubernetes/audit/audit.log`. */
  readonly logPath?: string;
  /** Days that rotated files are kept. Default: 30, the least of CIS 1.2.17. */
  readonly maxAgeDays?: number;
  /** Rotated files kept. Default: 10, the least of CIS 1.2.18. */
  readonly maxBackups?: number;
  /** Size at which the file is rotated. Default: 100, the least of CIS 1.2.19. */
  readonly maxSizeMebibytes?: number;
  /** Sends events to a webhook as well. */
  readonly webhook?: {
    /** The whole URL that events are posted to; its path is kept. */
    readonly url: string;
    /** Where its kubeconfig is on each control plane node. Default: beside the policy, `webhook.kubeconfig`. */
    readonly configPath?: string;
    /** The CA file of the receiver, in the directory of the kubeconfig. Default: that of the system. */
    readonly certificateAuthority?: string;
    /** Events in one request at most. Default: 400. */
    readonly batchMaxSize?: number;
    /** How long events wait for a batch. Default: `5s` (kube-apiserver's own is 30s). */
    readonly batchMaxWait?: string;
  };
}

/** What to add to a control plane to turn audit logging on. */
export interface EnableAudit {
  /** For the command of the kube-apiserver container. */
  readonly flags: readonly string[];
  /** YAML for `spec.containers[0].volumeMounts` of the static pod. */
  readonly volumeMounts: string;
  /** YAML for `spec.volumes` of the static pod. */
  readonly volumes: string;
  /** YAML for `apiServer` of a kubeadm ClusterConfiguration, by its version. */
  readonly kubeadm: { readonly v1beta3: string; readonly v1beta4: string };
  /** The kubeconfig of the webhook; null without one. */
  readonly webhookConfig: string | null;
  /** What to do, in order. */
  readonly steps: readonly string[];
}

interface Volume {
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly type: "Directory" | "DirectoryOrCreate";
}

/**
 * Gives the flags, volumes and mounts that turn audit logging on, for static pods and for kubeadm, and the kubeconfig
 * of the webhook. What it gives passes `lintApiServer` without errors and warnings.
 *
 * Directories are mounted, not files: rotation renames the log, and editors replace the policy.
 *
 * @throws PolicyError `KAUDIT_POLICY_ARGUMENT` for paths that are not absolute or in the root directory, numbers that
 * are not positive, and a webhook that is not an http or https URL.
 */
export function enableAudit(options: EnableAuditOptions = {}): EnableAudit {
  const policyPath = checkPath("policyPath", options.policyPath ?? "/etc/kubernetes/audit/policy.yaml");
  const logPath = checkPath("logPath", options.logPath ?? "/var/log/kubernetes/audit/audit.log");
  const { webhook } = options;
  const configPath = checkPath(
    "webhook.configPath",
    webhook?.configPath ?? `${directoryOf(policyPath)}/webhook.kubeconfig`,
  );
  const flags = [
    `--audit-policy-file=${policyPath}`,
    `--audit-log-path=${logPath}`,
    `--audit-log-maxage=${positive("maxAgeDays", options.maxAgeDays ?? 30)}`,
    `--audit-log-maxbackup=${positive("maxBackups", options.maxBackups ?? 10)}`,
    `--audit-log-maxsize=${positive("maxSizeMebibytes", options.maxSizeMebibytes ?? 100)}`,
    ...(webhook === undefined
      ? []
      : [
          `--audit-webhook-config-file=${configPath}`,
          "--audit-webhook-mode=batch",
          `--audit-webhook-batch-max-size=${positive("webhook.batchMaxSize", webhook.batchMaxSize ?? 400)}`,
          `--audit-webhook-batch-max-wait=${checkDuration(webhook.batchMaxWait ?? "5s")}`,
        ]),
  ];
  const volumes = volumesFor(policyPath, logPath, webhook === undefined ? undefined : configPath);
  return {
    flags,
    volumeMounts: volumes.map(mountText).join(""),
    volumes: volumes.map(volumeText).join(""),
    kubeadm: { v1beta3: kubeadmText(flags, volumes, false), v1beta4: kubeadmText(flags, volumes, true) },
    webhookConfig: webhook === undefined ? null : kubeconfigText(webhook, configPath),
    steps: stepsFor(policyPath, logPath, webhook === undefined ? undefined : configPath),
  };
}

function volumesFor(policyPath: string, logPath: string, configPath: string | undefined): readonly Volume[] {
  const policy: Volume = { name: "audit-policy", path: directoryOf(policyPath), readOnly: true, type: "Directory" };
  const log: Volume = { name: "audit-log", path: directoryOf(logPath), readOnly: false, type: "DirectoryOrCreate" };
  const config = configPath === undefined ? policy.path : directoryOf(configPath);
  if (policy.path === log.path || config === log.path) {
    throw argumentError("logPath: expected another directory than that of the policy, which is mounted read-only.");
  }
  if (config === policy.path) return [policy, log];
  return [policy, { name: "audit-webhook", path: config, readOnly: true, type: "Directory" }, log];
}

function mountText({ name, path, readOnly }: Volume): string {
  return `- name: ${name}\n  mountPath: ${path}\n${readOnly ? "  readOnly: true\n" : ""}`;
}

function volumeText({ name, path, type }: Volume): string {
  return `- name: ${name}\n  hostPath:\n    path: ${path}\n    type: ${type}\n`;
}

/** extraArgs are a map in v1beta3 and a list in v1beta4. */
function kubeadmText(flags: readonly string[], volumes: readonly Volume[], isList: boolean): string {
  const args = flags.map((flag) => {
    const [, name = "", value = ""] = /^--([^=]+)=(.*)$/.exec(flag) ?? [];
    const quoted = JSON.stringify(value);
    return isList ? `    - name: ${name}\n      value: ${quoted}\n` : `    ${name}: ${quoted}\n`;
  });
  const extra = volumes.map(
    ({ name, path, readOnly, type }) =>
      `    - name: ${name}\n      hostPath: ${path}\n      mountPath: ${path}\n      readOnly: ${readOnly}\n      pathType: ${type}\n`,
  );
  return `apiServer:\n  extraArgs:\n${args.join("")}  extraVolumes:\n${extra.join("")}`;
}

function kubeconfigText(webhook: NonNullable<EnableAuditOptions["webhook"]>, configPath: string): string {
  if (!/^https?:\/\/[^\s"'\\]+$/.test(webhook.url)) throw argumentError("webhook.url: expected an http or https URL.");
  const authority = webhook.certificateAuthority;
  const file =
    authority === undefined || authority.startsWith("/") ? authority : `${directoryOf(configPath)}/${authority}`;
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- name: audit-receiver",
    "  cluster:",
    "    # Events are posted to this URL, path included.",
    `    server: ${JSON.stringify(webhook.url)}`,
    ...(file === undefined ? [] : [`    certificate-authority: ${JSON.stringify(file)}`]),
    "users:",
    "- name: kube-apiserver",
    "  user: {}",
    "contexts:",
    "- name: audit",
    "  context:",
    "    cluster: audit-receiver",
    "    user: kube-apiserver",
    "current-context: audit",
    "",
  ].join("\n");
}

function stepsFor(policyPath: string, logPath: string, configPath: string | undefined): readonly string[] {
  return [
    `On every control plane node write the policy to ${policyPath}, the same on all of them, and check it: kaudit policy lint ${policyPath}`,
    ...(configPath === undefined
      ? []
      : [`On every control plane node write the webhook's kubeconfig to ${configPath}, with mode 0600.`]),
    "Add the volumes, the mounts and the flags to /etc/kubernetes/manifests/kube-apiserver.yaml, one node after the other; the kubelet restarts the API server by itself.",
    "With kubeadm put the same into the ClusterConfiguration, or an upgrade removes it again.",
    `Wait until kubectl get --raw /readyz answers, and look for lines in ${logPath}. If the API server does not come up, read its messages with crictl logs.`,
    "The policy is read at a start only: after a change of it restart the API server.",
  ];
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function checkPath(name: string, path: string): string {
  if (/^(\/[A-Za-z0-9._-]+){2,}$/.test(path) && !path.split("/").includes("..")) return path;
  throw argumentError(
    `${name}: expected an absolute path of letters, digits, dots, dashes and underscores, in a directory of its own.`,
  );
}

function checkDuration(text: string): string {
  if (/^[0-9]+(ms|s|m)$/.test(text)) return text;
  throw argumentError("webhook.batchMaxWait: expected a duration such as 5s.");
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw argumentError(`${name}: expected a positive whole number.`);
}
