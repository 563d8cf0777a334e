import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@kaudit/source"] },
  ssr: { resolve: { conditions: ["@kaudit/source"] } },
  test: {
    name: "policy",
    include: ["test/**/*.test.ts"],
    // The property tests take a second each on a quiet machine, and several on one that builds at the same time.
    testTimeout: 60_000,
  },
});
