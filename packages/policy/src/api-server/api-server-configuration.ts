/** Where the settings of a kube-apiserver were read from. */
export type ApiServerSource = "static-pod" | "kubeadm-v1beta3" | "kubeadm-v1beta4" | "flags";

/** One command line flag. */
export interface ApiServerFlag {
  /** Without dashes: `audit-log-path`. */
  readonly name: string;
  /** Null for a flag without a value, which only booleans can be. */
  readonly value: string | null;
  /** Line in the text, from 1. */
  readonly line: number;
  /** True when flag and value stand in one list item with a blank between them, which kube-apiserver does not split. */
  readonly isUnsplit: boolean;
}

/** A directory or file of the host, or another volume, as the container sees it. */
export interface ApiServerMount {
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** The path on the host; null for other volumes (emptyDir, configMap, …). */
  readonly hostPath: string | null;
  /** `File`, `FileOrCreate`, `Directory`, `DirectoryOrCreate`, or empty for unchecked. */
  readonly hostPathType: string;
  readonly subPath: string;
  readonly line: number;
}

/** The settings of a kube-apiserver that have to do with its audit log. */
export interface ApiServerConfiguration {
  readonly source: ApiServerSource;
  readonly flags: readonly ApiServerFlag[];
  /** Null when the text does not tell, as a plain list of flags. */
  readonly mounts: readonly ApiServerMount[] | null;
  /** The user that the container runs as; null when not set. */
  readonly runAsUser: number | null;
  readonly runAsNonRoot: boolean;
}

/** The flag of that name that counts: the last one. */
export function findFlag(configuration: ApiServerConfiguration, name: string): ApiServerFlag | undefined {
  return configuration.flags.findLast((flag) => flag.name === name);
}
