import { isAtLeast } from "../kubernetes-version.js";
import { nearest } from "../lint/spelling.js";
import { quoted } from "../request-words.js";
import type { ApiServerContext } from "./api-server-finding.js";
import { booleanFlags } from "./flag-list.js";
import { expectedInstead, knownAuditFlags, removedAuditFlags } from "./known-flags.js";

const crash = "kube-apiserver does not start.";

/** `flags/*`: flags that are unknown, wrong, without effect, or that lose events. */
export function checkFlags(context: ApiServerContext): void {
  checkNames(context);
  checkValues(context);
  checkBackends(context);
  checkModes(context);
  checkDisk(context);
}

function checkNames(context: ApiServerContext): void {
  const seen = new Set<string>();
  for (const { name, line, isUnsplit } of context.configuration.flags) {
    if (!name.startsWith("audit-")) continue;
    if (isUnsplit) {
      context.add(
        "flags/value",
        "error",
        { flag: name, line },
        {
          message: `--${name} and its value stand in one item, with a blank between them.`,
          consequence: `The item is not split: kube-apiserver looks for a flag of that whole name. ${crash}`,
          mend: `Write --${name}=VALUE.`,
        },
      );
    }
    if (!knownAuditFlags.has(name)) reportUnknown(context, name, line);
    if (seen.has(name)) {
      context.add(
        "flags/value",
        "warning",
        { flag: name, line },
        {
          message: `--${name} is given more than once.`,
          consequence: "The last one counts, the others have no effect.",
          mend: "Remove all but one.",
        },
      );
    }
    seen.add(name);
  }
}

function reportUnknown(context: ApiServerContext, name: string, line: number): void {
  const removed = Object.hasOwn(removedAuditFlags, name) ? removedAuditFlags[name] : undefined;
  const similar = nearest(name, knownAuditFlags.keys());
  context.add(
    "flags/unknown",
    "error",
    { flag: name, line },
    {
      message:
        removed === undefined
          ? `There is no flag --${quoted(name).slice(1, -1)}.`
          : `The flag --${name} was removed in Kubernetes ${removed}.`,
      consequence: `kube-apiserver stops with "unknown flag". ${crash}`,
      mend: similar === undefined || removed !== undefined ? "Remove it." : `Write --${similar}.`,
    },
  );
}

function checkValues(context: ApiServerContext): void {
  for (const { name, value, line } of context.configuration.flags) {
    const kind = knownAuditFlags.get(name);
    if (kind === undefined || (value === null && booleanFlags.has(name))) continue;
    const expected = expectedInstead(kind, value ?? "");
    if (expected === undefined) continue;
    context.add(
      "flags/value",
      "error",
      { flag: name, line },
      {
        message:
          value === null || value === ""
            ? `--${name} has no value.`
            : `--${name} is ${quoted(value)}; expected ${expected}.`,
        consequence:
          kind === "text"
            ? "The flag counts as not set."
            : `${crash} Flags of a backend that is not configured are not checked.`,
        mend: `Give it ${expected}.`,
      },
    );
  }
  for (const backend of ["log", "webhook"]) {
    const event = Number(context.value(`audit-${backend}-truncate-max-event-size`) ?? 102_400);
    const batch = Number(context.value(`audit-${backend}-truncate-max-batch-size`) ?? 10_485_760);
    if (!(batch < event)) continue;
    context.add(
      "flags/value",
      "error",
      { flag: `audit-${backend}-truncate-max-batch-size` },
      {
        message: `The largest batch of the ${backend} (${batch} bytes) is smaller than the largest event (${event} bytes).`,
        consequence: `${crash} This is checked even when truncation is off.`,
        mend: `Make --audit-${backend}-truncate-max-batch-size at least as large.`,
      },
    );
  }
}

function checkBackends(context: ApiServerContext): void {
  const policy = context.value("audit-policy-file");
  const log = context.value("audit-log-path");
  const webhook = context.value("audit-webhook-config-file");
  if (policy !== undefined && log === undefined && webhook === undefined) {
    context.add(
      "flags/backend-none",
      "error",
      { flag: "audit-policy-file" },
      {
        message: "There is a policy, but neither a log nor a webhook.",
        consequence: "Events are made and thrown away: no audit log exists.",
        mend: "Set --audit-log-path or --audit-webhook-config-file.",
      },
    );
  }
  if (policy === undefined && (log !== undefined || webhook !== undefined)) {
    context.add(
      "flags/backend-none",
      "error",
      { flag: log === undefined ? "audit-webhook-config-file" : "audit-log-path" },
      {
        message: `There is a ${log === undefined ? "webhook" : "log"}, but no policy.`,
        consequence: "Without a policy nothing is recorded, and kube-apiserver says so only at verbosity 2.",
        mend: "Set --audit-policy-file.",
      },
    );
  }
  if (log === "-") {
    context.add(
      "flags/stdout",
      "warning",
      { flag: "audit-log-path" },
      {
        message: "The audit log goes to standard output.",
        consequence:
          "It is mixed with the messages of kube-apiserver, rotated by the container runtime within minutes, and lines may be split.",
        mend: "Write to a file on a mounted directory.",
      },
    );
  }
}

