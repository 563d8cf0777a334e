import type { EvidencePeriod } from "@kaudit/evidence";
import type { PackFormat } from "@kaudit/report";
import { type ClusterNamesOption, clusterNamesOf } from "../config/choose-clusters.js";
import { usageError } from "../errors.js";
import type { LogInputs } from "../inputs/start-reading.js";
import { requireInputs } from "../inputs/open-inputs.js";
import type { LimitOptions } from "../inputs/reading-limits.js";
import { chooseReportPeriod } from "../period/choose-period.js";
import { checkFrameworkIds } from "./chosen-frameworks.js";
import type { DecisionFileOptions } from "./decision-inputs.js";
import { namedCluster } from "./run-clusters.js";
import { periodFolder } from "../period/period-label.js";

/** The options of `kaudit report` as they come from the command line, the environment and the configuration. */
export interface ReportOptions extends DecisionFileOptions, LimitOptions {
  readonly framework: string;
  readonly categories?: string;
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly cluster?: ClusterNamesOption;
  readonly store?: string;
  readonly policy?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly format: string;
  readonly controlPages?: boolean;
  readonly font?: string | readonly string[];
  readonly sign?: string;
  readonly signPassphraseFile?: string;
  readonly signKeyPermissions?: string;
  readonly signCommand?: string;
  readonly signPublicKey?: string;
  readonly timestampRequest?: boolean;
  readonly previous?: string;
  readonly failOn?: string;
  readonly strict?: boolean;
  readonly instance?: string;
  readonly allowHttp?: boolean;
  readonly tempDir?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** What a report run will do, before anything is read. */
export interface ReportPlan {
  readonly period: EvidencePeriod;
  /** Ids of frameworks, and files that hold some. */
  readonly frameworks: readonly string[];
  /** Ids of categories that are in scope besides those that always are. */
  readonly categories: readonly string[];
  readonly formats: readonly PackFormat[];
  readonly cluster: { readonly name: string; readonly basis: string };
  readonly out: string;
}

/** What the program knows to do, from the packages that do it. */
export interface Abilities {
  readonly formats: readonly PackFormat[];
}

function listOf(option: string, text: string): readonly string[] {
  const items = [...new Set(text.split(",").map((item) => item.trim()))];
  if (items.includes("")) throw usageError(`${option} ${text}: has an empty entry; separate names by single commas`);
  return items;
}

function chooseFormats(text: string, known: readonly PackFormat[]): readonly PackFormat[] {
  return listOf("--format", text).map((name) => {
    const format = known.find((one) => one === name);
    if (format !== undefined) return format;
    throw usageError(`--format ${name}: not known; use ${known.join(", ")}`);
  });
}

function withControlPages(formats: readonly PackFormat[], asked: boolean): readonly PackFormat[] {
  return asked && !formats.includes("control-pages") ? [...formats, "control-pages"] : formats;
}

function chooseFrameworks(text: string): readonly string[] {
  const names = listOf("--framework", text);
  checkFrameworkIds(names);
  return names;
}

/** A cluster's name as part of a folder's name: whatever is more than letters, digits, dots, - and _ becomes a dash. */
function folderPart(name: string): string {
  return name
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+/, "")
    .slice(0, 80);
}

/**
 * Checks all that can be checked before anything is read: inputs, period, frameworks and formats.
 *
 * Throws `KAUDIT_CLI_USAGE` and `KAUDIT_CLI_PERIOD_INVALID`.
 */
export function planReport(inputs: LogInputs, options: ReportOptions, abilities: Abilities, now: Date): ReportPlan {
  requireInputs(inputs, options, "kaudit report /var/log/kubernetes/audit --period last-month");
  const period = chooseReportPeriod(options, now);
  const names = clusterNamesOf(options.cluster);
  const folder = names.length > 1 ? `${names.length}-clusters` : folderPart(names[0] ?? "");
  return {
    period,
    frameworks: chooseFrameworks(options.framework),
    categories: options.categories === undefined ? [] : listOf("--categories", options.categories),
    formats: withControlPages(chooseFormats(options.format, abilities.formats), options.controlPages === true),
    cluster: namedCluster(options.cluster),
    out: options.out ?? ["kaudit", folder, periodFolder(period)].filter((part) => part !== "").join("-"),
  };
}
