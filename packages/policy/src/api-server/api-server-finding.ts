import type { KubernetesVersion } from "../kubernetes-version.js";
import type { LintSeverity } from "../lint/finding.js";
import type { PolicyInput } from "../policy.js";
import { findFlag } from "./api-server-configuration.js";
import type { ApiServerConfiguration, ApiServerFlag } from "./api-server-configuration.js";

/** Something about the flags and mounts of a kube-apiserver that its operator should know. */
export interface ApiServerFinding {
  /** The check, such as `mount/policy-missing`: see `apiServerChecks`. */
  readonly id: string;
  readonly severity: LintSeverity;
  /** The flag that it is about, without dashes; null for the manifest as a whole. */
  readonly flag: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly consequence: string;
  readonly mend: string;
}

/** What checks of a kube-apiserver look at, and where they put what they find. */
export class ApiServerContext {
  readonly findings: ApiServerFinding[] = [];
  readonly configuration: ApiServerConfiguration;
  readonly release: KubernetesVersion;
  readonly policy: PolicyInput | undefined;
  readonly freeBytes: number | undefined;
  readonly webhookConfig: string | undefined;

  constructor(input: {
    readonly configuration: ApiServerConfiguration;
    readonly release: KubernetesVersion;
    readonly policy: PolicyInput | undefined;
    readonly freeBytes: number | undefined;
    readonly webhookConfig: string | undefined;
  }) {
    this.configuration = input.configuration;
    this.release = input.release;
    this.policy = input.policy;
    this.freeBytes = input.freeBytes;
    this.webhookConfig = input.webhookConfig;
  }

  flag(name: string): ApiServerFlag | undefined {
    return findFlag(this.configuration, name);
  }

  /** The value of a flag; undefined when it is not given or has none. */
  value(name: string): string | undefined {
    return this.flag(name)?.value ?? undefined;
  }

  add(
    id: string,
    severity: LintSeverity,
    about: { readonly flag?: string; readonly line?: number },
    text: Pick<ApiServerFinding, "message" | "consequence" | "mend">,
  ): void {
    const line = about.line ?? (about.flag === undefined ? undefined : this.flag(about.flag)?.line);
    this.findings.push({ id, severity, flag: about.flag ?? null, line: line ?? null, ...text });
  }
}
