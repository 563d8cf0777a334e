import type { PolicyInput } from "@kaudit/policy";
import type { Spool } from "@kaudit/schema";
import type { EvidenceBundle } from "./bundle.js";
import type { DecisionOptions } from "./decisions/create-decisions.js";
import type { Scope } from "./decisions/scope.js";
import type { EvidenceCondition } from "./exceptions/evidence-condition.js";
import type { ExceptionsConfiguration } from "./exceptions/exceptions-configuration.js";
import type { RegisterName, RegisterRows } from "./register-row.js";
import type { SampleOptions } from "./sample/draw-samples.js";

/** A half-open period `[from, to)`; both RFC 3339 in UTC. */
export interface EvidencePeriod {
  readonly from: string;
  readonly to: string;
  /** For titles: "October 2026", or the two dates. */
  readonly label: string;
}

/** What an evidence run is told; everything it needs from outside comes in here. */
export interface EvidenceOptions extends DecisionOptions {
  readonly period: EvidencePeriod;
  /** The cluster, and what is in scope in it beside the `scope` of all clusters. */
  readonly cluster: { readonly name: string; readonly basis: string; readonly scope?: Scope };
  /** Version of the command or program that makes the evidence. */
  readonly toolVersion: string;
  /** Where rows are put aside. */
  readonly spool: Spool;
  /** Framework ids; default none. */
  readonly frameworks?: readonly string[];
  /** Registers to fill; default all. */
  readonly registers?: readonly RegisterName[];
  /** How samples are drawn from the registers. */
  readonly sample?: SampleOptions;
  /** Which exception rules are evaluated, and with what; default: the built-in ones with their defaults. */
  readonly exceptions?: ExceptionsConfiguration;
  /** What was found about the evidence itself by others, such as an input that changed since the last report. */
  readonly conditions?: readonly EvidenceCondition[];
  /** The audit policy that was in force, its file's name, and the SHA-256 (hex) of its bytes. */
  readonly policy?: { readonly file: string; readonly sha256: string; readonly policy: PolicyInput };
}

/** The evidence of one period: the document, and the rows of its registers. */
export interface Evidence {
  readonly bundle: EvidenceBundle;
  /** A register's rows by time, cluster, API server, auditID and source offset. Can be read more than once, until the spool is closed. */
  rows<Name extends RegisterName>(name: Name): AsyncIterable<RegisterRows[Name]>;
}
