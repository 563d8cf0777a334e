import { KauditError } from "@kaudit/schema";
import { installErrorMatchers } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";

installErrorMatchers();

function fail(code: string): never {
  throw new KauditError(code, "it went wrong");
}

describe("installErrorMatchers", () => {
  test("toThrowCode passes for the named code and for no other", () => {
    expect(() => fail("KAUDIT_TEST_A")).toThrowCode("KAUDIT_TEST_A");
    expect(() => fail("KAUDIT_TEST_A")).not.toThrowCode("KAUDIT_TEST_B");
  });

  test("toThrowCode fails for other errors and for none, and says which", () => {
    expect(() =>
      expect(() => {
        throw new TypeError("KAUDIT_TEST_A");
      }).toThrowCode("KAUDIT_TEST_A"),
    ).toThrow("TypeError without a kaudit code");
    expect(() => expect(() => {}).toThrowCode("KAUDIT_TEST_A")).toThrow("no error at all");
  });

  test("toRejectWithCode takes a promise or a function that gives one", async () => {
    await expect(Promise.reject(new KauditError("KAUDIT_TEST_A", "no"))).toRejectWithCode("KAUDIT_TEST_A");
    await expect(async () => fail("KAUDIT_TEST_A")).toRejectWithCode("KAUDIT_TEST_A");
    await expect(expect(Promise.resolve(1)).toRejectWithCode("KAUDIT_TEST_A")).rejects.toThrow("no error at all");
  });
});
