import { z } from "zod";
import { Condition } from "./condition.js";
import type { NumberOrParameter } from "./condition.js";
import { factFields, factNames, isFactName } from "./fact-fields.js";
import type { FactName } from "./fact-fields.js";
import { numberProblem } from "./internal/check-condition.js";
import { notKnown } from "./internal/suggest.js";
import { RulesError } from "./errors.js";
import { parseSentence } from "./sentence.js";
import { Severity } from "./severity.js";

const words = z.string().min(1).max(2000);
const listName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "expected the name of a list: letters and digits");

const NumberValue: z.ZodType<NumberOrParameter> = z.any().superRefine((value, context) => {
  const message = numberProblem(value);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const Field: z.ZodType<FactName> = z.any().superRefine((value, context) => {
  if (typeof value === "string" && isFactName(value)) return;
  const message = typeof value === "string" ? notKnown("field", value, factNames) : "expected the name of a field";
  context.addIssue({ code: "custom", message });
});

/** Fields that make a key: texts, numbers and booleans; a list or an instant would give every request its own. */
const KeyFields = z
  .array(Field)
  .max(8)
  .superRefine((fields, context) => {
    for (const [i, field] of fields.entries()) {
      if (!isFactName(field)) continue;
      const { type } = factFields[field];
      if (type === "list" || type === "instant")
        context.addIssue({
          code: "custom",
          path: [i],
          message: `${field} is a ${type}; requests cannot be grouped by it`,
        });
    }
  });

/**
 * At least `count` requests with the same `by` within `withinMinutes`; of `distinct`, so many different values. With `of`,
 * only those of the rule's requests that it fits.
 */
const Threshold = z.strictObject({
  of: Condition.optional(),
  count: NumberValue,
  withinMinutes: NumberValue,
  by: KeyFields,
  distinct: Field.optional(),
});

/** A step of a sequence: what comes next, and how soon after the step before. */
const Step = z.strictObject({ when: Condition, withinMinutes: NumberValue.optional() });

const Sentence = words.superRefine((template, context) => {
  const read = parseSentence(template);
  if ("problem" in read) context.addIssue({ code: "custom", message: read.problem });
});

/** A rule: which requests call for a person, how much they matter, and what is said about them. */
export const Rule = z
  .strictObject({
    /** Letters, digits and dashes: `KX-001`. */
    id: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,47}$/, "expected letters, digits and dashes, beginning with a letter"),
    title: words,
    /** What it looks at and why that matters, for a reader who does not know Kubernetes. */
    description: words.optional(),
    severity: Severity,
    /** The first that fits gives the severity instead, and, if it names fields, what makes one finding of requests. */
    severityWhen: z
      .array(
        z.strictObject({
          when: Condition,
          severity: Severity,
          because: words.optional(),
          groupBy: KeyFields.optional(),
        }),
      )
      .max(16)
      .optional(),
    /** Labels of the scope that raise the severity of requests in a namespace by one step. */
    scopeRaises: z.array(z.enum(["production", "cde", "ephi"])).optional(),
    /** Kinds of requests that the audit policy must record for the rule to see them, and at which level at least. */
    needs: z
      .array(z.strictObject({ class: z.string().min(1), level: z.enum(["Metadata", "Request", "RequestResponse"]) }))
      .optional(),
    /** Which requests it is about; with a sequence, the first step. */
    when: Condition,
    /** Only when enough of them come together; one threshold is enough. */
    thresholds: z.array(Threshold).min(1).max(8).optional(),
    /** What has to follow, step by step, with the same `by`. */
    sequence: z.strictObject({ by: KeyFields, steps: z.array(Step).min(1).max(8) }).optional(),
    /** Requests after it (after those that `of` fits), with the same `by`, that give it a higher severity. */
    followedBy: z
      .array(
        z.strictObject({
          of: Condition.optional(),
          when: Condition,
          by: KeyFields,
          withinMinutes: NumberValue,
          severity: Severity,
          because: words,
        }),
      )
      .max(8)
      .optional(),
    /** Requests with the same values are one finding. */
    groupBy: KeyFields,
    /** A template; see `parseSentence`. */
    sentence: Sentence,
    /** Lists without which it cannot be evaluated; an inner list names alternatives of which one is enough. */
    requiresLists: z.array(z.union([listName, z.array(listName).min(1)])).optional(),
    /** Lists and settings that it makes use of where they are there, with what their absence means. */
    wants: z.array(z.strictObject({ list: listName, without: words })).optional(),
    /** Whether it is about namespaces in scope: where the scope is not declared, every namespace is tested. */
    usesScope: z.boolean().optional(),
    /** Control ids by framework id. */
    controls: z.record(z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/), z.array(z.string().min(1))).optional(),
    remedy: words.optional(),
    falsePositives: z.array(words).optional(),
  })
  .superRefine((rule, context) => {
    if (rule.thresholds !== undefined && rule.sequence !== undefined)
      context.addIssue({
        code: "custom",
        path: ["sequence"],
        message: "a rule has a threshold or a sequence, not both",
      });
  });
export type Rule = z.infer<typeof Rule>;

/** Gives the path of a problem as it is written: `rules[2].when.all[0].field`. */
function problemPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : `${i === 0 ? "" : "."}${String(step)}`))
    .join("");
}

/**
 * Gives the rules of a value, checked. Throws {@link RulesError} `KAUDIT_RULES_INVALID`, which lists every problem with its path
 * (`rules[2].when.all[0].field: "actr" is not a field; did you mean actor?`), and `KAUDIT_RULES_DUPLICATE_ID`.
 */
export function parseRules(value: unknown): Rule[] {
  const parsed = z.strictObject({ rules: z.array(Rule) }).safeParse({ rules: value });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: problemPath(path), message }));
    const text = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
    throw new RulesError("KAUDIT_RULES_INVALID", text, { details: { problems } });
  }
  requireDistinctIds(parsed.data.rules);
  return parsed.data.rules;
}

/** Throws {@link RulesError} `KAUDIT_RULES_DUPLICATE_ID` when two rules have the same id. */
export function requireDistinctIds(rules: readonly Rule[]): void {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id))
      throw new RulesError("KAUDIT_RULES_DUPLICATE_ID", `rule ${id} is there twice; give one of them another id`, {
        details: { id },
      });
    seen.add(id);
  }
}
