import { z } from "zod";
import { ControlDefinition } from "./control-definition.js";
import { DefinitionText } from "./definition-text.js";

/**
 * Sections that a report has for some frameworks: `event-classes`, a line for each control with `eventClass`, and whether every
 * row holds who, what, when, outcome, origin and object; `log-keeping`, daily review, history and failures of the log;
 * `review-record`, who reviewed what and when; `citations`, each control with `requirement` and `ruleText`; `emergency-access`,
 * use of emergency identities.
 */
export const reportSections = [
  "event-classes",
  "log-keeping",
  "review-record",
  "citations",
  "emergency-access",
] as const;

/** A section that a report has for some frameworks. */
export const ReportSectionName = z.enum(reportSections);
export type ReportSectionName = z.infer<typeof ReportSectionName>;

const slug = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "expected small letters, digits and single dashes: our-rules");

/** A part of a framework that an organisation may leave out: Availability, Confidentiality. */
export const FrameworkCategory = z.strictObject({
  id: slug,
  name: DefinitionText.max(80),
  /** Whether it is reported when nothing is said. */
  inScope: z.boolean().default(false),
});
export type FrameworkCategory = z.infer<typeof FrameworkCategory>;

/** A remark that a report prints below its results. */
export const FrameworkFootnote = z.strictObject({
  text: DefinitionText,
  source: DefinitionText,
  idConfidence: z.enum(["high", "medium", "low"]).default("high"),
});
export type FrameworkFootnote = z.infer<typeof FrameworkFootnote>;

/** A framework and its controls, in its own order. */
export const FrameworkDefinition = z
  .strictObject({
    /** For editors; not kept. */
    $schema: z.string().optional(),
    /** As the command line and file names write it: `soc2`, `pci-dss`. */
    id: slug,
    /** For titles: "SOC 2". */
    name: DefinitionText.max(60),
    /** Which edition the ids are from. */
    edition: DefinitionText.max(120),
    owner: DefinitionText.max(120),
    /** What is said about the texts: whose they are, and that the summaries are ours. */
    note: DefinitionText,
    /** How long evidence is to be kept, as far as the framework says. */
    retention: DefinitionText,
    /** So many years after the period's end the evidence is to be kept; the cover prints the date. */
    keepYears: z.number().int().min(1).max(100).optional(),
    /** Where ids and their meaning were checked. */
    source: DefinitionText,
    /** What the framework calls its controls. */
    controlNoun: z
      .strictObject({ singular: DefinitionText.max(30), plural: DefinitionText.max(30) })
      .default({ singular: "control", plural: "controls" }),
    /** The label of the namespaces that the framework is about. */
    scopeLabel: z.enum(["production", "cde", "ephi"]).default("production"),
    categories: z.array(FrameworkCategory).default([]),
    /** The name of what is reported whatever the categories. */
    alwaysInScope: DefinitionText.max(80).optional(),
    /** Sections of the report that only some frameworks have, in the order in which they are printed. */
    sections: z.array(ReportSectionName).default([]),
    footnotes: z.array(FrameworkFootnote).max(10).default([]),
    controls: z.array(ControlDefinition).min(1).max(2000),
  })
  .superRefine((framework, context) => {
    repeated(framework.controls.map(({ id }) => id)).forEach((index) =>
      context.addIssue({
        code: "custom",
        path: ["controls", index, "id"],
        message: `${JSON.stringify(framework.controls[index]?.id)} stands twice; every control has an id of its own`,
      }),
    );
    const known = framework.categories.map(({ id }) => id);
    repeated(known).forEach((index) =>
      context.addIssue({ code: "custom", path: ["categories", index, "id"], message: "stands twice" }),
    );
    framework.controls.forEach(({ categories = [] }, index) =>
      categories.forEach((category, at) => {
        if (known.includes(category)) return;
        const message = `is not one of the framework's categories; ${known.length === 0 ? "it has none" : `use ${known.join(", ")}`}`;
        context.addIssue({ code: "custom", path: ["controls", index, "categories", at], message });
      }),
    );
  })
  .transform(({ $schema: _schema, ...framework }) => framework);
export type FrameworkDefinition = z.infer<typeof FrameworkDefinition>;

/** A framework as it is written: what has a default can be left out. */
export type FrameworkInput = z.input<typeof FrameworkDefinition>;

/** The places of the entries that stand before them already. */
function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
