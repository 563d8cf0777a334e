import type { ExceptionInBundle } from "./exception-in-bundle.js";

/** The exceptions of one control. */
export interface ControlExceptions {
  readonly open: readonly ExceptionInBundle[];
  readonly closed: readonly ExceptionInBundle[];
}

/** Gives the exceptions of a control, in their order: those that their rules map to it. */
export function exceptionsFor(
  frameworkId: string,
  controlId: string,
  exceptions: readonly ExceptionInBundle[],
): ControlExceptions {
  const own = exceptions.filter(
    ({ controls }) => Object.hasOwn(controls, frameworkId) && controls[frameworkId]?.includes(controlId) === true,
  );
  return {
    open: own.filter(({ state }) => state === "open"),
    closed: own.filter(({ state }) => state === "closed"),
  };
}

/** Gives the open exceptions of a control: those that its status depends on. */
export function openExceptionsFor(
  frameworkId: string,
  controlId: string,
  exceptions: readonly ExceptionInBundle[],
): readonly ExceptionInBundle[] {
  return exceptionsFor(frameworkId, controlId, exceptions).open;
}
