import { ControlCriteria, GateId, ReportBlockName, ReportSectionName, SourceLimit } from "@kaudit/controls";
import { Level } from "@kaudit/schema";
import { z } from "zod";
import { registerNames } from "../register-row.js";

const count = z.number().int().nonnegative();

/** What a control's evidence allows to say. Zero rows alone never give `evidence-present`. */
export const ControlStatus = z.enum(["evidence-present", "exceptions", "insufficient-evidence", "outside-source"]);
export type ControlStatus = z.infer<typeof ControlStatus>;

/** Whether a gate holds for what a control needs. */
export const GateResult = z.enum(["holds", "fails", "not-evaluated"]);
export type GateResult = z.infer<typeof GateResult>;

/** A control of a framework, what was tested for it, and what came of it. */
export const ControlInBundle = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** What it asks for, in words of our own. */
  summary: z.string(),
  relevance: z.enum(["direct", "supporting", "contextual"]),
  /** Where the framework tells them apart (HIPAA). */
  requirement: z.enum(["required", "addressable"]).nullable(),
  /** The framework's own words, where they are in the public domain. */
  ruleText: z.string().nullable(),
  /** What was tested, in a few words. */
  tested: z.string(),
  /** The block of a report's further sections that is about it. */
  reportBlock: ReportBlockName.nullable(),
  criteria: ControlCriteria,
  status: ControlStatus,
  /** Why this status, in one or two sentences. */
  statusReason: z.string(),
  /** Where several clusters were read: how it stands in each. `status` is the worst of them. */
  clusters: z
    .array(z.strictObject({ cluster: z.string(), status: ControlStatus, statusReason: z.string() }))
    .optional(),
  /** The evidence classes that were tested: how many requests each holds. */
  populations: z.array(z.strictObject({ register: z.enum(registerNames), rows: count })),
  /** The exceptions that count for it: how many wait for a decision, and the ids of the first, open ones before closed ones. */
  exceptions: z.strictObject({ open: count, closed: count, ids: z.array(z.string()) }),
  /** The gates on which its status rests. */
  gates: z.array(z.strictObject({ id: GateId, result: GateResult })),
  /** What the audit log cannot show for this control, and what to ask for, as sentences. */
  limits: z.string(),
  /** The same, one entry a limit. */
  askFor: z.array(SourceLimit),
  retention: z.string(),
  /** Where the id and its meaning were checked, and how sure they are. */
  source: z.string(),
  idConfidence: z.enum(["high", "medium", "low"]),
});
export type ControlInBundle = z.infer<typeof ControlInBundle>;

/** A kind of event that a framework wants logged (PCI DSS 10.2.1.1 to .7), as a line of a table. */
export const EventClassInBundle = z.strictObject({
  /** The control's id; its population, exceptions and status stand there. */
  control: z.string(),
  /** What was selected for it. */
  selected: z.string(),
  /** `requests`: of registers. `derived`: from the log as a whole. `outside`: not in this source. */
  basis: z.enum(["requests", "derived", "outside"]),
  /** The lowest and highest level at which the policy records such requests of people and programs; null where not known. */
  levels: z.strictObject({ lowest: Level, highest: Level }).nullable(),
  /**
   * Days (UTC) of the period, how many are covered in full, and the first 400 that are not; `events` where no gaps were looked for,
   * so that a day with an event counts. Null for what lies outside.
   */
  days: z
    .strictObject({
      by: z.enum(["covered-time", "events"]),
      inPeriod: count,
      inFull: count,
      notInFull: z.array(z.string()),
    })
    .nullable(),
});
export type EventClassInBundle = z.infer<typeof EventClassInBundle>;

/** A framework with its results. */
export const FrameworkInBundle = z.strictObject({
  id: z.string(),
  name: z.string(),
  edition: z.string(),
  owner: z.string(),
  note: z.string(),
  retention: z.string(),
  /** The date until which the evidence is to be kept, where the framework says. */
  keepUntil: z.string().nullable(),
  /** The file of a framework of one's own, and its SHA-256; null for a built-in one. */
  definition: z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  controlNoun: z.strictObject({ singular: z.string(), plural: z.string() }),
  /** The label of the namespaces that it is about. */
  scopeLabel: z.enum(["production", "cde", "ephi"]),
  /** What is reported in any case, and the parts that can be left out. */
  alwaysInScope: z.string().nullable(),
  categories: z.array(z.strictObject({ id: z.string(), name: z.string(), inScope: z.boolean() })),
  /** The sections that its report has besides those of every report. */
  sections: z.array(ReportSectionName),
  footnotes: z.array(
    z.strictObject({ text: z.string(), source: z.string(), idConfidence: z.enum(["high", "medium", "low"]) }),
  ),
  /** One entry for each control that asks for a kind of event; empty for most frameworks. */
  eventClasses: z.array(EventClassInBundle),
  controls: z.array(ControlInBundle),
});
export type FrameworkInBundle = z.infer<typeof FrameworkInBundle>;
