import { z } from "zod";
import { compileAddressRange } from "./address-range.js";
import { RulesError } from "./errors.js";
import { factFields, factNames, isFactName } from "./fact-fields.js";
import type { FactName, RequestFacts } from "./fact-fields.js";
import { compileGlob } from "./glob.js";
import { isInstant, microsecondsOf } from "./internal/instant.js";
import { notKnown } from "./internal/suggest.js";

/** What a list holds: names (patterns), address ranges, time windows, or entries of several fields. */
export type ListKind = "names" | "ranges" | "windows" | "entries";

const instant = z.string().refine(isInstant, "expected an instant in UTC: 2026-11-22T12:00:00Z");
const pattern = z.string().min(1).max(1024);
const validity = { from: instant.optional(), until: instant.optional() };

/** A name, in which `*` stands for any characters; with `from` and `until` it counts from then, and until before then. */
const NameEntry = z.union([pattern, z.strictObject({ name: pattern, ...validity })], {
  error: "expected a name, or { name, from, until }",
});

const RangeEntry = z
  .string()
  .refine((range) => compileAddressRange(range) !== null, "expected an address or CIDR range such as 10.0.0.0/8");

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "expected a time of day such as 08:30");

/** Hours of days, in UTC or at a fixed offset from it, or a span between two instants. */
const WindowEntry = z.union(
  [
    z.strictObject({
      days: z.array(z.enum(days)).min(1).optional(),
      from: clock,
      to: clock,
      offset: z
        .string()
        .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, "expected an offset from UTC such as +02:00")
        .optional(),
    }),
    z.strictObject({ from: instant, to: instant }),
  ],
  { error: 'expected { days: [mon, …], from: "08:00", to: "18:00", offset: "+01:00" }, or { from, to } as instants' },
);

/** Facts that must all fit, each against a pattern or one of several. */
const FieldsEntry = z.record(z.string(), z.union([pattern, z.array(pattern).min(1)])).superRefine((entry, context) => {
  const keys = Object.keys(entry).filter((key) => key !== "from" && key !== "until");
  if (keys.length === 0) context.addIssue({ code: "custom", message: "expected at least one field" });
  for (const key of keys) {
    if (!isFactName(key)) context.addIssue({ code: "custom", path: [key], message: notKnown("field", key, factNames) });
    else if (!["text", "list"].includes(factFields[key].type))
      context.addIssue({ code: "custom", path: [key], message: `${key} is a ${factFields[key].type}, not a text` });
  }
  for (const key of ["from", "until"]) {
    const value = entry[key];
    if (value !== undefined && (typeof value !== "string" || !isInstant(value)))
      context.addIssue({ code: "custom", path: [key], message: "expected an instant in UTC: 2026-11-22T12:00:00Z" });
  }
});

const schemas = {
  names: z.array(NameEntry),
  ranges: z.array(RangeEntry),
  windows: z.array(WindowEntry),
  entries: z.array(FieldsEntry),
} as const;

/** The lists of a configuration by name; what each may hold depends on how the rules use it. */
export const RuleLists = z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/), z.array(z.unknown()).max(100_000));
export type RuleLists = z.infer<typeof RuleLists>;

/** A list, compiled: does a value (a request, for entries) fit at a time? */
export interface CompiledList {
  readonly kind: ListKind;
  fits(value: string, facts: RequestFacts): boolean;
}

/**
 * Compiles a list for the use that a rule makes of it. Throws {@link RulesError} `KAUDIT_RULES_SETTING_INVALID` with the path of
 * every entry that is not of its kind.
 */
export function compileList(name: string, kind: ListKind, entries: readonly unknown[]): CompiledList {
  const parsed = schemas[kind].safeParse(entries);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) =>
        `lists.${name}${path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("")}: ${message}`,
    );
    throw new RulesError("KAUDIT_RULES_SETTING_INVALID", problems.join("; "), {
      details: { list: name, kind, problems },
    });
  }
  return { kind, fits: test(kind, parsed.data) };
}

