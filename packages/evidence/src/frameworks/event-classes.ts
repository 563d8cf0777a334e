import type { ControlDefinition } from "@kaudit/controls";
import { registersOf } from "../internal/control-status.js";
import type { RegisterName } from "../register-row.js";
import type { EventClassInBundle } from "./framework-in-bundle.js";
import { joinedLevels } from "./recorded-levels.js";
import type { LevelRange } from "./recorded-levels.js";

/** Gives a line for each control that asks for a kind of event, in their order. */
export function eventClasses(
  controls: readonly ControlDefinition[],
  levels: ReadonlyMap<RegisterName, LevelRange> | null,
  days: NonNullable<EventClassInBundle["days"]>,
): EventClassInBundle[] {
  return controls.flatMap((control) => {
    if (control.eventClass === undefined) return [];
    const basis = control.evidenceClasses.length > 0 ? "requests" : control.gates.length > 0 ? "derived" : "outside";
    return [
      {
        control: control.id,
        selected: control.eventClass,
        basis,
        levels: basis === "requests" ? levelsOf(control, levels) : null,
        days: basis === "outside" ? null : days,
      },
    ];
  });
}

function levelsOf(control: ControlDefinition, levels: ReadonlyMap<RegisterName, LevelRange> | null): LevelRange | null {
  const own = registersOf(control).flatMap((register) => levels?.get(register) ?? []);
  const [first, ...rest] = own;
  return first === undefined ? null : rest.reduce(joinedLevels, first);
}