function checkModes(context: ApiServerContext): void {
  const defaults = { log: "blocking", webhook: "batch" } as const;
  for (const backend of ["log", "webhook"] as const) {
    const mode = context.value(`audit-${backend}-mode`) ?? defaults[backend];
    const unused = context.configuration.flags.find(
      ({ name }) => name.startsWith(`audit-${backend}-batch-`) && !name.endsWith("initial-backoff"),
    );
    if (unused !== undefined && mode !== "batch") {
      context.add(
        "flags/value",
        "info",
        { flag: unused.name, line: unused.line },
        {
          message: `--${unused.name} is set, and the mode of the ${backend} is ${quoted(mode)}.`,
          consequence: "Batch flags have an effect in mode batch only.",
          mend: `Remove it, or set --audit-${backend}-mode=batch.`,
        },
      );
    }
    if (mode === "blocking-strict") checkStrictMode(context, backend);
  }
}

function omits(stages: readonly string[] | null | undefined): boolean {
  return (stages ?? []).includes("RequestReceived");
}

function checkStrictMode(context: ApiServerContext, backend: string): void {
  const { policy } = context;
  if (policy === undefined) return;
  const everywhere = omits(policy.omitStages);
  const rules = (policy.rules ?? []).filter((rule) => rule.level !== "None" && (everywhere || omits(rule.omitStages)));
  if (rules.length === 0) return;
  context.add(
    "flags/strict-omit",
    "warning",
    { flag: `audit-${backend}-mode` },
    {
      message: `The mode is blocking-strict, and ${everywhere ? "the policy omits" : `${rules.length} rules omit`} RequestReceived.`,
      consequence:
        "The mode rejects a request only when its RequestReceived event cannot be written; omitted, it counts as written. Nothing is rejected.",
      mend: "Record RequestReceived, or use the mode blocking.",
    },
  );
}

const mebibyte = 1024 * 1024;

function checkDisk(context: ApiServerContext): void {
  const path = context.value("audit-log-path");
  if (path === undefined || path === "-") return;
  const newer = isAtLeast(context.release, 36);
  const number = (name: string, fallback: number): number => Number(context.value(name) ?? fallback);
  const maxSize = number("audit-log-maxsize", 100) || (newer ? 0 : 100);
  const maxBackup = number("audit-log-maxbackup", newer ? 100 : 0);
  const maxAge = number("audit-log-maxage", newer ? 366 : 0);
  const isUnlimited = maxSize === 0 || (maxBackup === 0 && maxAge === 0);
  if (isUnlimited) {
    context.add(
      "flags/disk",
      "warning",
      { flag: maxSize === 0 ? "audit-log-maxsize" : "audit-log-maxbackup" },
      {
        message: maxSize === 0 ? "The audit log is never rotated." : "Rotated audit logs are never removed.",
        consequence:
          "The disk fills up. In mode blocking the API server then goes on without a log; with the disk of etcd it stops.",
        mend: "Set --audit-log-maxage, --audit-log-maxbackup and --audit-log-maxsize, and collect the files before they are removed.",
      },
    );
  } else if (maxBackup > 0 && context.freeBytes !== undefined) {
    const needed = (maxBackup + 1) * maxSize * mebibyte;
    if (needed > context.freeBytes) {
      context.add(
        "flags/disk",
        "error",
        { flag: "audit-log-maxbackup" },
        {
          message: `The audit log can grow to ${inGibibytes(needed)}, and ${inGibibytes(context.freeBytes)} are free.`,
          consequence: "The disk fills up before old files are removed.",
          mend: "Lower --audit-log-maxbackup or --audit-log-maxsize, set --audit-log-compress, or give the directory a larger disk.",
        },
      );
    }
  }
  checkEventSize(context, maxSize);
}

function checkEventSize(context: ApiServerContext, maxSize: number): void {
  const flag = context.flag("audit-log-truncate-enabled");
  const truncates = flag !== undefined && !/^(0|f|false)$/i.test(flag.value ?? "true");
  if (truncates || maxSize === 0 || maxSize > 10) return;
  context.add(
    "flags/event-gt-maxsize",
    "warning",
    { flag: "audit-log-maxsize" },
    {
      message: `A log file holds at most ${maxSize} MiB, and a single event can be larger.`,
      consequence:
        "An event larger than the file size limit is refused and lost, with nothing but an error counter to show for it.",
      mend: "Set --audit-log-maxsize=100. Truncation drops the bodies of large events instead; use it only for webhooks with a size limit.",
    },
  );
}

function inGibibytes(bytes: number): string {
  return `${(bytes / (1024 * mebibyte)).toFixed(1)} GiB`;
}