function test(kind: ListKind, data: unknown): CompiledList["fits"] {
  switch (kind) {
    case "names":
      return namesTest(data as z.infer<typeof schemas.names>);
    case "ranges": {
      const ranges = (data as string[]).map((range) => compileAddressRange(range));
      return (address) => ranges.some((range) => range?.(address) === true);
    }
    case "windows": {
      const windows = (data as z.infer<typeof schemas.windows>).map(windowTest);
      return (time) => {
        const at = microsecondsOf(time);
        return windows.some((inside) => inside(at));
      };
    }
    case "entries":
      return entriesTest(data as z.infer<typeof schemas.entries>);
  }
}

type Validity = (facts: RequestFacts) => boolean;

/** Undefined where an entry always counts. */
function validityTest(from: string | undefined, until: string | undefined): Validity | undefined {
  if (from === undefined && until === undefined) return undefined;
  const first = from === undefined ? Number.NEGATIVE_INFINITY : microsecondsOf(from);
  const end = until === undefined ? Number.POSITIVE_INFINITY : microsecondsOf(until);
  return ({ time }) => {
    const at = microsecondsOf(time);
    return at >= first && at < end;
  };
}

function namesTest(entries: z.infer<typeof schemas.names>): CompiledList["fits"] {
  const exact = new Set<string>();
  const others: { matches: (text: string) => boolean; counts: Validity | undefined }[] = [];
  for (const entry of entries) {
    if (typeof entry === "string" && !entry.includes("*")) exact.add(entry);
    else if (typeof entry === "string") others.push({ matches: compileGlob(entry), counts: undefined });
    else others.push({ matches: compileGlob(entry.name), counts: validityTest(entry.from, entry.until) });
  }
  return (name, facts) =>
    exact.has(name) || others.some(({ matches, counts }) => matches(name) && (counts === undefined || counts(facts)));
}

/** Minutes since midnight of `08:30`. */
function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

function windowTest(window: z.infer<typeof WindowEntry>): (microseconds: number) => boolean {
  if (window.from.length > 5) {
    const from = microsecondsOf(window.from);
    const to = microsecondsOf(window.to);
    return (at) => at >= from && at < to;
  }
  const { days: some, offset = "+00:00" } = window as { days?: readonly string[]; offset?: string };
  const from = minutes(window.from);
  const to = minutes(window.to);
  const shift = minutes(offset.slice(1)) * (offset.startsWith("-") ? -1 : 1);
  const on = some === undefined ? null : new Set(some.map((day) => (days as readonly string[]).indexOf(day)));
  // 1970-01-01 was a Thursday; a window over midnight belongs to the day on which it begins.
  const isOn = (day: number): boolean => on === null || on.has((((day + 3) % 7) + 7) % 7);
  return (at) => {
    const minute = Math.floor(at / 60_000_000) + shift;
    const day = Math.floor(minute / 1440);
    const within = minute - day * 1440;
    if (from <= to) return within >= from && within < to && isOn(day);
    return (within >= from && isOn(day)) || (within < to && isOn(day - 1));
  };
}

function entriesTest(entries: z.infer<typeof schemas.entries>): CompiledList["fits"] {
  const compiled = entries.map((entry) => ({
    counts: validityTest(textOf(entry["from"]), textOf(entry["until"])),
    fields: Object.entries(entry)
      .filter(([key]) => key !== "from" && key !== "until")
      .map(([key, patterns]) => ({
        field: key as FactName,
        globs: (typeof patterns === "string" ? [patterns] : patterns).map(compileGlob),
      })),
  }));
  return (_value, facts) =>
    compiled.some(
      ({ counts, fields }) =>
        fields.every(({ field, globs }) => fitsOne(facts[field], globs)) && (counts === undefined || counts(facts)),
    );
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fitsOne(value: unknown, globs: readonly ((text: string) => boolean)[]): boolean {
  const texts = Array.isArray(value) ? (value as readonly string[]) : [typeof value === "string" ? value : ""];
  return texts.some((text) => globs.some((glob) => glob(text)));
}
