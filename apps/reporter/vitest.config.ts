import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@kaudit/source"] },
  ssr: { resolve: { conditions: ["@kaudit/source"] } },
  test: {
    name: "reporter",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build-command.ts"],
    testTimeout: 60_000,
  },
});
