import { defineConfig } from "tsup";

/**
 * The build of every `@kaudit/*` library: ESM and CJS from one entry, types for both.
 * The reporter app has a configuration of its own because it ships ESM only.
 */
export const libraryBuild = defineConfig({
  entry: ["src/index.ts"],
  format: ["esm", "cjs"],
  target: "node20",
  dts: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
  splitting: false,
});
