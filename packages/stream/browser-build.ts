import { fileURLToPath } from "node:url";

const standIn = (name: string): string => fileURLToPath(new URL(`src/browser/${name}.ts`, import.meta.url));

/** esbuild's options that put stand-ins in the place of what the reading of records uses of Node. */
export const browserBuild = {
  inject: [standIn("buffer")],
  alias: {
    "node:buffer": standIn("node-buffer"),
    "node:crypto": standIn("node-crypto"),
    "node:zlib": standIn("node-zlib"),
  },
};
