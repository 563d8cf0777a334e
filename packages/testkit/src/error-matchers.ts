import { isKauditError } from "@kaudit/schema";
import { expect } from "vitest";

function describeThrown(value: unknown): string {
  if (isKauditError(value)) return `a KauditError with code ${value.code}: ${value.message}`;
  if (value instanceof Error) return `${value.name} without a kaudit code: ${value.message}`;
  return `a thrown value that is no error: ${String(value)}`;
}

async function thrownBy(received: unknown): Promise<{ readonly value: unknown } | null> {
  try {
    const result: unknown = typeof received === "function" ? received() : received;
    await result;
    return null;
  } catch (value) {
    return { value };
  }
}

function verdict(thrown: { readonly value: unknown } | null, code: string): { pass: boolean; message: () => string } {
  return {
    pass: thrown !== null && isKauditError(thrown.value, code),
    message: () => `expected code ${code}, got ${thrown === null ? "no error at all" : describeThrown(thrown.value)}`,
  };
}

interface CodeMatchers<Result> {
  /** Passes when the function throws a `KauditError` of this code. For synchronous functions. */
  toThrowCode(code: string): Result;
  /** Passes when the promise, or the promise that the function returns, rejects with a `KauditError` of this code. To be awaited. */
  toRejectWithCode(code: string): Promise<Result>;
}

declare module "vitest" {
  // oxlint-disable-next-line typescript/no-explicit-any -- vitest declares the interface so; a merged one has to repeat it
  interface Matchers<T = any> extends CodeMatchers<T> {}
}

/** Adds `toThrowCode` and `toRejectWithCode` to vitest's `expect`. Call it once at the top of a test file. */
export function installErrorMatchers(): void {
  expect.extend({
    toThrowCode(received: unknown, code: string) {
      if (typeof received !== "function") throw new TypeError("toThrowCode expects a function");
      try {
        received();
      } catch (value) {
        return verdict({ value }, code);
      }
      return verdict(null, code);
    },
    async toRejectWithCode(received: unknown, code: string) {
      return verdict(await thrownBy(received), code);
    },
  });
}
