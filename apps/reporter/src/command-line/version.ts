import packageFile from "../../package.json" with { type: "json" };

/** The version of the command, from its package.json. */
export const version: string = packageFile.version;
