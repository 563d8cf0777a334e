import type { ControlDefinition, FrameworkDefinition, GateId } from "@kaudit/controls";
import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import { exceptionsFor } from "../exceptions/open-exceptions-for.js";
import type { ControlInBundle, GateResult } from "./framework-in-bundle.js";

/** Ids of exceptions that a control names; all are counted. */
const mostIds = 25;

/** What of a gate a control shows. */
export interface JudgedGate {
  readonly id: string;
  readonly result: GateResult;
  readonly registers: readonly { readonly register: string; readonly result: GateResult }[];
}

/** All of a control's result but the status. */
export type ControlDescription = Omit<ControlInBundle, "status" | "statusReason" | "populations">;

/**
 * Describes a control: what it asks, what was tested, which exceptions and gates count for it, and what to ask for elsewhere. The
 * exceptions are linked to their controls already.
 */
export function controlDescription(
  definition: ControlDefinition,
  framework: FrameworkDefinition,
  exceptions: readonly ExceptionInBundle[],
  gates: readonly JudgedGate[],
): ControlDescription {
  const { id, title, summary, relevance, tested, criteria, idConfidence } = definition;
  return {
    id,
    title,
    summary,
    relevance,
    requirement: definition.requirement ?? null,
    ruleText: definition.ruleText ?? null,
    tested,
    reportBlock: definition.reportBlock ?? null,
    criteria,
    exceptions: countedFor(id, framework.id, exceptions),
    gates: neededGates(definition).map((gate) => ({ id: gate, result: gateResult(gate, definition, gates) })),
    limits: definition.limits
      .map(({ missing, askFor }) => `Not in this source: ${missing}. Ask for: ${askFor}.`)
      .join(" "),
    askFor: definition.limits,
    retention: definition.retention ?? framework.retention,
    source: definition.source ?? framework.source,
    idConfidence,
  };
}

function countedFor(
  controlId: string,
  frameworkId: string,
  exceptions: readonly ExceptionInBundle[],
): ControlInBundle["exceptions"] {
  const { open, closed } = exceptionsFor(frameworkId, controlId, exceptions);
  const ids = [...open, ...closed].slice(0, mostIds).map(({ id }) => id);
  return { open: open.length, closed: closed.length, ids };
}

/** The gates that every population has to pass. */
const populationGates: readonly GateId[] = ["G1", "G2", "G3", "G4", "G5"];

function neededGates({ evidenceClasses, gates }: ControlDefinition): GateId[] {
  const needed = new Set<GateId>([...(evidenceClasses.length > 0 ? populationGates : []), ...gates]);
  return [...needed].toSorted();
}

/** The worst of the gate's results for the control's populations; of the gate as a whole for a control that asks about it. */
function gateResult(id: GateId, definition: ControlDefinition, gates: readonly JudgedGate[]): GateResult {
  const gate = gates.find((one) => one.id === id);
  if (gate === undefined) return "not-evaluated";
  const classes: readonly string[] = definition.evidenceClasses;
  const own = gate.registers.filter(({ register }) => classes.includes(register)).map(({ result }) => result);
  const results = own.length === 0 || definition.gates.includes(id) ? [gate.result] : own;
  return (["fails", "not-evaluated"] as const).find((result) => results.includes(result)) ?? "holds";
}
