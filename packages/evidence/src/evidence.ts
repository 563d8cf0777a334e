import type { PolicyInput } from "@kaudit/policy";
import type { Spool } from "@kaudit/schema";
import type { EvidenceBundle } from "./bundle.js";
import type { CanaryOptions } from "./canaries/canary-options.js";
import type { CoverageOptions } from "./coverage/coverage-options.js";
import type { DecisionOptions } from "./decisions/create-decisions.js";
import type { Scope } from "./decisions/scope.js";
import type { EvidenceCondition } from "./exceptions/evidence-condition.js";
import type { ExceptionsConfiguration } from "./exceptions/exceptions-configuration.js";
import type { GivenFramework } from "./frameworks/given-framework.js";
import type { CollectionManifest } from "./gates/collection-manifest.js";
import type { IdentityConfiguration } from "./identity.js";
import type { RegisterName, RegisterRows } from "./register-row.js";
import type { SampleOptions } from "./sample/draw-samples.js";

/** A half-open period `[from, to)`; both RFC 3339 in UTC. */
export interface EvidencePeriod {
  readonly from: string;
  readonly to: string;
  /** For titles: "October 2026", or the two dates. */
  readonly label: string;
}

/** An audit policy, its file's name, the SHA-256 (hex) of its bytes, and when and where it was in force. */
export interface PolicyInForce {
  readonly file: string;
  readonly sha256: string;
  readonly policy: PolicyInput;
  /** First instant at which it was in force, RFC 3339. Default: the period's first. */
  readonly from?: string;
  /** First instant at which it no longer was. Default: the period's end. */
  readonly to?: string;
  /** The cluster it was in force in. Default: every cluster. */
  readonly cluster?: string;
}

/** What is told of one of several clusters. */
export interface ClusterOptions {
  readonly name: string;
  readonly scope?: Scope;
  readonly coverage?: CoverageOptions;
  readonly canaries?: CanaryOptions;
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
  /** Frameworks to report on: ids of built-in ones, or one's own; default none. */
  readonly frameworks?: readonly (string | GivenFramework)[];
  /** Ids of categories that are in scope besides those that always are: `availability`, `confidentiality`. */
  readonly categories?: readonly string[];
  /** Registers to fill; default all. */
  readonly registers?: readonly RegisterName[];
  /** How samples are drawn from the registers. */
  readonly sample?: SampleOptions;
  /** Which exception rules are evaluated, and with what; default: the built-in ones with their defaults. */
  readonly exceptions?: ExceptionsConfiguration;
  /** What was found about the evidence itself by others, such as an input that changed since the last report. */
  readonly conditions?: readonly EvidenceCondition[];
  /** The audit policy that was in force for the whole period. */
  readonly policy?: PolicyInForce;
  /** The audit policies that were in force one after the other, or in several clusters. */
  readonly policies?: readonly PolicyInForce[];
  /** How gaps are judged. */
  readonly coverage?: CoverageOptions;
  /** The planted actions that are to be found again. Default: none. */
  readonly canaries?: CanaryOptions;
  /**
   * The clusters that the events are of, where there are several; default those that events name. What is told of one
   * here goes before `coverage` and `canaries` of the run, and beside its `scope`.
   */
  readonly clusters?: readonly ClusterOptions[];
  /** The hashes that the collector wrote down for the input files, to be compared with what was read. */
  readonly collection?: CollectionManifest;
  /** How the organisation's own names are read; default the built-in rules alone. */
  readonly identity?: IdentityConfiguration;
}

/** The evidence of one period: the document, and the rows of its registers. */
export interface Evidence {
  readonly bundle: EvidenceBundle;
  /** A register's rows by time, cluster, API server, auditID and source offset. Can be read more than once, until the spool is closed. */
  rows<Name extends RegisterName>(name: Name): AsyncIterable<RegisterRows[Name]>;
}
