import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Builds the command and what it stands on before tests that run it as a process. Turbo does nothing for what is
 * built already.
 */
export async function setup(): Promise<void> {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const turbo = fileURLToPath(new URL("../../../node_modules/.bin/turbo", import.meta.url));
  await promisify(execFile)(turbo, ["run", "build", "--filter=@kaudit/reporter", "--output-logs=errors-only"], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
}
