import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { addLimitOptions } from "../inputs/reading-limits.js";
import { clusterOption } from "./cluster-option.js";
import { applyEnvironment, refuseEmptyValues } from "./option-sources.js";

const description = `Stores what is new in audit logs since the last run, each event once, in a store
that reports can be made from for years and that shows when it was changed.

Inputs are folders, logs (audit.log: with its rotated files) and quoted globs,
which are followed through rotation and compression; archives, CSV files,
s3://bucket/prefix/ and - for standard input are read whole. A store is a folder,
or s3://bucket/prefix/ if the package @aws-sdk/client-s3 is installed.`;

const notes = `
Run it from cron as often as files are rotated away, or let it run on with
--follow. Events and the place up to which they were read are written together:
a run that is killed loses nothing and repeats nothing. Two runs on one store do
not mix: the second one ends with 75.

--keep evidence stores events of evidence classes whole and counts all others by
hour, which is enough for registers and gaps; what is not kept cannot be looked
at later. --redact takes secret values out of bodies. Both hold for the whole
life of a store.

--sign signs the state of the store at the end of each run; --witness copies
these checkpoints to a place that whoever may change the store may not, so that
a history that was cut or made anew is found (kaudit store verify --against).

--cluster names the cluster. Several come from --config, each with its inputs,
or as --cluster a --cluster b a=FOLDER b=FOLDER. Every option can be set in the
environment, as KAUDIT_STORE, and in the file of --config (store, keep, sign).

Exit codes:
   0  done, also when nothing was new
   2  usage, or a store that was made with another choice of --keep or --redact
   3  input missing, or never an audit event in it; with --strict also anything
      rejected or lost before it could be read
   4  the store or the metrics file could not be written
  70  a defect of kaudit
  75  another run writes to the store
 143  ended by SIGTERM, with all that was read committed

Examples:
  kaudit collect audit.log --store evidence --cluster prod-eu-1
  kaudit collect . --store evidence --keep evidence --metrics-file kaudit.prom
  cat audit.log | kaudit collect - --store evidence -o json

From cron, every five minutes:
  */5 * * * * kaudit collect /var/log/kubernetes/audit --store /var/lib/kaudit
`;

/** Adds `kaudit collect` to the program. The code that does the work is loaded when it is called. */
export function defineCollect(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const defined = program
    .command("collect")
    .summary("store what is new in logs, once")
    .description(description)
    .argument("[inputs...]", "folders, logs, globs, archives, s3:// addresses, or -")
    .option("--store <store>", "the store: a folder, or s3://bucket/prefix/; made if need be")
    .addOption(clusterOption("name of the cluster; several: with inputs as NAME=PATH"))
    .option("--keep <what>", "all events, or evidence (default: all, or what the store has)")
    .option("--redact", "take secret values out of bodies before they are stored")
    .option("--follow", "go on until SIGTERM or SIGINT")
    .option("--commit-seconds <n>", "with --follow: how often is committed", "5")
    .option("--settle-seconds <n>", "how long a file rests before an unfinished end is taken", "60")
    .option("--sign <key>", "sign checkpoints with an Ed25519 key (PKCS#8, PEM)")
    .option("--sign-passphrase-file <file>", "the key's passphrase; or KAUDIT_SIGN_PASSPHRASE")
    .option("--sign-key-permissions <who>", "owner: refuse a key that others may read; any: do not", "owner")
    .option("--witness <place>", "copy checkpoints there: a folder, or s3://bucket/prefix/")
    .option("--metrics-file <file>", "write metrics for Prometheus there")
    .option("--config <file>", "configuration: store, clusters, inputs (YAML or JSON)")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--strict", "exit with 3 if anything was rejected or lost");
  addLimitOptions(defined)
    .option("-o, --output <form>", "text (one line) or json", "text")
    .option("--quiet", "no progress and no notes")
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, context.environment);
      refuseEmptyValues(command);
      const { applyConfiguration } = await import("../config/apply-configuration.js");
      const configuration = await applyConfiguration(command, context);
      const { collect } = await import("../commands/collect.js");
      end(await collect(inputs, command.opts(), context, configuration));
    });
}
