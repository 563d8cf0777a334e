import { isAtLeast } from "../kubernetes-version.js";
import { benchmarkName } from "../lint/check-cis.js";
import { quoted } from "../request-words.js";
import type { ApiServerContext } from "./api-server-finding.js";

const sizes = [
  { id: "cis/1.2.17", flag: "audit-log-maxage", least: 30, unit: "days", zero: "0 keeps rotated files for ever" },
  {
    id: "cis/1.2.18",
    flag: "audit-log-maxbackup",
    least: 10,
    unit: "rotated files",
    zero: "0 keeps all rotated files",
  },
  { id: "cis/1.2.19", flag: "audit-log-maxsize", least: 100, unit: "MiB", zero: "" },
] as const;

/** `cis/*`: the flags that the CIS benchmark looks for. It wants them written down: defaults do not count. */
export function checkBenchmarkFlags(context: ApiServerContext): void {
  if (context.value("audit-policy-file") === undefined) {
    context.add(
      "cis/3.2.1",
      "error",
      { flag: "audit-policy-file" },
      {
        message: `--audit-policy-file is not set (${benchmarkName}, 3.2.1).`,
        consequence: "Nothing is recorded, even if a log or a webhook is configured.",
        mend: "Set --audit-policy-file to the path of the policy inside the container.",
      },
    );
  }
  if (context.value("audit-log-path") === undefined) {
    context.add(
      "cis/1.2.16",
      "warning",
      { flag: "audit-log-path" },
      {
        message: `--audit-log-path is not set (${benchmarkName}, 1.2.16).`,
        consequence:
          context.value("audit-webhook-config-file") === undefined
            ? "No audit log is written."
            : "Events go to the webhook only: what it loses is lost. The benchmark asks for the file.",
        mend: "Set --audit-log-path to a file on a mounted directory, such as /var/log/kubernetes/audit/audit.log.",
      },
    );
    return;
  }
  for (const { id, flag, least, unit, zero } of sizes) {
    const value = context.value(flag);
    if (value !== undefined && Number(value) >= least) continue;
    const isZero = value === "0";
    const zeroWords =
      flag === "audit-log-maxsize"
        ? zeroSize(context)
        : `${zero}, which is more than the benchmark asks for; it looks for a number all the same.`;
    context.add(
      id,
      "warning",
      { flag },
      {
        message:
          value === undefined
            ? `--${flag} is not set (${benchmarkName}, ${id.slice(4)}).`
            : `--${flag} is ${quoted(value)}; the benchmark asks for ${least} ${unit} or more (${benchmarkName}, ${id.slice(4)}).`,
        consequence: isZero ? zeroWords : unset(context, flag, value),
        mend: `Set --${flag}=${least} or more.`,
      },
    );
  }
}

/** 0 changed its meaning in 1.36. */
function zeroSize({ release }: ApiServerContext): string {
  return isAtLeast(release, 36)
    ? "0 means no rotation: one file that grows until the disk is full."
    : "Before 1.36 0 means 100 MiB; the benchmark looks for the number all the same.";
}

function unset({ release }: ApiServerContext, flag: string, value: string | undefined): string {
  if (value !== undefined) return "Events are removed from the disk earlier than the benchmark allows.";
  const newer = { "audit-log-maxage": "366 days", "audit-log-maxbackup": "100 files", "audit-log-maxsize": "100 MiB" }[
    flag
  ];
  const older = flag === "audit-log-maxsize" ? "100 MiB" : "no limit";
  return `The default is ${isAtLeast(release, 36) ? newer : older}; the benchmark wants the flag written down.`;
}
