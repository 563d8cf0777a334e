import {
  apiServerChecks,
  isAtLeastAsSevere,
  lintApiServer,
  lintChecks,
  lintPolicy,
  type LintReport,
  type LintSeverity,
  PolicyError,
} from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../../command-context.js";
import { usageError } from "../../errors.js";
import { type ExitCode, exitCodes } from "../../exit-codes.js";
import { inertJson } from "../../query/inert-json.js";
import { formatQuantity } from "../../terminal/numbers.js";
import type { TerminalStyle } from "../../terminal/style.js";
import { wrapText } from "../../terminal/wrap.js";
import type { PlacedFinding } from "./placed-finding.js";
import { chooseOne, inOptionWords, readGivenFile } from "./policy-source.js";
import { requestLine } from "./request-line.js";
import { sarifLog } from "./sarif.js";

/** The options of `kaudit policy lint`. */
export interface LintOptions {
  readonly targetVersion?: string;
  readonly failOn: string;
  readonly logMode?: string;
  readonly apiServer?: string;
  readonly output: string;
  readonly color: boolean;
}

const severities = ["error", "warning", "info"] as const;
const logModes = ["batch", "blocking", "blocking-strict"] as const;
const argumentNames = { kubernetesVersion: "--target-version" };

interface LintPlan {
  readonly failOn: LintSeverity;
  readonly form: "text" | "json" | "sarif";
  readonly version: { readonly targetVersion?: string };
  readonly logMode: (typeof logModes)[number] | undefined;
}

/** What was found in the policy and in the API server's manifest. */
interface Found {
  readonly findings: readonly PlacedFinding[];
  readonly benchmark: LintReport["benchmark"];
}

function planLint({ failOn, logMode, output, targetVersion }: LintOptions): LintPlan {
  return {
    failOn: chooseOne("--fail-on", failOn, severities),
    form: chooseOne("--output", output, ["text", "json", "sarif"]),
    version: targetVersion === undefined ? {} : { targetVersion },
    logMode: logMode === undefined ? undefined : chooseOne("--log-mode", logMode, logModes),
  };
}

async function find(
  policyPath: string | undefined,
  manifestPath: string | undefined,
  { version, logMode }: LintPlan,
  context: CommandContext,
): Promise<Found> {
  const file = policyPath === undefined ? null : await readGivenFile(policyPath, context);
  const manifest = manifestPath === undefined ? null : await readGivenFile(manifestPath, context);
  return inOptionWords(argumentNames, () => {
    const options = { ...version, ...(logMode === undefined ? {} : { logMode }) };
    const report = file === null ? null : lintPolicy(file.bytes, options);
    const findings = (report?.findings ?? []).map((finding) => ({ ...finding, file: file?.name ?? "" }));
    const benchmark = report?.benchmark ?? [];
    if (manifest === null) return { findings, benchmark };
    const text = new TextDecoder().decode(manifest.bytes);
    return { findings: [...findings, ...manifestFindings(manifest.name, text, report, version)], benchmark };
  });
}

/** A manifest that cannot be read as one is a finding like a policy that cannot. */
function manifestFindings(
  file: string,
  text: string,
  report: LintReport | null,
  version: LintPlan["version"],
): readonly PlacedFinding[] {
  try {
    const { findings } = lintApiServer(text, report?.policy ?? undefined, version);
    return findings.map((finding) => ({ ...finding, file, column: null }));
  } catch (error) {
    if (!(error instanceof PolicyError) || error.code === "KAUDIT_POLICY_ARGUMENT") throw error;
    const [first] = error.problems;
    const place = { line: first?.line ?? null, column: first?.column ?? null };
    const consequence = "The flags of the API server are not checked.";
    const mend = "Give a static pod manifest, a kubeadm ClusterConfiguration or a list of flags.";
    const id = `load/${error.code.replace("KAUDIT_POLICY_", "").toLowerCase().replaceAll("_", "-")}`;
    return [{ id, severity: "error", file, ...place, message: error.message, consequence, mend }];
  }
}

/** `policy.yaml:9:3`, as far as the place is known. */
function placeOf({ file, line, column }: PlacedFinding): string {
  return [visibleString(file), ...(line === null ? [] : [line]), ...(column === null ? [] : [column])].join(":");
}

function findingText(finding: PlacedFinding, style: TerminalStyle): string {
  const width = Math.min(style.columns, 100);
  const { severity, id, message, consequence, mend, witness } = finding;
  const paragraph = (text: string): string => `${wrapText(visibleString(text), width, "  ")}\n`;
  return [
    `${placeOf(finding)}  ${style.bold(severity)}  ${style.dim(id)}\n`,
    paragraph(message),
    paragraph(consequence),
    paragraph(`To do: ${mend}`),
    witness === undefined ? "" : paragraph(`Example: ${requestLine(witness)}`),
    "\n",
  ].join("");
}

function countBySeverity(findings: readonly PlacedFinding[]): Readonly<Record<LintSeverity, number>> {
  const count = (severity: LintSeverity): number => findings.filter((one) => one.severity === severity).length;
  return { error: count("error"), warning: count("warning"), info: count("info") };
}

function lintText({ findings, benchmark }: Found, failOn: LintSeverity, style: TerminalStyle): string {
  const counts = countBySeverity(findings);
  const results = benchmark.map(
    ({ id, title, passed }) => `CIS ${id} ${visibleString(title)}: ${passed ? "yes" : "no"}`,
  );
  const summary = [
    formatQuantity(counts.error, "error"),
    formatQuantity(counts.warning, "warning"),
    formatQuantity(counts.info, "remark"),
  ].join(", ");
  const fails = findings.filter((finding) => isAtLeastAsSevere(finding.severity, failOn)).length;
  const gate = fails === 0 ? "" : `; ${fails} at or above --fail-on ${failOn}`;
  const lines = [...results, `${summary}${gate}`].map((line) => `${line}\n`);
  return findings.map((finding) => findingText(finding, style)).join("") + lines.join("");
}

/**
 * Runs `kaudit policy lint`: looks for mistakes in a policy, in the flags of an API server, or in both together.
 *
 * Gives 1 when there is a finding at or above `--fail-on`, else 0; a policy that kube-apiserver refuses is a finding.
 * Throws coded errors for files that cannot be read and options that make no sense.
 */
export async function lint(
  policyPath: string | undefined,
  options: LintOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const plan = planLint(options);
  if (policyPath === undefined && options.apiServer === undefined) {
    throw usageError("no policy given; name its file, as in: kaudit policy lint policy.yaml");
  }
  if (policyPath === "-" && options.apiServer === "-") {
    throw usageError("policy and --api-server cannot both be standard input; name a file for one of them");
  }
  const found = await find(policyPath, options.apiServer, plan, context);
  const failed = found.findings.some((finding) => isAtLeastAsSevere(finding.severity, plan.failOn));
  const { failOn } = plan;
  if (plan.form === "text") await context.output.write(lintText(found, failOn, context.style(options.color)));
  else {
    const counts = countBySeverity(found.findings);
    const answer =
      plan.form === "sarif"
        ? sarifLog(found.findings, [...lintChecks, ...apiServerChecks])
        : { failOn, failed, counts, findings: found.findings, benchmark: found.benchmark };
    await context.output.write(`${inertJson(answer, 2)}\n`);
  }
  return failed ? exitCodes.gateFailed : exitCodes.done;
}
