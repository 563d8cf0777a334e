import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Where a machine-readable report goes, beside the one on the terminal; `.ci/run` counts the tests by it. */
const reportFile = process.env["KAUDIT_TEST_REPORT"];

export default defineConfig({
  test: {
    // By itself vitest leaves one core free, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    projects: [
      "packages/*",
      "packages/evidence/vitest.isolated.config.ts",
      "packages/stream/vitest.isolated.config.ts",
      "apps/*",
      "test",
    ],
    ...(reportFile === undefined ? {} : { reporters: ["default", "json"], outputFile: { json: reportFile } }),
  },
});
