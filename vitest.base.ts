import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { TestProjectInlineConfiguration } from "vitest/config";

/** Properties and cuts at every byte take a second each on a quiet machine, and several on one that builds meanwhile. */
const testTimeout = 60_000;

const propertySeed = fileURLToPath(new URL("packages/testkit/src/property-seed.ts", import.meta.url));

/**
 * The test project of one workspace: imports lead to sources, and properties try the same values in every run. Test files
 * share the modules that one process has loaded; a project that mocks modules, or that changes the process, says
 * `isolate: true`.
 */
export function testProject(
  name: string,
  test: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration {
  return defineConfig({
    resolve: { conditions: ["@kaudit/source"] },
    ssr: { resolve: { conditions: ["@kaudit/source"] } },
    test: { name, include: ["test/**/*.test.ts"], setupFiles: [propertySeed], isolate: false, testTimeout, ...test },
  }) as TestProjectInlineConfiguration;
}
