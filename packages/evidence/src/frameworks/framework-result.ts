import { controlsInScope } from "@kaudit/controls";
import type { ControlDefinition } from "@kaudit/controls";
import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import type { RegisterName } from "../register-row.js";
import { controlDescription } from "./control-description.js";
import type { JudgedGate } from "./control-description.js";
import { eventClasses } from "./event-classes.js";
import type { ControlInBundle, EventClassInBundle, FrameworkInBundle } from "./framework-in-bundle.js";
import { withFurtherNeeds } from "./further-needs.js";
import type { HandedIn } from "./further-needs.js";
import type { ChosenFramework } from "./given-framework.js";
import type { LevelRange } from "./recorded-levels.js";

/** What the results of frameworks are made of. */
export interface FrameworkBasis {
  readonly period: { readonly to: string };
  /** Ids of categories to report besides those that are in scope by themselves. */
  readonly categories: readonly string[];
  /** Linked to their controls. */
  readonly exceptions: readonly ExceptionInBundle[];
  readonly gates: readonly JudgedGate[];
  /** At which levels the policy records each register; null without a policy. */
  readonly levels: ReadonlyMap<RegisterName, LevelRange> | null;
  readonly days: NonNullable<EventClassInBundle["days"]>;
  readonly handedIn: HandedIn;
  /** Judges a control by gates and exceptions. */
  status(
    definition: ControlDefinition,
    frameworkId: string,
  ): Pick<ControlInBundle, "status" | "statusReason" | "populations" | "clusters">;
}

/** Gives a framework with the results of its controls in scope, in its own order. */
export function frameworkResult({ definition, given }: ChosenFramework, basis: FrameworkBasis): FrameworkInBundle {
  const { id, name, edition, owner, note, retention, keepYears, controlNoun, scopeLabel } = definition;
  const scope = controlsInScope(definition, basis.categories);
  return {
    id,
    name,
    edition,
    owner,
    note,
    retention,
    keepUntil: keepYears === undefined ? null : yearsAfter(basis.period.to, keepYears),
    definition: given,
    controlNoun,
    scopeLabel,
    alwaysInScope: definition.alwaysInScope ?? null,
    categories: definition.categories.map((category) => ({
      id: category.id,
      name: category.name,
      inScope: scope.inScope.includes(category.id),
    })),
    sections: definition.sections,
    footnotes: definition.footnotes,
    eventClasses: eventClasses(scope.controls, basis.levels, basis.days),
    controls: scope.controls.map((control) => ({
      ...controlDescription(control, definition, basis.exceptions, basis.gates),
      ...withFurtherNeeds(control, basis.status(control, id), basis.handedIn),
    })),
  };
}

/** The date so many years after an instant: 2032-11-01. The 29th of February becomes the 1st of March where there is none. */
function yearsAfter(instant: string, years: number): string {
  const date = new Date(Date.parse(instant));
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString().slice(0, 10);
}
