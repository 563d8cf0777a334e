import { installErrorMatchers } from "@kaudit/testkit";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { applyEnvironment } from "../../src/command-line/option-sources.js";

installErrorMatchers();

function optionsFrom(args: readonly string[], environment: Readonly<Record<string, string>>): Record<string, unknown> {
  const command = new Command()
    .option("--framework <ids>", "", "soc2")
    .option("--temp-dir <folder>")
    .option("--cluster <name>")
    .option("--strict")
    .option("--force")
    .option("--no-color")
    .option("--user <name>")
    .option("-o, --output <form>", "", "table");
  command.parse([...args], { from: "user" });
  applyEnvironment(command, environment);
  return command.opts();
}

describe("applyEnvironment", () => {
  test.each([
    ["nothing", [], {}, {}],
    ["a value", [], { KAUDIT_TEMP_DIR: "/scratch" }, { tempDir: "/scratch" }],
    [
      "a value over a default",
      [],
      { KAUDIT_FRAMEWORK: "hipaa", KAUDIT_OUTPUT: "csv" },
      { framework: "hipaa", output: "csv" },
    ],
    [
      "the command line over the environment",
      ["--framework", "soc2"],
      { KAUDIT_FRAMEWORK: "hipaa" },
      { framework: "soc2" },
    ],
    ["an empty variable", [], { KAUDIT_FRAMEWORK: "", KAUDIT_CLUSTER: "" }, { framework: "soc2" }],
    ["a switch on", [], { KAUDIT_STRICT: "1" }, { strict: true }],
    ["a switch off", [], { KAUDIT_STRICT: "false" }, { strict: false }],
    ["no colour", [], { KAUDIT_NO_COLOR: "yes" }, { color: false }],
    ["colour after all", [], { KAUDIT_NO_COLOR: "0" }, { color: true }],
    ["a filter, which only the command line may set", [], { KAUDIT_USER: "alice" }, {}],
    ["--force, which only the command line may set", [], { KAUDIT_FORCE: "1" }, {}],
    ["other programs' variables", [], { CLUSTER: "x", KAUDIT_OTHER: "y" }, {}],
  ])("takes %s", (_name, args, environment, expected) => {
    expect(optionsFrom(args, environment as Record<string, string>)).toEqual({
      framework: "soc2",
      output: "table",
      color: true,
      ...expected,
    });
  });

  test("refuses a switch that is neither on nor off, and does not quote it", () => {
    expect(() => optionsFrom([], { KAUDIT_STRICT: "perhaps-a-token" })).toThrowCode("KAUDIT_CLI_USAGE");
    expect(() => optionsFrom([], { KAUDIT_STRICT: "perhaps-a-token" })).toThrow(
      /^KAUDIT_STRICT in the environment is neither true nor false; use 1 or 0$/,
    );
  });
});
