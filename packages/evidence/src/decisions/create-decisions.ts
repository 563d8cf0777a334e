import type { Approval, Approvals } from "./approval.js";
import { compileApprovals, type CompiledApprovals } from "./compile-approvals.js";
import type { ApprovalInBundle, DecisionsInBundle, ScopeInBundle, SignOffInBundle } from "./decisions-in-bundle.js";
import { decided, type Disposition, type Dispositions } from "./disposition.js";
import { compileScope, type Scope, scopeLabels, type Scopes } from "./scope.js";
import {
  type DecidableException,
  settleExceptions,
  type SettledExceptions,
  type StaleDisposition,
} from "./settle-exceptions.js";
import { reviewState, type SignOff } from "./sign-off.js";
import type { z } from "zod";

/** A file that was handed in: its own name and the SHA-256 (hex) of its bytes. */
export interface HandedInFile {
  readonly file: string;
  readonly sha256: string;
}

/** What people decided, as evidence takes it. */
export interface DecisionOptions {
  /** Accesses that were approved beforehand. */
  readonly approvals?: HandedInFile & Approvals;
  /** Decisions about exceptions. */
  readonly dispositions?: HandedInFile & Dispositions;
  /** The namespaces in scope, of all clusters. */
  readonly scope?: Scope;
  /** Who prepared, reviewed and approved. */
  readonly signOff?: SignOff;
}

/** What people decided, ready to be held against the evidence of a period. */
export interface Decisions {
  readonly approvals: CompiledApprovals;
  readonly scopes: Scopes;
  /** Applies the dispositions, as {@link settleExceptions} does, and keeps which of them closed nothing. */
  settle<Exception extends DecidableException>(exceptions: readonly Exception[]): Exception[];
  /** What the bundle says of approvals, in the order of their file. */
  approvalUses(): ApprovalInBundle[];
  files(): DecisionsInBundle;
  scope(): z.infer<typeof ScopeInBundle>;
  signOff(actors: Iterable<string>): SignOffInBundle;
}

interface Frame {
  readonly cluster: { readonly name: string; readonly scope?: Scope };
  /** Where there are several. */
  readonly clusters?: readonly { readonly name: string; readonly scope?: Scope }[];
  readonly period: { readonly from: string; readonly to: string };
}

/** Makes the decisions of a run ready. Throws nothing: what was handed in is checked by its schemas. */
export function createDecisions(options: DecisionOptions, { cluster, clusters = [], period }: Frame): Decisions {
  const entries: readonly Approval[] = options.approvals?.approvals ?? [];
  const approvals = compileApprovals(entries);
  const scopes = compileScope(options.scope, [cluster, ...clusters]);
  const decisions: ReadonlyMap<string, Disposition> =
    options.dispositions === undefined ? new Map() : decided(options.dispositions);
  let stale: readonly StaleDisposition[] = settleExceptions([], decisions).stale;
  return {
    approvals,
    scopes,
    settle(exceptions) {
      const settled: SettledExceptions<(typeof exceptions)[number]> = settleExceptions(exceptions, decisions);
      stale = settled.stale;
      return settled.exceptions;
    },
    approvalUses: () => approvals.uses(period).map((use) => ({ ...use, problems: [...use.problems] })),
    files: () => ({
      approvals: options.approvals === undefined ? null : handedIn(options.approvals, entries.length),
      dispositions:
        options.dispositions === undefined
          ? null
          : {
              ...handedIn(options.dispositions, options.dispositions.dispositions.length),
              undecided: options.dispositions.dispositions.length - decisions.size,
            },
      stale: stale.map((one) => ({ ...one })),
    }),
    scope: () => ({
      declared: (clusters.length > 1 ? clusters : [cluster]).every(({ name }) => scopes.isDeclared(name)),
      labels: scopeLabels.flatMap((label) => {
        const all = [options.scope, cluster.scope, ...clusters.map(({ scope }) => scope)];
        const namespaces = [...new Set(all.flatMap((scope) => scope?.[label] ?? []))];
        return namespaces.length === 0 ? [] : [{ label, namespaces }];
      }),
    }),
    signOff(actors) {
      const { prepared = null, reviewed = null, approved = null } = options.signOff ?? {};
      const { problems } = reviewState(options.signOff ?? null, period, actors);
      const state = reviewed !== null && approved !== null ? "final" : "draft";
      return { prepared, reviewed, approved, state, problems: problems.map((one) => ({ ...one })) };
    },
  };
}

function handedIn({ file, sha256 }: HandedInFile, entries: number): { file: string; sha256: string; entries: number } {
  return { file, sha256, entries };
}
