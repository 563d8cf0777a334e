import { visibleString } from "@kaudit/schema";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { applyConfiguration } from "../config/apply-configuration.js";
import type { LoadedConfiguration } from "../config/load-configuration.js";
import { optionKeys } from "../config/option-keys.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { inertJson } from "../query/inert-json.js";
import { cutColumn, textTable, wholeTextColumn } from "../terminal/text-table.js";
import { chooseOne } from "./policy/policy-source.js";

/** A value that is in force, and where it is from. */
interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly from: string;
}

/** Options of the printing itself. */
const own = new Set(["output", "help", "config"]);

/**
 * Runs `kaudit config print`: shows the values that `kaudit report` would take, and where each is from: the command line, the
 * environment, a line of the file, or the default. Throws what reading the configuration throws.
 */
export async function configPrint(command: Command, context: CommandContext): Promise<ExitCode> {
  const form = chooseOne("--output", String(command.getOptionValue("output")), ["text", "json"]);
  const color = command.getOptionValue("color") !== false;
  const configuration = await applyConfiguration(command, context);
  const settings = [...optionSettings(command, configuration), ...sectionSettings(configuration)];
  const text =
    form === "json"
      ? `${inertJson(Object.fromEntries(settings.map(({ key, value, from }) => [key, { value, from }])), 2)}\n`
      : textTable(
          [wholeTextColumn("Key"), cutColumn("Value"), cutColumn("From")],
          settings.map(({ key, value, from }) => [key, shown(value), visibleString(from)]),
          context.style(color),
        );
  await context.output.write(text);
  return exitCodes.done;
}

function optionSettings(command: Command, configuration: LoadedConfiguration): Setting[] {
  return command.options.flatMap((option): Setting[] => {
    const key = option.attributeName();
    const value: unknown = command.getOptionValue(key);
    if (own.has(key) || value === undefined) return [];
    const source = command.getOptionValueSource(key);
    const from =
      source === "cli"
        ? `--${option.name()}`
        : source === "env"
          ? "environment"
          : source === "config"
            ? placeIn(configuration, configPath(key))
            : "default";
    return [{ key, value: masked(value), from }];
  });
}

/** Where an option stands in the file: the sample's are a section. */
function configPath(key: string): readonly string[] {
  if (key === "sample") return ["sample", "size"];
  return key === "seed" ? ["sample", "seed"] : [key];
}

/** What there is no option for. */
function sectionSettings(configuration: LoadedConfiguration): Setting[] {
  return Object.entries(configuration.values)
    .filter(([key]) => key === "inputs" || (key !== "sample" && !Object.hasOwn(optionKeys, key)))
    .map(([key, value]) => ({ key, value: masked(value), from: placeIn(configuration, [key]) }));
}

function placeIn(configuration: LoadedConfiguration, path: readonly string[]): string {
  const place = configuration.placeOf(path);
  return `${configuration.path ?? ""}:${place?.line ?? 1}`;
}

/** Addresses may hold a user's password, or a signature that opens them. */
function masked(value: unknown): unknown {
  if (typeof value === "string")
    return value
      .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1[masked]@")
      .replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].*$/is, "$1?[masked]");
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

function shown(value: unknown): string {
  return visibleString(typeof value === "string" ? value : JSON.stringify(value));
}
