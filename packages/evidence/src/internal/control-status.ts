import type { ControlDefinition, EvidenceClass } from "@kaudit/controls";
import type { Control, RegisterEntry } from "../bundle.js";
import { severities } from "@kaudit/rules";
import type { ExceptionInBundle } from "../exceptions/exception-in-bundle.js";
import { openExceptionsFor } from "../exceptions/open-exceptions-for.js";
import { decidingGates } from "../gates/evaluate-gates.js";
import type { Gate, GateId } from "../gates/evaluate-gates.js";
import type { VerifiedDays } from "../gates/verified-days.js";
import { registerNames } from "../register-row.js";
import type { RegisterName } from "../register-row.js";
import { counted, joined } from "./findings.js";

/** What the status of a control is judged by. */
export interface StatusBasis {
  readonly registers: readonly RegisterEntry[];
  readonly gates: readonly Gate[];
  readonly exceptions: readonly ExceptionInBundle[];
  readonly verifiedDays: (register: RegisterName) => VerifiedDays;
}

function isRegister(name: EvidenceClass): name is RegisterName {
  return (registerNames as readonly string[]).includes(name);
}

/** Gives the registers that a control's populations are. */
export function registersOf(definition: ControlDefinition): RegisterName[] {
  return definition.evidenceClasses.filter(isRegister);
}

/**
 * Gives a control with its status. It rests on three things only: the gates of the classes that the control needs, the
 * exceptions that are open among them, and whether the audit log bears on the control at all.
 *
 * - `outside-source`: the control needs no class of evidence that an audit log holds.
 * - `insufficient-evidence`: a deciding gate (G1, G2, G3, G5) fails for a class; or a class has no row, and not all of
 *   these gates hold for it, or its planted actions were missed.
 * - `exceptions`: the gates stand, and exceptions are open.
 * - `evidence-present`: the gates stand and none is open; classes without a row are "none observed", with what verifies it.
 */
export function controlStatus(
  definition: ControlDefinition,
  frameworkId: string,
  basis: StatusBasis,
): Pick<Control, "status" | "statusReason" | "populations"> {
  const registers = registersOf(definition);
  const populations = registers.map((register) => ({ register, rows: rowsOf(basis, register) }));
  const { status, sentences } = withOwnGates(judged(definition, frameworkId, populations, basis), definition, basis);
  const untested = definition.evidenceClasses.filter((name) => !isRegister(name));
  if (untested.length > 0) sentences.push(`Not tested in this version: ${joined(untested)}.`);
  return { status, statusReason: sentences.join(" "), populations };
}

/**
 * A control that asks about the evidence itself: the gates that it names judge it. Where one is not evaluated, nothing was
 * handed in by which to judge. That a scope is not declared or a review not finished (G6, G7) is for a person to mend.
 */
function judgedByGates(gates: readonly Gate[], exceptions: OpenExceptions): Judged {
  const failing = gates.filter(({ result }) => result === "fails");
  const insufficient = [
    ...failing.filter(({ id }) => !mendable.includes(id)),
    ...gates.filter(({ result }) => result === "not-evaluated"),
  ];
  const open = exceptions.open === 0 ? [] : [`${capitalised(exceptions.words)}.`];
  if (insufficient.length > 0) return { status: "insufficient-evidence", sentences: [...said(insufficient), ...open] };
  if (failing.length > 0 || exceptions.open > 0)
    return { status: "exceptions", sentences: [...said(failing), ...open] };
  return { status: "evidence-present", sentences: said(gates) };
}

/** What gates say, each sentence once. */
function said(gates: readonly Gate[]): string[] {
  return [...new Set(gates.map(({ sentence }) => sentence))];
}

/**
 * Gives the worse of what populations and the control's own gates say. Of the gates that it names, those that every population has to
 * pass were judged with the populations; scope and review (G6, G7) are left.
 */
function withOwnGates(populations: Judged, { evidenceClasses, gates }: ControlDefinition, basis: StatusBasis): Judged {
  const own = basis.gates.filter(({ id }) => gates.includes(id) && mendable.includes(id));
  if (evidenceClasses.length === 0 || own.length === 0) return populations;
  const asked = judgedByGates(own, { open: 0, words: "" });
  if (asked.status === "evidence-present") return populations;
  const worse = populations.status === "insufficient-evidence" ? populations.status : asked.status;
  return { status: worse, sentences: [...populations.sentences, ...asked.sentences] };
}

const mendable: readonly GateId[] = ["G6", "G7"];

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

interface Judged {
  readonly status: Control["status"];
  readonly sentences: string[];
}

type Populations = Control["populations"];

