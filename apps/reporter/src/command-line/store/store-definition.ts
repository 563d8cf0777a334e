import type { Command } from "commander";
import type { CommandContext } from "../../command-context.js";
import type { ExitCode } from "../../exit-codes.js";
import { defineStoreHold, defineStoreRelease } from "./hold-definition.js";
import { defineStorePurge } from "./purge-definition.js";
import { defineStoreStatus } from "./status-definition.js";
import { defineStoreVerify } from "./verify-definition.js";

/** The commands below `kaudit store`. */
export const storeCommandNames = ["status", "verify", "purge", "hold", "release"] as const;

const description = `Tells what a store holds, checks that nobody changed it, and removes what is old.`;

const notes = `
A store is what kaudit collect makes: a folder, or s3://bucket/prefix/.

Examples:
  kaudit collect audit.log --store evidence && kaudit store status evidence
  kaudit collect audit.log --store evidence && kaudit store verify evidence

kaudit store verify --help and so on tell the rest.
`;

/** Adds `kaudit store` and its commands to the program. The code that does the work is loaded when it is called. */
export function defineStore(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const store = program
    .command("store")
    .summary("check a store, and purge what is old")
    .description(description)
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", notes);
  const definitions = [defineStoreStatus, defineStoreVerify, defineStorePurge, defineStoreHold, defineStoreRelease];
  for (const define of definitions) define(store, context, end);
  for (const command of store.commands) command.helpOption("-h, --help", "print help");
}
