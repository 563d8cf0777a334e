import { type EvidencePeriod, type RegisterName, registerNames } from "@kaudit/evidence";
import type { ClusterNamesOption } from "../config/choose-clusters.js";
import { usageError } from "../errors.js";
import type { LogInputs } from "../inputs/start-reading.js";
import { requireInputs } from "../inputs/open-inputs.js";
import type { LimitOptions } from "../inputs/reading-limits.js";
import { chooseQueryPeriod } from "../period/choose-period.js";
import { namedCluster } from "./run-clusters.js";
import { createRowFilter, type FilteredRow, type FilterOptions } from "../query/row-filter.js";

/** The options of `kaudit query` as they come from the command line and the environment. */
export interface QueryOptions extends FilterOptions, LimitOptions {
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly limit?: string;
  readonly output: string;
  readonly wide?: boolean;
  readonly cluster?: ClusterNamesOption;
  readonly store?: string;
  readonly instance?: string;
  readonly allowHttp?: boolean;
  readonly tempDir?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const forms = ["table", "json", "jsonl", "csv"] as const;

/** The forms in which rows are printed. */
export type QueryForm = (typeof forms)[number];

/** What a query will do, before anything is read. */
export interface QueryPlan {
  readonly register: RegisterName | "events";
  readonly period: EvidencePeriod;
  readonly matches: (row: FilteredRow) => boolean;
  readonly limit: number;
  readonly form: QueryForm;
  readonly cluster: { readonly name: string; readonly basis: string };
}

function chooseRegister(name: string): RegisterName | "events" {
  const known = [...registerNames, "events"] as const;
  const register = known.find((one) => one === name);
  if (register !== undefined) return register;
  throw usageError(`${name}: not a register; use ${known.join(", ")}`);
}

function chooseForm(name: string): QueryForm {
  const form = forms.find((one) => one === name);
  if (form === undefined) throw usageError(`--output ${name}: not known; use ${forms.join(", ")}`);
  return form;
}

function chooseLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError(`--limit ${text}: not a whole number from 1`);
  return Number(text);
}

/**
 * Checks all that can be checked before anything is read.
 *
 * Throws `KAUDIT_CLI_USAGE` and `KAUDIT_CLI_PERIOD_INVALID`.
 */
export function planQuery(register: string, inputs: LogInputs, options: QueryOptions, now: Date): QueryPlan {
  const chosen = chooseRegister(register);
  requireInputs(inputs, options, `kaudit query ${chosen} /var/log/kubernetes/audit`);
  return {
    register: chosen,
    period: chooseQueryPeriod(options, now),
    matches: createRowFilter(options),
    limit: chooseLimit(options.limit),
    form: chooseForm(options.output),
    cluster: namedCluster(options.cluster),
  };
}
