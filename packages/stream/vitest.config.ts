import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@kaudit/source"] },
  ssr: { resolve: { conditions: ["@kaudit/source"] } },
  test: {
    name: "stream",
    include: ["test/**/*.test.ts"],
    // Properties and cuts at every byte take a while on a busy machine.
    testTimeout: 60_000,
  },
});
