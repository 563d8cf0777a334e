import type { EvidencePeriod } from "@kaudit/evidence";
import { ReporterError } from "../errors.js";
import { parseInstant } from "./instant.js";
import { parseNamedPeriod, type PeriodBounds } from "./named-period.js";
import { periodLabel } from "./period-label.js";

/** The three options that choose a period, as they stand on the command line. */
export interface PeriodOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly period?: string | undefined;
}

/** No bound at all: every instant that RFC 3339 can write. Kubernetes writes years 0001 to 9999. */
const allTime: PeriodBounds = { from: "0000-01-01T00:00:00.000000Z", to: "9999-12-31T23:59:59.999999Z" };

/** The label of a query without a period. */
export const allTimeLabel = "all time";

function invalid(message: string): ReporterError {
  return new ReporterError("KAUDIT_CLI_PERIOD_INVALID", message);
}

function rangeOf(from: string, to: string, written: { readonly from: string; readonly to: string }): PeriodBounds {
  if (from > to) throw invalid(`--from ${written.from} is after --to ${written.to}; exchange them`);
  if (from === to) {
    throw invalid(
      `--from ${written.from} and --to ${written.to} are the same instant, so the period is empty; --to is the first instant that no longer counts`,
    );
  }
  return { from, to };
}

function refuseBoth(options: PeriodOptions): void {
  if (options.period === undefined || (options.from === undefined && options.to === undefined)) return;
  throw invalid("--period cannot be used together with --from and --to; use one or the other");
}

/**
 * Gives the period of a report from `--from` and `--to`, or from `--period`; a report needs both its bounds.
 *
 * Throws `KAUDIT_CLI_PERIOD_INVALID` when none or too many are given, when one cannot be read, and when the range is
 * reversed or empty.
 */
export function chooseReportPeriod(options: PeriodOptions, now: Date): EvidencePeriod {
  refuseBoth(options);
  if (options.period !== undefined) {
    const bounds = parseNamedPeriod(options.period, now);
    return { ...bounds, label: periodLabel(bounds) };
  }
  const { from, to } = options;
  if (from === undefined && to === undefined) {
    throw invalid("a report needs a period; add --period last-month, or --from 2026-10-01 --to 2026-11-01");
  }
  if (from === undefined) throw invalid(`--to ${to ?? ""} needs a --from beside it`);
  if (to === undefined)
    throw invalid(`--from ${from} needs a --to beside it; --to is the first instant that no longer counts`);
  const bounds = rangeOf(parseInstant("--from", from), parseInstant("--to", to), { from, to });
  return { ...bounds, label: periodLabel(bounds) };
}

/**
 * Gives the period of a query; a bound that is not given is open.
 *
 * Throws `KAUDIT_CLI_PERIOD_INVALID` as {@link chooseReportPeriod} does, but not when nothing is given.
 */
export function chooseQueryPeriod(options: PeriodOptions, now: Date): EvidencePeriod {
  refuseBoth(options);
  if (options.period !== undefined) return chooseReportPeriod(options, now);
  const from = options.from === undefined ? allTime.from : parseInstant("--from", options.from);
  const to = options.to === undefined ? allTime.to : parseInstant("--to", options.to);
  const bounds = rangeOf(from, to, { from: options.from ?? "", to: options.to ?? "" });
  if (options.from === undefined || options.to === undefined) return { ...bounds, label: openLabel(options, bounds) };
  return { ...bounds, label: periodLabel(bounds) };
}

function openLabel(options: PeriodOptions, { from, to }: PeriodBounds): string {
  if (options.from !== undefined) return `from ${from.slice(0, 19)}Z`;
  return options.to === undefined ? allTimeLabel : `before ${to.slice(0, 19)}Z`;
}
