import { defineConfig } from "tsup";
import { libraryBuild } from "../../tsup.base.js";
import { browserBuild } from "./browser-build.js";

/** Both builds run at the same time and write to one folder: each cleans its own files only. */
const main = { ...libraryBuild, clean: ["!text.*"] };

/** `@kaudit/stream/text`: the code that reads records, with stand-ins for what it uses of Node. */
const text = {
  ...libraryBuild,
  entry: ["src/text.ts"],
  platform: "neutral" as const,
  clean: ["!index.*"],
  removeNodeProtocol: false,
  esbuildOptions(options: object): void {
    Object.assign(options, browserBuild);
  },
};

export default defineConfig([main, text]);
