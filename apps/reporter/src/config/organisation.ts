import { type Organisation, readLogo } from "@kaudit/report";
import type { CommandContext } from "../command-context.js";
import { readGivenFile } from "../commands/policy/policy-source.js";
import type { LoadedConfiguration } from "./load-configuration.js";

/**
 * Gives the organisation that a configuration names, its logo read; nothing where it names none. Throws
 * `KAUDIT_CLI_INPUT_UNREADABLE` for a logo that cannot be read and `KAUDIT_REPORT_LOGO_INVALID` for one that cannot be drawn.
 */
export async function readOrganisation(
  { values: { organisation } }: LoadedConfiguration,
  context: CommandContext,
): Promise<{ readonly organisation?: Organisation }> {
  if (organisation === undefined) return {};
  const { name, logo } = organisation;
  if (logo === undefined) return { organisation: { name } };
  const named = `organisation.logo ${logo}`;
  const { bytes } = await readGivenFile(logo, context, named);
  return { organisation: { name, logo: readLogo(bytes, named) } };
}
