const brand = Symbol.for("@kaudit/error");

/** Where and why something went wrong, for programs: file, line, byteOffset, path and the like. Never a secret. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The base of every error that kaudit throws.
 *
 * `code` (`KAUDIT_<AREA>_<WHAT>`) never changes meaning; the message names the thing, what was wrong, what was
 * expected, where, and what to do, and never echoes log content. Each package fixes its own union of codes:
 * `class StreamError extends KauditError<StreamErrorCode> {}`.
 */
export class KauditError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails;

  constructor(code: Code, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Tells whether `value` is an error thrown by kaudit, of the given code if one is named.
 *
 * It looks at a brand, not at the class, so it also holds for an error made by a second loaded copy of the
 * package (the CommonJS build beside the ESM one).
 */
export function isKauditError(value: unknown, code?: string): value is KauditError {
  if (typeof value !== "object" || value === null) return false;
  if ((value as Record<symbol, unknown>)[brand] !== true) return false;
  return code === undefined || (value as KauditError).code === code;
}
