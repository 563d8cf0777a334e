import { argumentError } from "./errors.js";

/** A Kubernetes release by its two numbers. */
export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
}

/** The newest release whose policy rules this package knows (kubernetes/apiserver, 1.37 development, July 2026). */
const newestKubernetesVersion: KubernetesVersion = { major: 1, minor: 37 };

/**
 * Reads `1.36`, `v1.36.2` or `v1.36.2-gke.100`; undefined means the newest known release.
 *
 * Throws `KAUDIT_POLICY_ARGUMENT` for anything else.
 */
export function parseKubernetesVersion(text: string | undefined): KubernetesVersion {
  if (text === undefined) return newestKubernetesVersion;
  const match = /^v?(\d{1,3})\.(\d{1,3})([.+-][-+.0-9A-Za-z]*)?$/.exec(text.trim());
  if (match === null) {
    throw argumentError("kubernetesVersion: expected a release such as 1.36 or v1.36.2.");
  }
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether `version` is 1.`minor` or newer. */
export function isAtLeast(version: KubernetesVersion, minor: number): boolean {
  return version.major > 1 || (version.major === 1 && version.minor >= minor);
}
