/** A start-up error of kube-apiserver that has to do with audit logging, explained. */
export interface ApiServerLogExplanation {
  /** The line in the log, from 1. */
  readonly line: number;
  /** What happened, in plain words. */
  readonly cause: string;
  /** What to do. */
  readonly mend: string;
}

interface Pattern {
  readonly pattern: RegExp;
  readonly cause: string;
  readonly mend: string;
}

const lint = "Run kaudit policy lint on the file: it names the line.";

/** The first pattern that matches a line explains it, so the special ones come first. */
const patterns: readonly Pattern[] = [
  {
    pattern: /loading audit policy file: .*failed to read file path .*no such file or directory/,
    cause: "The policy file does not exist inside the container.",
    mend: "Add a hostPath volume and a volumeMount for it: the path in --audit-policy-file is that of the container, not of the node.",
  },
  {
    pattern: /loading audit policy file: .*failed to read file path .*is a directory/,
    cause:
      "Where the policy file should be is a directory. A hostPath of type DirectoryOrCreate makes one when the file is missing.",
    mend: "Remove that directory on the node, put the file there, and set the type of the volume to File.",
  },
  {
    pattern: /loading audit policy file: .*failed to read file path .*permission denied/,
    cause: "The policy file cannot be read by the user of the container, or SELinux forbids it.",
    mend: "Give the file to that user, and label it for containers if SELinux is on.",
  },
  {
    pattern: /loading audit policy file: .*loaded illegal policy with 0 rules/,
    cause: "The policy has no rules: the list is missing, empty, or misspelt (the field is rules, in lower case).",
    mend: lint,
  },
  {
    pattern: /loading audit policy file: .*unknown group version field/,
    cause: "The policy file is empty, or has no apiVersion.",
    mend: "Begin it with apiVersion: audit.k8s.io/v1",
  },
  {
    pattern: /loading audit policy file: .*no kind ".*" is registered for version/,
    cause:
      "The policy has an apiVersion or kind that this release does not read; v1beta1 and v1alpha1 are gone since 1.24.",
    mend: "Write apiVersion: audit.k8s.io/v1 and kind: Policy",
  },
  {
    pattern: /loading audit policy file: .*cannot unmarshal/,
    cause:
      "A field of the policy holds the wrong type, such as a single text for a list, or an unquoted y, on or number.",
    mend: lint,
  },
  {
    pattern: /loading audit policy file: .*(yaml: |invalid character)/,
    cause: "The policy file is not valid YAML or JSON.",
    mend: lint,
  },
  {
    pattern: /loading audit policy file: /,
    cause: "kube-apiserver refuses the policy.",
    mend: lint,
  },
  {
    pattern: /unknown flag: --audit-/,
    cause: "There is no audit flag of that name, or flag and value stand in one item with a blank between them.",
    mend: "Check the manifest with kaudit policy lint --api-server: it knows the names.",
  },
  {
    pattern: /invalid argument .* for "--audit-/,
    cause: "An audit flag has a value of the wrong kind.",
    mend: "Numbers are written without units, durations with them (30s), booleans as true or false.",
  },
  {
    pattern: /invalid audit (log|webhook) mode/,
    cause: "The audit mode does not exist.",
    mend: "Use batch, blocking or blocking-strict.",
  },
  {
    pattern: /invalid audit log format/,
    cause: "The audit log format does not exist.",
    mend: "Use json.",
  },
  {
    pattern: /invalid audit batch (log|webhook)/,
    cause: "A batch size, rate or burst is not positive.",
    mend: "Give it a positive number, or leave the flag out.",
  },
  {
    pattern: /invalid audit truncate (log|webhook)/,
    cause:
      "The largest batch is smaller than the largest event, or a size is not positive. This is checked even when truncation is off.",
    mend: "Make --audit-...-truncate-max-batch-size at least as large as --audit-...-truncate-max-event-size.",
  },
  {
    pattern: /--audit-log-max(age|backup|size) .* can't be a negative number/,
    cause: "A limit of the audit log is negative.",
    mend: "Use 0 or more.",
  },
  {
    pattern: /invalid group version, allowed versions are/,
    cause: "--audit-log-version or --audit-webhook-version names a version that does not exist.",
    mend: "Leave the flag out: audit.k8s.io/v1 is the only version.",
  },
  {
    pattern: /ensureLogFile: .*read-only file system/,
    cause: "The directory of the audit log is mounted read-only.",
    mend: "Remove readOnly: true from its volumeMount.",
  },
  {
    pattern: /ensureLogFile: .*permission denied/,
    cause: "The audit log cannot be written by the user of the container.",
    mend: "Give the directory on the node to that user, with mode 0700, and label it for containers if SELinux is on.",
  },
  {
    pattern: /ensureLogFile: .*is a directory/,
    cause: "--audit-log-path names a directory.",
    mend: "Name a file in that directory.",
  },
  {
    pattern: /ensureLogFile: .*no space left on device/,
    cause: "The disk of the audit log is full.",
    mend: "Make room, and set --audit-log-maxage, --audit-log-maxbackup and --audit-log-maxsize.",
  },
  {
    pattern: /ensureLogFile: /,
    cause: "The audit log cannot be opened for writing.",
    mend: "Check that its directory is mounted, writable and a directory.",
  },
  {
    pattern: /initializing audit webhook: /,
    cause:
      "The configuration of the webhook cannot be read: the kubeconfig is missing or broken, or a certificate in it is not mounted.",
    mend: "Mount the kubeconfig and every file that it names.",
  },
  {
    pattern: /Audit policy contains errors, falling back to lenient decoding/,
    cause:
      "The policy has unknown or duplicate fields. They are passed over, and rules are broader than they look; kube-apiserver starts all the same.",
    mend: lint,
  },
  {
    pattern: /No audit policy file provided, no events will be recorded/,
    cause: "A log or a webhook is configured, but no policy: nothing is recorded.",
    mend: "Set --audit-policy-file.",
  },
];

/**
 * Explains the messages about audit logging in the log of a kube-apiserver that does not come up, or comes up without
 * an audit log. Gives nothing for lines that have to do with something else. Never throws.
 */
export function explainApiServerLog(text: string): readonly ApiServerLogExplanation[] {
  const explained = new Set<Pattern>();
  return text.split("\n").flatMap((line, index) => {
    const shortened = line.slice(0, 2000);
    const found = patterns.find(({ pattern }) => pattern.test(shortened));
    if (found === undefined || explained.has(found)) return [];
    explained.add(found);
    return [{ line: index + 1, cause: found.cause, mend: found.mend }];
  });
}