function judged(
  definition: ControlDefinition,
  frameworkId: string,
  populations: Populations,
  basis: StatusBasis,
): Judged {
  const { evidenceClasses, gates, limits } = definition;
  if (evidenceClasses.length === 0 && gates.length === 0) {
    const asked = limits.map(({ askFor }) => askFor);
    return { status: "outside-source", sentences: [`Outside this source. Ask for: ${asked.join("; ")}.`] };
  }
  const exceptions = openExceptions(openExceptionsFor(frameworkId, definition.id, basis.exceptions));
  if (evidenceClasses.length === 0)
    return judgedByGates(
      basis.gates.filter(({ id }) => gates.includes(id)),
      exceptions,
    );
  if (populations.length === 0) return { status: "insufficient-evidence", sentences: [] };
  const rows = populations.reduce((sum, population) => sum + population.rows, 0);
  const failing = reasons(basis, populations, decidingGates, "fails");
  if (failing.length > 0) {
    if (rows === 0)
      return {
        status: "insufficient-evidence",
        sentences: [`None observed; recording not verified: ${failing.join(" ")}`],
      };
    return { status: "insufficient-evidence", sentences: [...failing, ...among(rows, exceptions)] };
  }
  const empty = populations.filter((population) => population.rows === 0);
  const unproved = unprovedAbsence(basis, empty);
  const observed =
    rows > 0
      ? [observedSentence(rows, populations, exceptions, basis)]
      : exceptions.open > 0
        ? [`${capitalised(exceptions.words)}.`]
        : [];
  if (unproved.length > 0) {
    const none =
      empty.length === populations.length
        ? "None observed"
        : `None observed in ${joined(empty.map(({ register }) => register))}`;
    return {
      status: "insufficient-evidence",
      sentences: [`${none}; recording not verified: ${unproved.join(" ")}`, ...among(rows, exceptions)],
    };
  }
  return {
    status: exceptions.open > 0 ? "exceptions" : "evidence-present",
    sentences: [
      ...observed,
      ...reasons(
        basis,
        populations.filter((one) => one.rows > 0),
        ["G1"],
        "not-evaluated",
      ),
      ...noneObserved(empty, populations, basis),
      ...reasons(basis, populations, decidingGates, "holds"),
    ],
  };
}

/** Why zero rows of these classes prove nothing: a deciding gate does not hold, or planted actions were missed. */
function unprovedAbsence(basis: StatusBasis, empty: Populations): string[] {
  return [...reasons(basis, empty, decidingGates, "not-evaluated"), ...reasons(basis, empty, ["G4"], "fails")];
}

/** How many exceptions wait for a decision, and that in words. */
interface OpenExceptions {
  readonly open: number;
  /** "3 exceptions are open (1 critical, 2 high)"; empty where none is. */
  readonly words: string;
}

function openExceptions(exceptions: readonly ExceptionInBundle[]): OpenExceptions {
  const open = exceptions.length;
  if (open === 0) return { open, words: "" };
  const split = severities
    .map((severity) => ({ severity, count: exceptions.filter((one) => one.severity === severity).length }))
    .flatMap(({ severity, count }) => (count === 0 ? [] : [`${count} ${severity}`]))
    .join(", ");
  return { open, words: `${counted(open, "exception")} ${open === 1 ? "is" : "are"} open (${split})` };
}

function among(rows: number, { open, words }: OpenExceptions): string[] {
  if (rows === 0) return [];
  return open === 0 ? [`${counted(rows, "row")} recorded.`] : [`${counted(rows, "row")} recorded; ${words}.`];
}

function observedSentence(
  rows: number,
  populations: Populations,
  exceptions: OpenExceptions,
  basis: StatusBasis,
): string {
  const observed = `${counted(rows, "row")} observed`;
  if (exceptions.open > 0) return `${observed}; ${exceptions.words}.`;
  const filled = populations.filter((population) => population.rows > 0);
  const verified = allHold(basis, filled, "G1") ? ` ${verifiedSentence(filled, basis)}` : "";
  return `${observed}; no exception is open.${verified}`;
}

/** "Recording of this class verified for 31 of 31 days." */
function verifiedSentence(populations: Populations, basis: StatusBasis): string {
  const { verified, days } = fewestDays(populations, basis);
  const classes = populations.length === 1 ? "this class" : "these classes";
  return `Recording of ${classes} verified for ${verified} of ${counted(days, "day")}.`;
}

function fewestDays(populations: Populations, basis: StatusBasis): VerifiedDays {
  const all = populations.map(({ register }) => basis.verifiedDays(register));
  return all.toSorted((a, b) => a.verified - b.verified)[0] ?? { verified: 0, days: 0 };
}

/** The wording of an absence that the gates bear out. */
function noneObserved(empty: Populations, populations: Populations, basis: StatusBasis): string[] {
  if (empty.length === 0) return [];
  const whole = empty.length === populations.length;
  const none = whole ? "None observed" : `None observed in ${joined(empty.map(({ register }) => register))}`;
  const classes = empty.length === 1 ? "this class" : "these classes";
  const { verified, days } = fewestDays(empty, basis);
  const ofDays = `${verified} of ${counted(days, "day")}`;
  if (verified < days) return [`${none}; recording verified for ${ofDays}.`];
  if (allHold(basis, empty, "G4")) return [`${none}; recording of ${classes} verified for ${ofDays}.`];
  return [
    `${none}; ${classes} ${empty.length === 1 ? "was" : "were"} recordable on ${ofDays}, no planted action was used to check.`,
  ];
}

function allHold(basis: StatusBasis, populations: Populations, id: GateId): boolean {
  const results = judgements(basis, populations, id);
  return results.length > 0 && results.every(({ result }) => result === "holds");
}

function judgements(basis: StatusBasis, populations: Populations, id: GateId): Gate["registers"] {
  const wanted = new Set(populations.map(({ register }) => register));
  return (basis.gates.find((gate) => gate.id === id)?.registers ?? []).filter(({ register }) => wanted.has(register));
}

/** The reasons of the gates that stand so for any of the populations, each said once; with the cluster where there are several. */
function reasons(
  basis: StatusBasis,
  populations: Populations,
  ids: readonly GateId[],
  result: Gate["result"],
): string[] {
  const found = ids.flatMap((id) => judgements(basis, populations, id)).filter((one) => one.result === result);
  const clusters = new Set(basis.gates.flatMap(({ registers }) => registers.map(({ cluster }) => cluster)));
  return [
    ...new Set(
      found.flatMap(({ cluster, reasons: own }) =>
        own.map((reason) => (clusters.size > 1 ? `${cluster}: ${reason}` : reason)),
      ),
    ),
  ];
}

function rowsOf(basis: StatusBasis, name: RegisterName): number {
  return basis.registers.find((register) => register.name === name)?.rows ?? 0;
}
