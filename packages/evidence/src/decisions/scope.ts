import { z } from "zod";
import { anyOf, type TextMatcher } from "./pattern.js";
import { Patterns } from "./words.js";

/** What a namespace can be labelled as. */
export const scopeLabels = ["production", "cde", "ephi"] as const;
export type ScopeLabel = (typeof scopeLabels)[number];

const namespaces = (what: string) =>
  Patterns.optional().describe(`Namespaces ${what}; * stands for any characters, alone for the whole cluster.`);

/** Which namespaces are in scope, and as what. */
export const Scope = z.strictObject({
  production: namespaces("that serve production"),
  cde: namespaces("of the cardholder data environment (PCI DSS)"),
  ephi: namespaces("that hold electronic protected health information (HIPAA)"),
});
export type Scope = z.infer<typeof Scope>;

/** Scopes of clusters, ready to be asked. */
export interface Scopes {
  /**
   * Gives the labels of a namespace of a cluster. A request without a namespace reaches all of them, or the cluster itself, and so
   * has every label that the cluster knows.
   */
  of(cluster: string, namespace: string): readonly ScopeLabel[];
  /** Whether anything is declared for a cluster: what is not declared cannot be told from what is out of scope (gate G6). */
  isDeclared(cluster: string): boolean;
  /** The labels that are declared for a cluster. */
  labels(cluster: string): readonly ScopeLabel[];
}

/** Compiles the scope of all clusters (`scope`) and of single ones; a cluster's own adds to that of all. */
export function compileScope(
  scope: Scope | undefined,
  clusters: readonly { readonly name: string; readonly scope?: Scope | undefined }[] = [],
): Scopes {
  const ofAll = matchersOf([scope]);
  const own = new Map<string, (readonly [ScopeLabel, TextMatcher])[]>();
  for (const cluster of clusters) own.set(cluster.name, matchersOf([scope, cluster.scope]));
  const matchers = (cluster: string): readonly (readonly [ScopeLabel, TextMatcher])[] => own.get(cluster) ?? ofAll;
  const labels = (cluster: string): readonly ScopeLabel[] => matchers(cluster).map(([label]) => label);
  return {
    of: (cluster, namespace) =>
      namespace === ""
        ? labels(cluster)
        : matchers(cluster)
            .filter(([, matches]) => matches(namespace))
            .map(([label]) => label),
    isDeclared: (cluster) => matchers(cluster).length > 0,
    labels,
  };
}

function matchersOf(scopes: readonly (Scope | undefined)[]): (readonly [ScopeLabel, TextMatcher])[] {
  return scopeLabels.flatMap((label) => {
    const patterns = scopes.flatMap((scope) => scope?.[label] ?? []);
    return patterns.length === 0 ? [] : [[label, anyOf(patterns)] as const];
  });
}
