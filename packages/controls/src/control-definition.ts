import { z } from "zod";

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

/** Something that this source cannot show, and what to ask whom for instead. */
export const SourceLimit = z.strictObject({
  /** What is not in the audit log. */
  missing: z.string().min(1),
  /** What to ask for. */
  askFor: z.string().min(1),
});
export type SourceLimit = z.infer<typeof SourceLimit>;

/** One control, criterion or requirement of a framework, as far as API audit logs bear on it. */
export const ControlDefinition = z.strictObject({
  /** As the framework numbers it: `CC6.1`, `10.2.1.4`, `164.312(b)`. */
  id: z.string().min(1),
  title: z.string().min(1),
  /** What it asks for, in our own words. */
  summary: z.string().min(1),
  /** direct: the events are primary evidence. supporting: a part of it. contextual: a pointer only. */
  relevance: z.enum(["direct", "supporting", "contextual"]),
  /** The populations that are tested for it. */
  evidenceClasses: z.array(EvidenceClass).min(1),
  limits: z.array(SourceLimit).min(1),
  /** Where the id and its meaning were checked. */
  source: z.string().min(1),
  idConfidence: z.enum(["high", "medium", "low"]),
});
export type ControlDefinition = z.infer<typeof ControlDefinition>;

/** A framework and its controls, in its own order. */
export const FrameworkDefinition = z.strictObject({
  /** As the command line and file names write it: `soc2`, `pci-dss`. */
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  /** For titles: "SOC 2". */
  name: z.string().min(1),
  /** Which edition the ids are from. */
  edition: z.string().min(1),
  owner: z.string().min(1),
  /** What is said about the texts: whose they are, and that the summaries are ours. */
  note: z.string().min(1),
  /** How long evidence is to be kept, as far as the framework says. */
  retention: z.string().min(1),
  controls: z.array(ControlDefinition).min(1),
});
export type FrameworkDefinition = z.infer<typeof FrameworkDefinition>;
