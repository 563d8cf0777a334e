import { KauditError } from "@kaudit/schema";
import { secretCanaries } from "@kaudit/testkit";
import { describe, expect, test } from "vitest";
import { describeFailure } from "../../src/command-line/failure.js";
import { ReporterError } from "../../src/errors.js";

describe("describeFailure", () => {
  test.each([
    [new ReporterError("KAUDIT_CLI_USAGE", "no"), 2],
    [new ReporterError("KAUDIT_CLI_PERIOD_INVALID", "no"), 2],
    [new ReporterError("KAUDIT_CLI_NOT_AVAILABLE", "no"), 2],
    [new ReporterError("KAUDIT_CLI_INPUT_UNREADABLE", "no"), 3],
    [new ReporterError("KAUDIT_CLI_NO_EVENTS", "no"), 3],
    [new ReporterError("KAUDIT_CLI_OUTPUT_EXISTS", "no"), 4],
    [new ReporterError("KAUDIT_CLI_OUTPUT_FAILED", "no"), 4],
    [new ReporterError("KAUDIT_SPOOL_DISK_FULL", "no"), 4],
    [new ReporterError("KAUDIT_SPOOL_FAILED", "no"), 4],
    [new KauditError("KAUDIT_STREAM_INPUT_MISSING", "no"), 3],
    [new KauditError("KAUDIT_STREAM_INPUT_UNREADABLE", "no"), 3],
    [new KauditError("KAUDIT_STREAM_INPUT_EMPTY", "no"), 3],
    [new KauditError("KAUDIT_STREAM_INPUT_CHANGED", "no"), 3],
    [new KauditError("KAUDIT_STREAM_OPTION_INVALID", "no"), 2],
    [new KauditError("KAUDIT_EVIDENCE_PERIOD_INVALID", "no"), 2],
    [new KauditError("KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK", "no"), 2],
    [new KauditError("KAUDIT_REPORT_OUT_EXISTS", "no"), 4],
    [new KauditError("KAUDIT_REPORT_OUT_UNWRITABLE", "no"), 4],
    [new KauditError("KAUDIT_REPORT_UNKNOWN_FRAMEWORK", "no"), 2],
  ])("%s has its message and exit code %i", (error, exitCode) => {
    expect(describeFailure(error)).toEqual({ message: "no", exitCode });
  });

  test("a coded error that means a defect shows its code", () => {
    expect(describeFailure(new KauditError("KAUDIT_REPORT_ROWS_DIFFER", "the rows differ"))).toEqual({
      message: "the rows differ (KAUDIT_REPORT_ROWS_DIFFER)",
      exitCode: 70,
    });
  });

  test("a foreign error is named by kind and system code, never by its message", () => {
    for (const { secret: value } of secretCanaries) {
      for (const error of [new Error(value), new SyntaxError(`Unexpected token in ${value}`), value]) {
        const { message, exitCode } = describeFailure(error);
        expect(message).not.toContain(value);
        expect(message).toContain("KAUDIT_CLI_UNEXPECTED");
        expect(exitCode).toBe(70);
      }
    }
    expect(describeFailure(Object.assign(new Error("x"), { code: "EMFILE" })).message).toContain("(Error, EMFILE)");
  });
});
