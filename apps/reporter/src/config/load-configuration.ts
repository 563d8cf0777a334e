import { dirname, isAbsolute, join } from "node:path";
import type { CommandContext } from "../command-context.js";
import { isFrameworkFile } from "../commands/chosen-frameworks.js";
import { Configuration } from "./configuration-schema.js";
import type { Place } from "./data-document.js";
import { requireDataFile } from "./data-file.js";
import { type OptionKey, optionKeys, pathKeys } from "./option-keys.js";

/** A configuration that was read, with its paths as the command can use them. */
export interface LoadedConfiguration {
  /** The file, as it was given; null where there is none. */
  readonly path: string | null;
  readonly values: Configuration;
  /** The value of an option as its command takes it: lists joined by commas, a sample's size as text. */
  option(key: string): string | boolean | undefined;
  placeOf(path: readonly PropertyKey[]): Place | null;
}

/** What commands get that were given no configuration. */
export const noConfiguration: LoadedConfiguration = {
  path: null,
  values: {},
  option: () => undefined,
  placeOf: () => null,
};

/**
 * Reads a configuration file. Throws `KAUDIT_CLI_INPUT_UNREADABLE` when it cannot be read and `KAUDIT_CLI_CONFIG_INVALID`, with file,
 * line and column, when its content is not right.
 */
export async function loadConfiguration(path: string, context: CommandContext): Promise<LoadedConfiguration> {
  const { value, document } = await requireDataFile(path, Configuration, context, `--config ${path}`);
  const values = withPaths(value, path === "-" ? "." : dirname(path));
  return {
    path,
    values,
    option: (key) => optionValue(values, key),
    placeOf: (place) => document.placeOf(place),
  };
}

/** Standard input, and addresses of stores and web servers, are no paths. */
function resolved(path: string, folder: string): string {
  if (path === "-" || isAbsolute(path) || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return path;
  return join(folder, path);
}

function withPaths(values: Configuration, folder: string): Configuration {
  const changed: Record<string, unknown> = { ...values };
  for (const key of pathKeys) {
    const value = values[key];
    if (typeof value === "string") changed[key] = resolved(value, folder);
    else if (Array.isArray(value)) changed[key] = value.map((one) => resolved(one, folder));
  }
  if (values.framework !== undefined) {
    const names = Array.isArray(values.framework) ? values.framework : values.framework.split(",");
    changed["framework"] = names.map((name) => (isFrameworkFile(name) ? resolved(name.trim(), folder) : name.trim()));
  }
  if (values.organisation?.logo !== undefined)
    changed["organisation"] = { ...values.organisation, logo: resolved(values.organisation.logo, folder) };
  if (values.clusters !== undefined) {
    changed["clusters"] = values.clusters.map((cluster) => ({
      ...cluster,
      ...(cluster.inputs === undefined ? {} : { inputs: cluster.inputs.map((input) => resolved(input, folder)) }),
      ...(cluster.policies === undefined
        ? {}
        : { policies: cluster.policies.map((one) => ({ ...one, file: resolved(one.file, folder) })) }),
    }));
  }
  return changed as Configuration;
}

function optionValue(values: Configuration, key: string): string | boolean | undefined {
  if (key === "sample") return values.sample?.size === undefined ? undefined : String(values.sample.size);
  if (key === "seed") return values.sample?.seed;
  if (!isOptionKey(key) || key === "inputs") return undefined;
  const value = values[key];
  return Array.isArray(value) ? value.join(",") : value;
}

function isOptionKey(key: string): key is OptionKey {
  return Object.hasOwn(optionKeys, key);
}
