import { z } from "zod";
import { DefinitionText } from "./definition-text.js";

/** The kinds of requests that are evidence, by the name of their register, in the order in which reports show them. */
export const evidenceClasses = [
  "secrets",
  "rbac",
  "sessions",
  "authentication",
  "authorization",
  "credentials",
  "impersonation",
  "deletions",
  "configuration",
] as const;

/** A kind of requests that is evidence. */
export const EvidenceClass = z.enum(evidenceClasses);
export type EvidenceClass = z.infer<typeof EvidenceClass>;

/**
 * The gates that evidence passes: G1 the class could be recorded, G2 no unexplained gap, G3 the source leaves nothing out, G4
 * planted actions were seen, G5 inputs complete and intact, G6 scope declared, G7 reviewed.
 */
export const gateIds = ["G1", "G2", "G3", "G4", "G5", "G6", "G7"] as const;

/** A gate, by its number. */
export const GateId = z.enum(gateIds);
export type GateId = z.infer<typeof GateId>;

/** Something that this source cannot show, and what to ask for instead. */
export const SourceLimit = z.strictObject({
  /** What is not in the audit log; no full stop at the end, as it becomes part of a sentence. */
  missing: DefinitionText,
  /** What to ask for. */
  askFor: DefinitionText,
});
export type SourceLimit = z.infer<typeof SourceLimit>;

const noneRecorded =
  "It is not verified for the whole period that such requests were recorded: the audit policy, the source, a gap, or a file that could not be read leaves it open.";

/** What has to be seen for each answer, in plain words. */
export const ControlCriteria = z.strictObject({
  /** What makes the evidence present. */
  present: DefinitionText,
  /** What needs a person's decision. */
  exceptions: DefinitionText,
  /** What leaves the question open. */
  insufficient: DefinitionText.default(noneRecorded),
});
export type ControlCriteria = z.infer<typeof ControlCriteria>;

/** The id of an exception rule, built in (`KX-012`) or of one's own. */
const RuleId = z.string().regex(/^[A-Z][A-Z0-9]*-[A-Za-z0-9-]{1,40}$/, "expected the id of an exception rule: KX-012");

/**
 * Blocks in the further sections of a report that are about one control: `event-details`, whether every row holds what has to be
 * told; `daily-review`, `log-history` and `logging-failures`, how the log is kept; `review-record` and `emergency-access`.
 */
export const reportBlocks = [
  "event-details",
  "daily-review",
  "log-history",
  "logging-failures",
  "review-record",
  "emergency-access",
] as const;

/** A block of a report that is about one control. */
export const ReportBlockName = z.enum(reportBlocks);
export type ReportBlockName = z.infer<typeof ReportBlockName>;

/**
 * What has to be handed in before a control's evidence can be present: `collection-manifest`, the hashes that were taken when the
 * files were collected; `run-history`, a record of the runs and their acknowledgement; `leaver-list`, `emergency-list` and
 * `third-party-list`, who has left, which identities are for emergencies, and which belong to third parties.
 */
export const handedInNeeds = [
  "collection-manifest",
  "run-history",
  "leaver-list",
  "emergency-list",
  "third-party-list",
] as const;

/** Something that has to be handed in. */
export const HandedInNeed = z.enum(handedInNeeds);
export type HandedInNeed = z.infer<typeof HandedInNeed>;

/** One control, criterion or requirement of a framework, as far as API audit logs bear on it. */
export const ControlDefinition = z
  .strictObject({
    /** As the framework numbers it: `CC6.1`, `10.2.1.4`, `164.312(b)`. */
    id: DefinitionText.max(64),
    title: DefinitionText.max(120),
    /** What it asks for, in our own words. */
    summary: DefinitionText,
    /** direct: the events are primary evidence. supporting: a part of it. contextual: a pointer only. */
    relevance: z.enum(["direct", "supporting", "contextual"]).default("direct"),
    /** What is tested, in a few words for a table. */
    tested: DefinitionText.max(120),
    /** What a rule asks for: `required`, or `addressable` where another measure may take its place (HIPAA). */
    requirement: z.enum(["required", "addressable"]).optional(),
    /** The framework's own words, only where they are in the public domain. */
    ruleText: DefinitionText.optional(),
    /** Reported when any of these categories is in scope; without them always. */
    categories: z.array(z.string()).min(1).optional(),
    /** Gives the control a line in the table of event classes (PCI DSS 10.2.1.1 to .7): what was selected. */
    eventClass: DefinitionText.max(80).optional(),
    /** The block of the report's further sections that is about it: its heading names the control. */
    reportBlock: ReportBlockName.optional(),
    /** The populations that are tested for it. */
    evidenceClasses: z.array(EvidenceClass).default([]),
    /** Gates that are themselves what the control asks about: a review (G7), a log without gaps (G2). */
    gates: z.array(GateId).default([]),
    /** Exception rules whose findings count for it, besides those that name the control themselves; `all` for every rule. */
    rules: z.union([z.literal("all"), z.array(RuleId)]).default([]),
    /** Without these the evidence is insufficient, whatever else there is. */
    needs: z.array(HandedInNeed).default([]),
    /** The events that are read have to reach back so many months before the period's end. */
    historyMonths: z.number().int().min(1).max(1200).optional(),
    criteria: ControlCriteria,
    limits: z.array(SourceLimit).default([]),
    /** How long evidence is to be kept, where it differs from the framework's. */
    retention: DefinitionText.optional(),
    /** Where the id and its meaning were checked, where it differs from the framework's. */
    source: DefinitionText.optional(),
    idConfidence: z.enum(["high", "medium", "low"]).default("high"),
  })
  .refine(({ evidenceClasses: classes, gates, limits }) => classes.length + gates.length + limits.length > 0, {
    path: ["limits"],
    message:
      "with no evidenceClasses and no gates nothing is tested: say in limits what is missing and what to ask for",
  });
export type ControlDefinition = z.infer<typeof ControlDefinition>;
