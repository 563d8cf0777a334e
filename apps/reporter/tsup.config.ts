import { defineConfig } from "tsup";

/**
 * The command ships ESM only; splitting keeps each command in a file of its own, loaded when it is called.
 *
 * `@kaudit/schema` is compiled in from its sources, of which only the used modules stay: its published file loads zod,
 * which would cost every start of the command a third of its time.
 */
export default defineConfig({
  entry: { cli: "src/cli.ts" },
  format: ["esm"],
  target: "node20",
  platform: "node",
  splitting: true,
  clean: true,
  sourcemap: true,
  treeshake: true,
  dts: false,
  noExternal: ["@kaudit/schema"],
  esbuildOptions(options) {
    options.conditions = ["@kaudit/source"];
  },
  async onSuccess() {
    const { chmod } = await import("node:fs/promises");
    await chmod("dist/cli.js", 0o755);
  },
});
