import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { addLimitOptions } from "../inputs/reading-limits.js";
import { clusterOption } from "./cluster-option.js";
import { applyEnvironment, refuseEmptyValues } from "./option-sources.js";

const description = `Prints the rows of a register, or the events themselves, by time.

Registers: secrets, rbac, sessions, authentication (401), authorization (403),
credentials, impersonation, deletions, configuration; and events. They hold
attempts: refused and failed requests are rows like any other, told apart by
outcome and code.
Inputs are files, folders (searched in depth), quoted globs, or - for standard
input; s3://bucket/prefix/, s3://bucket/key and globs of keys, if the package
@aws-sdk/client-s3 is installed. gzip, zstd, tar and zip are read as well, and
what clouds and shippers made of the events.`;

const notes = `
Filters compare exactly and can be given more than once: of each option that is
given, one value must fit.
  --user       the authenticated user, or the one it acted as
  --namespace  "" stands for cluster-scoped objects and all namespaces
  --resource   pods, pods/exec, deployments.apps; a subresource or group that
               is not named may be any
  --code       403, 4xx, or none where no answer was recorded
  --outcome    success, denied (401, 403), failed (other codes from 400) or
               unknown (no answer recorded)
--namespace, --resource, --verb, --code and --outcome also take comma lists.

Periods are in UTC and half-open: --to is the first instant that no longer
counts. A date means its first instant. Without a period all rows are printed.
The table shows the main columns and cuts long names in the middle; --wide shows
more columns and cuts nothing. json, jsonl and csv hold every column, whole.

Every option that is not a filter can be set in the environment: --cluster as
KAUDIT_CLUSTER, --output as KAUDIT_OUTPUT. The command line comes first, then
the environment, then the file of --config, of which inputs, cluster and the
identity of users are taken, and no period.

Exit codes:
   0  done, also without a row
   2  usage: unknown option, register or period, reversed range
   3  input missing or without an audit event
   4  output or temporary files could not be written
  70  a defect of kaudit

Examples:
  kaudit query secrets audit.log
  kaudit query rbac audit.log --period 2026-11 --user kubernetes-admin --wide
  kaudit query authorization . --code 403 --namespace team-a,team-b -o csv
  kaudit query credentials audit.log --user kubernetes-admin
  kaudit query configuration audit.log --resource namespaces -o csv
  kaudit query events audit.log --resource pods/exec --limit 20 -o jsonl
  cat audit.log | kaudit query deletions - --from 2026-11-22T12:00:00Z -o json
  kaudit collect audit.log --store ev && kaudit query secrets --store ev
`;

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** Adds `kaudit query` to the program. The code that does the work is loaded when it is called. */
export function defineQuery(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const defined = program
    .command("query")
    .summary("print rows of a register, or events")
    .description(description)
    .argument("<register>", "one of the registers, or events")
    .argument("[inputs...]", "files, folders, globs, s3:// addresses, or - for standard input")
    .option("--from <time>", "first instant: a date or RFC 3339 time")
    .option("--to <time>", "first instant that no longer counts")
    .option("--period <name>", "last-month, 2026-10, …: instead of --from and --to")
    .option("--user <name>", "user", collect)
    .option("--namespace <name>", "namespace", collect)
    .option("--resource <resource>", "resource, also with group or subresource", collect)
    .option("--verb <verb>", "verb", collect)
    .option("--code <code>", "response code or class", collect)
    .option("--outcome <outcome>", "outcome", collect)
    .option("--name <name>", "name of the object", collect)
    .option("--limit <n>", "print the first n rows only")
    .option("-o, --output <form>", "table, json (one array), jsonl (a row a line) or csv", "table")
    .option("--wide", "table: more columns, nothing cut")
    .option("--config <file>", "configuration: inputs, clusters, identity (YAML or JSON)")
    .addOption(clusterOption("name of the cluster; of several, those to read (repeatable)"))
    .option("--store <store>", "read what kaudit collect stored there, in place of inputs")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--allow-http", "inputs may be http:// and https:// addresses");
  addLimitOptions(defined)
    .option("--temp-dir <folder>", "where rows are kept that do not fit in memory (default: the system's)")
    .option("--quiet", "no progress and no notes")
    .option("--no-color", "no colour, as with NO_COLOR in the environment")
    .addHelpText("after", notes)
    .action(async (register: string, inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, context.environment);
      refuseEmptyValues(command);
      const { applyConfiguration } = await import("../config/apply-configuration.js");
      const configuration = await applyConfiguration(command, context, ["period", "from", "to"]);
      const { query } = await import("../commands/query.js");
      end(await query(register, inputs, command.opts(), context, configuration));
    });
}
