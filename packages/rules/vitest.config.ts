import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@kaudit/source"] },
  ssr: { resolve: { conditions: ["@kaudit/source"] } },
  test: {
    name: "rules",
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
