import { enableAudit, type EnableAudit, type EnableAuditOptions, explainApiServerLog } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { wrapText } from "../../terminal/wrap.js";
import { chooseOne, inOptionWords, readGivenFile } from "./policy-source.js";

/** The options of `kaudit policy enable`. */
export interface EnableOptions {
  readonly policyPath?: string;
  readonly logPath?: string;
  readonly maxAge?: string;
  readonly maxBackups?: string;
  readonly maxSize?: string;
  readonly webhook?: string;
  readonly webhookConfig?: string;
  readonly webhookCa?: string;
  readonly webhookBatchSize?: string;
  readonly webhookBatchWait?: string;
  readonly apiserverLog?: string;
  readonly output: string;
  readonly color: boolean;
}

const argumentNames = {
  policyPath: "--policy-path",
  logPath: "--log-path",
  maxAgeDays: "--max-age",
  maxBackups: "--max-backups",
  maxSizeMebibytes: "--max-size",
  "webhook.url": "--webhook",
  "webhook.configPath": "--webhook-config",
  "webhook.batchMaxSize": "--webhook-batch-size",
  "webhook.batchMaxWait": "--webhook-batch-wait",
};

/** Gives `{ [key]: value }`, or nothing where the option was not given: then the package's own default holds. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usageError(`${option} ${text}: not a whole number from 1`);
  return Number(text);
}

function webhookOf(options: EnableOptions): EnableAuditOptions["webhook"] {
  const { webhook, webhookConfig, webhookCa, webhookBatchWait } = options;
  const batchSize = wholeNumber("--webhook-batch-size", options.webhookBatchSize);
  if (webhook === undefined) {
    const lonely = [webhookConfig, webhookCa, batchSize, webhookBatchWait].some((value) => value !== undefined);
    if (lonely) throw usageError("--webhook-… options need --webhook URL: where are the events sent?");
    return undefined;
  }
  return {
    url: webhook,
    ...given("configPath", webhookConfig),
    ...given("certificateAuthority", webhookCa),
    ...given("batchMaxSize", batchSize),
    ...given("batchMaxWait", webhookBatchWait),
  };
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "  ");
}

function enableText(answer: EnableAudit, style: TerminalStyle): string {
  const width = Math.min(style.columns, 100);
  const { flags, volumeMounts, volumes, kubeadm, webhookConfig, steps } = answer;
  const sections: readonly (readonly [string, string])[] = [
    ["What to do", steps.map((step, at) => `${at + 1}. ${wrapText(step, width, "   ").trimStart()}`).join("\n")],
    ["Flags of kube-apiserver: spec.containers[0].command", indent(flags.map((flag) => `- ${flag}`).join("\n"))],
    ["Mounts: spec.containers[0].volumeMounts", indent(volumeMounts)],
    ["Volumes: spec.volumes", indent(volumes)],
    ...(webhookConfig === null
      ? []
      : [["Kubeconfig of the webhook, a file of its own", indent(webhookConfig)] as const]),
    ["The same for kubeadm: ClusterConfiguration, kubeadm.k8s.io/v1beta4", indent(kubeadm.v1beta4)],
    ["The same for kubeadm: ClusterConfiguration, kubeadm.k8s.io/v1beta3", indent(kubeadm.v1beta3)],
  ];
  return `${sections.map(([title, text]) => `${style.bold(title)}\n${text}`).join("\n\n")}\n`;
}

/** Explains the start-up errors in an API server's log. */
async function explainLog(
  path: string,
  form: "text" | "json",
  options: EnableOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { name, bytes } = await readGivenFile(path, context);
  const explanations = explainApiServerLog(new TextDecoder().decode(bytes));
  if (form === "json") {
    await context.output.write(`${inertJson({ explanations }, 2)}\n`);
    return exitCodes.done;
  }
  const style = context.style(options.color);
  const width = Math.min(style.columns, 100);
  if (explanations.length === 0) {
    const looked = "nothing in it about the audit policy, the audit log or the audit webhook";
    await context.output.write(`${visibleString(name)}: ${looked}\n`);
  }
  for (const { line, cause, mend } of explanations) {
    const place = style.bold(`${visibleString(name)}:${line}`);
    await context.output.write(
      `${place}\n${wrapText(cause, width, "  ")}\n${wrapText(`To do: ${mend}`, width, "  ")}\n`,
    );
  }
  return exitCodes.done;
}

/**
 * Runs `kaudit policy enable`: prints the flags, mounts and volumes that turn audit logging on and the kubeconfig of a
 * webhook; with `--apiserver-log` instead explains why the API server does not come up. Gives 0. Throws coded errors for
 * options that make no sense and a log that cannot be read.
 */
export async function enable(options: EnableOptions, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", options.output, ["text", "json"]);
  if (options.apiserverLog !== undefined) return explainLog(options.apiserverLog, form, options, context);
  const answer = inOptionWords(argumentNames, () =>
    enableAudit({
      ...given("policyPath", options.policyPath),
      ...given("logPath", options.logPath),
      ...given("maxAgeDays", wholeNumber("--max-age", options.maxAge)),
      ...given("maxBackups", wholeNumber("--max-backups", options.maxBackups)),
      ...given("maxSizeMebibytes", wholeNumber("--max-size", options.maxSize)),
      ...given("webhook", webhookOf(options)),
    }),
  );
  await context.output.write(
    form === "json" ? `${inertJson(answer, 2)}\n` : enableText(answer, context.style(options.color)),
  );
  return exitCodes.done;
}
