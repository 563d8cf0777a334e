import { describe, expect, expectTypeOf, test } from "vitest";
import { isKauditError, KauditError, SchemaError } from "../src/index.js";
import type { SchemaErrorCode } from "../src/index.js";

describe("KauditError", () => {
  test("carries code, details, cause and the name of its class", () => {
    const cause = new Error("below");
    const error = new SchemaError("KAUDIT_SCHEMA_URI_INVALID", "uri: it is empty", { details: { line: 3 }, cause });
    expect(error).toMatchObject({
      name: "SchemaError",
      code: "KAUDIT_SCHEMA_URI_INVALID",
      message: "uri: it is empty",
      details: { line: 3 },
      cause,
    });
    expect(error).toBeInstanceOf(KauditError);
    expect(error).toBeInstanceOf(Error);
    expectTypeOf(error.code).toEqualTypeOf<SchemaErrorCode>();
  });

  test("has no cause and empty details when none are given", () => {
    const error = new KauditError("KAUDIT_TEST", "m");
    expect(Object.hasOwn(error, "cause")).toBe(false);
    expect(error.details).toEqual({});
  });
});

describe("isKauditError", () => {
  test("holds for a subclass, and for the code if one is named", () => {
    const error: unknown = new SchemaError("KAUDIT_SCHEMA_URI_INVALID", "m");
    expect(isKauditError(error)).toBe(true);
    expect(isKauditError(error, "KAUDIT_SCHEMA_URI_INVALID")).toBe(true);
    expect(isKauditError(error, "KAUDIT_SCHEMA_EVENT_INVALID")).toBe(false);
    if (isKauditError(error)) expectTypeOf(error).toEqualTypeOf<KauditError>();
  });

  test("holds for an error of a second copy of the package, which shares only the brand", () => {
    class ForeignError extends Error {
      readonly code = "KAUDIT_STREAM_X";
      constructor() {
        super("m");
        Object.defineProperty(this, Symbol.for("@kaudit/error"), { value: true });
      }
    }
    const foreign = new ForeignError();
    expect(foreign).not.toBeInstanceOf(KauditError);
    expect(isKauditError(foreign)).toBe(true);
    expect(isKauditError(foreign, "KAUDIT_STREAM_X")).toBe(true);
  });

  test.each([
    ["another error", Object.assign(new Error("m"), { code: "KAUDIT_SCHEMA_URI_INVALID" })],
    ["a brand that is not true", { [Symbol.for("@kaudit/error")]: "yes" }],
    ["another symbol of that name", { [Symbol("@kaudit/error")]: true }],
    ["null", null],
    ["text", "KAUDIT_SCHEMA_URI_INVALID"],
    ["nothing", undefined],
  ])("does not hold for %s", (_what, value) => {
    expect(isKauditError(value)).toBe(false);
  });

  test("the brand does not show when an error is printed or copied", () => {
    const error = new KauditError("KAUDIT_TEST", "m");
    expect(Object.getOwnPropertySymbols({ ...error })).toEqual([]);
    expect(Object.keys(error).toSorted()).toEqual(["code", "details", "name"]);
  });
});
