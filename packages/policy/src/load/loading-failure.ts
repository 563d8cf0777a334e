import type { PolicyErrorCode, PolicyProblem } from "../errors.js";
import type { Position } from "./policy-value.js";

/** Thrown inside the loader where reading cannot go on; `loadPolicy` turns it into a `PolicyError`. */
export class LoadingFailure extends Error {
  readonly problem: PolicyProblem;

  constructor(problem: PolicyProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The failure of a text that cannot be read further at `position`. */
export function failAt(
  code: PolicyErrorCode,
  position: Position,
  message: string,
  apiServerMessage: string,
  path = "",
): LoadingFailure {
  return new LoadingFailure({
    code,
    path,
    line: position.line,
    column: position.column,
    message,
    apiServerMessage,
  });
}
