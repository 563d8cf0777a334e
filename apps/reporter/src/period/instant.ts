import { ReporterError } from "../errors.js";

const form =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:[Tt](?<time>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,9}))?(?<zone>[Zz]|[+-]\d{2}:\d{2}))?$/;

function invalid(option: string, text: string, why: string): ReporterError {
  return new ReporterError(
    "KAUDIT_CLI_PERIOD_INVALID",
    `${option} ${text}: ${why}; use a date such as 2026-10-01 (its first instant, UTC) or a time such as 2026-10-01T08:00:00Z`,
    { details: { option } },
  );
}

/**
 * Reads an instant from the command line: a date, which means its first instant in UTC, or an RFC 3339 time.
 *
 * Gives it in UTC with six fraction digits, the form in which kube-apiserver writes `requestReceivedTimestamp`. Throws
 * `KAUDIT_CLI_PERIOD_INVALID` for anything else, for dates that do not exist, and for digits beyond the microsecond,
 * which no audit event has.
 */
export function parseInstant(option: string, text: string): string {
  const groups = form.exec(text)?.groups;
  if (groups === undefined) throw invalid(option, text, "not a date or an RFC 3339 time");
  const date = groups["date"] ?? "";
  const time = groups["time"] ?? "00:00:00";
  const zone = (groups["zone"] ?? "Z").toUpperCase();
  const fraction = groups["fraction"] ?? "";
  if (/[1-9]/.test(fraction.slice(6))) throw invalid(option, text, "finer than a microsecond");

  const local = new Date(`${date}T${time}Z`);
  // Date accepts 31 February and 24:00 by moving on; a period bound must be what was written.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 19) !== `${date}T${time}`) {
    throw invalid(option, text, "no such date or time");
  }
  const instant = new Date(`${date}T${time}${zone}`);
  if (Number.isNaN(instant.getTime())) throw invalid(option, text, "no such offset from UTC");
  const iso = instant.toISOString();
  if (!/^\d{4}-/.test(iso)) throw invalid(option, text, "outside the years 0000 to 9999 in UTC");
  return `${iso.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

/** Gives a UTC instant with six fraction digits from a `Date`. */
export function formatInstant(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000Z`;
}
