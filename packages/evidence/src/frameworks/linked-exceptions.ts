import { controlsInScope } from "@kaudit/controls";
import type { ControlDefinition } from "@kaudit/controls";
import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import type { ChosenFramework } from "./given-framework.js";

/** What of an exception tells for which controls it counts. */
export type LinkedException = Pick<ExceptionInBundle, "rule" | "controls">;

/**
 * Gives exceptions with the controls of each framework for which they count: those that the exception's rule names, and those
 * that name the rule themselves, as far as they are in scope. A framework of one's own needs no change of the rules for that.
 */
export function linkedExceptions<Exception extends LinkedException>(
  exceptions: readonly Exception[],
  frameworks: readonly ChosenFramework[],
  categories: readonly string[],
): Exception[] {
  const scopes = frameworks.map(({ definition }) => ({
    id: definition.id,
    controls: controlsInScope(definition, categories).controls,
  }));
  return exceptions.map((exception) => {
    const controls = { ...exception.controls };
    for (const scope of scopes) {
      const named = Object.hasOwn(exception.controls, scope.id) ? (exception.controls[scope.id] ?? []) : [];
      const own = scope.controls.filter((control) => named.includes(control.id) || namesRule(control, exception.rule));
      controls[scope.id] = own.map(({ id }) => id);
    }
    return { ...exception, controls };
  });
}

function namesRule({ rules }: ControlDefinition, rule: string): boolean {
  return rules === "all" || rules.includes(rule);
}
