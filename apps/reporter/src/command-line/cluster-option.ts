import { Option } from "commander";

/** Makes the option `--cluster`, which can be given more than once. */
export function clusterOption(description: string): Option {
  return new Option("--cluster <name>", description).argParser(collected);
}

function collected(value: string, before: string | readonly string[] | undefined): string | readonly string[] {
  return before === undefined ? value : [before, value].flat();
}
