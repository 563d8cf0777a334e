import type { CommandContext } from "../command-context.js";
import { jsonSchemaText } from "../config/json-schemas.js";
import { schemaNames } from "../config/schema-address.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { chooseOne } from "./policy/policy-source.js";

/** Runs `kaudit config schema`: prints the JSON Schema of a file. Throws `KAUDIT_CLI_USAGE` for a name that is none. */
export async function configSchema(name: string, context: CommandContext): Promise<ExitCode> {
  await context.output.write(jsonSchemaText(chooseOne("kaudit config schema", name, schemaNames)));
  return exitCodes.done;
}
