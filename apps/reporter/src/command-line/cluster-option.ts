import { Option } from "commander";

/** Makes the option `--cluster`, which can be given more than once. */
export function clusterOption(description: string): Option {
  return new Option("--cluster <name>", description).argParser(collected);
}

function collected(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
