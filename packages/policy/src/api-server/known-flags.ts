/** What kube-apiserver expects as the value of a flag. */
export type FlagKind = "text" | "bool" | "count" | "duration" | "rate" | "mode" | "format" | "version";

const batch: readonly (readonly [string, FlagKind])[] = [
  ["mode", "mode"],
  ["batch-buffer-size", "count"],
  ["batch-max-size", "count"],
  ["batch-max-wait", "duration"],
  ["batch-throttle-enable", "bool"],
  ["batch-throttle-qps", "rate"],
  ["batch-throttle-burst", "count"],
  ["truncate-enabled", "bool"],
  ["truncate-max-batch-size", "count"],
  ["truncate-max-event-size", "count"],
  ["version", "version"],
];

/** Every audit flag of kube-apiserver 1.24 and newer (kubernetes/apiserver `pkg/server/options/audit.go`). */
export const knownAuditFlags: ReadonlyMap<string, FlagKind> = new Map([
  ["audit-policy-file", "text"],
  ["audit-log-path", "text"],
  ["audit-log-maxage", "count"],
  ["audit-log-maxbackup", "count"],
  ["audit-log-maxsize", "count"],
  ["audit-log-compress", "bool"],
  ["audit-log-format", "format"],
  ["audit-webhook-config-file", "text"],
  ["audit-webhook-initial-backoff", "duration"],
  ["audit-webhook-batch-initial-backoff", "duration"],
  ...batch.map(([name, kind]): [string, FlagKind] => [`audit-log-${name}`, kind]),
  ...batch.map(([name, kind]): [string, FlagKind] => [`audit-webhook-${name}`, kind]),
]);

/** Flags that older releases had, with the release that removed them. */
export const removedAuditFlags: Readonly<Record<string, string>> = {
  "audit-dynamic-configuration": "1.19",
};

const expectations: Readonly<Record<FlagKind, readonly [pattern: RegExp, words: string]>> = {
  text: [/^.+$/s, "a path"],
  bool: [/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/, "true or false"],
  count: [/^[0-9]+$/, "a whole number that is not negative"],
  duration: [
    /^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)([0-9.]+(ns|us|µs|ms|s|m|h))*$|^0$/,
    "a duration such as 30s",
  ],
  rate: [/^[0-9]+(\.[0-9]+)?$/, "a number"],
  mode: [/^(batch|blocking|blocking-strict)$/, "batch, blocking or blocking-strict"],
  format: [/^(json|legacy)$/, "json or legacy"],
  version: [/^audit\.k8s\.io\/v1$/, "audit.k8s.io/v1"],
};

/** What a flag expects, in words, if `value` is not it. */
export function expectedInstead(kind: FlagKind, value: string): string | undefined {
  const [pattern, words] = expectations[kind];
  return pattern.test(value) ? undefined : words;
}
