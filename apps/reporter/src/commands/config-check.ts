import { Approvals, Dispositions } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { checkData } from "../config/check-data.js";
import { Configuration } from "../config/configuration-schema.js";
import { type DataProblem, readDataDocument } from "../config/data-document.js";
import { problemLine, readDataFile } from "../config/data-file.js";
import { loadConfiguration } from "../config/load-configuration.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { readSha256Sums } from "../inputs/sha256-sums.js";
import { formatQuantity } from "../terminal/numbers.js";
import { readGivenFile } from "./policy/policy-source.js";

interface Checked {
  /** What the file holds, in words, where it is right. */
  readonly holds: string;
  readonly problems: readonly DataProblem[];
}

/**
 * Runs `kaudit config check`: prints every problem of a configuration and of the files that it names, with its place.
 *
 * Gives 0 when there is none and 2 otherwise. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when a file cannot be read.
 */
export async function configCheck(given: string | undefined, context: CommandContext): Promise<ExitCode> {
  const path = given ?? "kaudit.yaml";
  const lines: string[] = [];
  let problems = 0;
  const report = (file: string, checked: Checked): void => {
    problems += checked.problems.length;
    if (checked.problems.length === 0) lines.push(`${visibleString(file)}: ${checked.holds}`);
    for (const problem of checked.problems) lines.push(problemLine(file, problem));
  };
  const first = await checkByContent(path, context);
  report(path, first.checked);
  if (first.isConfiguration && first.checked.problems.length === 0) {
    const { values } = await loadConfiguration(path, context);
    if (values.approvals !== undefined) report(values.approvals, await checkApprovals(values.approvals, context));
    if (values.dispositions !== undefined)
      report(values.dispositions, await checkDispositions(values.dispositions, context));
    if (values.collection !== undefined) report(values.collection, await checkCollection(values.collection, context));
  }
  await context.output.write(`${lines.join("\n")}\n`);
  return problems === 0 ? exitCodes.done : exitCodes.usage;
}

/** Tells by its content what a file is: `approvals` of a configuration is a file's name, in the file itself a list. */
async function checkByContent(
  path: string,
  context: CommandContext,
): Promise<{ readonly checked: Checked; readonly isConfiguration: boolean }> {
  const { bytes } = await readGivenFile(path, context);
  const { document, problems } = readDataDocument(bytes);
  if (document === null) return { checked: { holds: "", problems }, isConfiguration: false };
  const { approvals, dispositions } = Object(document.value) as Record<string, unknown>;
  if (Array.isArray(approvals)) return { checked: await checkApprovals(path, context), isConfiguration: false };
  if (Array.isArray(dispositions)) return { checked: await checkDispositions(path, context), isConfiguration: false };
  const checked = checkData(Configuration, document);
  const keys = checked.value === null ? 0 : Object.keys(checked.value).length;
  return {
    checked: { holds: `a configuration with ${formatQuantity(keys, "key")}`, problems: checked.problems },
    isConfiguration: true,
  };
}

async function checkCollection(path: string, context: CommandContext): Promise<Checked> {
  const { bytes } = await readGivenFile(path, context);
  const { files, problems } = readSha256Sums(bytes);
  return {
    holds: `hashes of ${formatQuantity(files.length, "file")}`,
    problems: problems.map((problem) => ({ ...problem, path: "" })),
  };
}

async function checkApprovals(path: string, context: CommandContext): Promise<Checked> {
  const { file, problems } = await readDataFile(path, Approvals, context);
  return { holds: formatQuantity(file?.value.approvals.length ?? 0, "approval"), problems };
}

async function checkDispositions(path: string, context: CommandContext): Promise<Checked> {
  const { file, problems } = await readDataFile(path, Dispositions, context);
  const entries = file?.value.dispositions ?? [];
  const waiting = entries.filter(({ decision }) => decision === null || decision === undefined).length;
  return {
    holds: `${formatQuantity(entries.length, "disposition")}, ${waiting} of them waiting for a decision`,
    problems,
  };
}
