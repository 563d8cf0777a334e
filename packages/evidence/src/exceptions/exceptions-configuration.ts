import { exceptionLists, exceptionParameters, exceptionRules } from "@kaudit/controls";
import { conditionsOf, conditionUses, Rule, RuleLists, Severity } from "@kaudit/rules";
import type { ListKind } from "@kaudit/rules";
import { compileList, RulesError } from "@kaudit/rules";
import { z } from "zod";
import type { IdentityConfiguration } from "../identity.js";

const ruleIds = exceptionRules.map(({ id }) => id);
const parameterNames = Object.keys(exceptionParameters);

/** The section `exceptions` of a configuration: rules switched off, other severities, numbers, lists, and rules of one's own. */
export const ExceptionsConfiguration = z
  .strictObject({
    off: z.array(z.string()).optional().describe("Ids of rules that are not evaluated; the report says so."),
    severity: z
      .record(z.string(), Severity)
      .optional()
      .describe("Another severity for a rule, whatever the circumstances."),
    parameters: z
      .record(z.string(), z.number().positive())
      .optional()
      .describe(`Numbers of the rules: ${parameterNames.join(", ")}.`),
    lists: RuleLists.optional().describe(
      `Lists of the rules: ${Object.keys(exceptionLists).join(", ")}, and your own.`,
    ),
    rules: z
      .array(Rule)
      .max(500)
      .optional()
      .describe("Rules of your own, with the same conditions as the built-in ones."),
  })
  .superRefine((configuration, context) => {
    const own = configuration.rules ?? [];
    const known = [...ruleIds, ...own.map(({ id }) => id)];
    const refuse = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: "custom", path, message });
    };
    for (const [i, id] of (configuration.off ?? []).entries())
      if (!known.includes(id)) refuse(["off", i], `${JSON.stringify(id)} is no rule; kaudit rules list names them`);
    for (const id of Object.keys(configuration.severity ?? {}))
      if (!known.includes(id))
        refuse(["severity", id], `${JSON.stringify(id)} is no rule; kaudit rules list names them`);
    for (const [i, { id }] of own.entries())
      if (known.indexOf(id) !== ruleIds.length + i)
        refuse(["rules", i, "id"], `${id} is there already; give it another id`);
    const parameters = { ...configuration.parameters };
    const uses = own.map((rule) => conditionUses(conditionsOf(rule)));
    for (const [i, { parameters: used }] of uses.entries())
      for (const name of used)
        if (!parameterNames.includes(name) && !Object.hasOwn(parameters, name))
          refuse(["rules", i], `parameter ${name} is not there; set it under parameters`);
    const usedOwn = new Set(uses.flatMap((use) => [...use.parameters]));
    for (const name of Object.keys(parameters))
      if (!parameterNames.includes(name) && !usedOwn.has(name))
        refuse(
          ["parameters", name],
          `${JSON.stringify(name)} is no parameter; expected one of ${parameterNames.join(", ")}`,
        );
    const kinds = new Map<string, ListKind>(Object.entries(exceptionLists).map(([name, { kind }]) => [name, kind]));
    for (const use of uses) for (const [name, kind] of use.lists) if (!kinds.has(name)) kinds.set(name, kind);
    for (const [name, entries] of Object.entries(configuration.lists ?? {})) {
      const kind = kinds.get(name);
      if (kind === undefined) {
        refuse(
          ["lists", name],
          `${JSON.stringify(name)} is no list of any rule; expected one of ${[...kinds.keys()].join(", ")}`,
        );
        continue;
      }
      try {
        compileList(name, kind, entries);
      } catch (error) {
        if (!(error instanceof RulesError)) throw error;
        for (const problem of error.details["problems"] as readonly string[]) refuse(["lists", name], problem);
      }
    }
  });
export type ExceptionsConfiguration = z.infer<typeof ExceptionsConfiguration>;

/** The rules, lists and numbers of a run. */
export interface ExceptionSettings {
  /** All rules that are evaluated, with the severities of the configuration. */
  readonly rules: readonly Rule[];
  /** Rules that were switched off. */
  readonly off: readonly Rule[];
  readonly lists: Readonly<Record<string, readonly unknown[]>>;
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * Gives the settings of a configuration, over the defaults of the exception rules. Shared and emergency names that `identity`
 * gives stand for the lists `genericNames` and `breakGlass`, where these are not given.
 */
export function exceptionSettings(
  configuration: ExceptionsConfiguration = {},
  identity: IdentityConfiguration = {},
): ExceptionSettings {
  const off = new Set(configuration.off ?? []);
  const all = [...exceptionRules, ...(configuration.rules ?? [])].map((rule) => {
    const severity = Object.hasOwn(configuration.severity ?? {}, rule.id)
      ? configuration.severity?.[rule.id]
      : undefined;
    return severity === undefined ? rule : withSeverity(rule, severity);
  });
  const lists: Record<string, readonly unknown[]> = {};
  for (const [name, list] of Object.entries(exceptionLists)) if ("default" in list) lists[name] = list.default;
  const parameters: Record<string, number> = {};
  for (const [name, one] of Object.entries(exceptionParameters)) parameters[name] = one.default;
  return {
    rules: all.filter(({ id }) => !off.has(id)),
    off: all.filter(({ id }) => off.has(id)),
    lists: { ...lists, ...identityLists(identity), ...configuration.lists },
    parameters: { ...parameters, ...configuration.parameters },
  };
}

function identityLists({ sharedNames, breakGlass }: IdentityConfiguration): Record<string, readonly unknown[]> {
  return {
    ...(sharedNames === undefined ? {} : { genericNames: sharedNames }),
    ...(breakGlass === undefined ? {} : { breakGlass: [...(breakGlass.names ?? []), ...(breakGlass.groups ?? [])] }),
  };
}

/** A severity that somebody has set holds whatever the circumstances. */
function withSeverity(rule: Rule, severity: Severity): Rule {
  const { severityWhen: _when, scopeRaises: _scope, followedBy: _followed, ...plain } = rule;
  return { ...plain, severity };
}
