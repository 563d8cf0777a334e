import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { addLimitOptions } from "../inputs/reading-limits.js";
import { clusterOption } from "./cluster-option.js";
import { applyEnvironment, refuseEmptyValues } from "./option-sources.js";

const description = `Writes an evidence pack for a period: PDF and HTML reports, the registers as CSV
and as a workbook, the evidence as JSON and OSCAL, signed if a key is given.

Inputs are files, folders (searched in depth), quoted globs, or - for standard
input; s3://bucket/prefix/, s3://bucket/key and globs of keys, if the package
@aws-sdk/client-s3 is installed. gzip, zstd, tar and zip are read as well, and
what clouds and shippers made of the events. The pack says what was read, what
was rejected and why. Zero rows are never taken for proof.`;

const notes = `
Periods are in UTC and half-open: --to is the first instant that no longer
counts. A date means its first instant. --period is one of last-month,
last-quarter, last-week, last-year, yesterday, or a year (2026), quarter
(2026-Q3), month (2026-10), week (2026-W41) or day (2026-10-14).

--framework takes soc2, pci-dss, hipaa, iso-27001, nist-800-53, cis-kubernetes,
fedramp-20x, disa-stig, nsa-cisa, dora and nis2, and files: --framework
soc2,./ours.yaml. How such a file is written: the README of @kaudit/controls.
--categories brings into scope what is left out otherwise: availability and
confidentiality of soc2, multi-tenant-provider of pci-dss, and eks, aks, gke of
cis-kubernetes.

Every option but --force can be set in the environment: --cluster as
KAUDIT_CLUSTER, --temp-dir as KAUDIT_TEMP_DIR. The command line comes first,
then the environment, then the file of --config, then the default. The file also
holds what has no option: scope, signatures, clusters (kaudit config init).

The clusters of the file are all read, in one pack, each judged by its own
policy, scope and coverage; --cluster, which can be repeated, narrows to the
named ones. Without a file, --cluster names several as well, and each input says
its own: NAME=PATH. Only a chosen cluster's name counts so, and a file of that
very name comes first.

--approvals and --dispositions take nothing away: what they cover is counted and
shown. --sample draws from each register by SHA-256 of seed, population and row,
so that anybody can draw the same rows.

--collection shows that what is read is what was collected: files changed,
missing or not listed since are named, and fail the gate "input intact". Take
the hashes when the files are collected, and keep them where whoever can change
the files cannot:
  sha256sum audit-*.log > /srv/hashes/2026-11.sha256

A key that signs packs is made once, and its public half handed to whoever will
verify them:
  openssl genpkey -algorithm ed25519 -aes256 -out key.pem
  openssl pkey -in key.pem -pubout -out key.pub

--sign-command is for keys that no file holds (a token, a KMS): the command gets
the bytes on standard input and writes the raw Ed25519 signature, 64 bytes; it
is run twice, and has a minute each time. What it gives is checked.

Exit codes:
   0  done; rejected records are reported in the pack
   1  --fail-on: open exceptions of that severity or above; the pack is written
   2  usage: unknown option, framework or period, reversed range, a key that
      cannot sign or that others may read
   3  input missing or without an audit event; with --strict also anything
      rejected or insufficient
   4  output or temporary files could not be written, or --sign-command failed
  70  a defect of kaudit

Examples:
  kaudit report audit.log --period 2026-11 --out november
  kaudit report audit.log --from 2026-11-22 --to 2026-11-23 \\
    --cluster prod-eu-1 --policy policy.yaml
  kaudit report . --period last-month --format pdf,html --force --out pack
  sha256sum *.log > 2026-11.sha256
  kaudit report audit.log --period 2026-11 --collection 2026-11.sha256
  kaudit report eu=audit.log us=. --cluster eu --cluster us --period 2026-11
  cat audit.log | kaudit report - --period 2026-Q4 --cluster staging --strict

--format may also name md, a summary of each framework in Markdown (soc2.md) for
a ticket or a wiki, and ocsf, an OCSF Compliance Finding (class 2003) for each
control. --control-pages writes controls/soc2-CC6.1.pdf and so on, for uploads
that ask for the evidence of one control. --font adds a font for what the fonts
of the PDF have no characters for (Chinese, Japanese, Korean), which is printed
as U+4E2D otherwise; parts of it go into the PDF, so mind its licence.

From cron, on the first of each month; the pack is written to the home folder.
With --out, mind that a crontab needs % written as \\%.
  15 6 1 * * kaudit report /var/log/kubernetes/audit --period last-month --quiet
`;

/** Gathers the values of an option that may be given more than once. */
function further(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Adds the options of a report to a command; `kaudit config print` shows what they come to. */
export function addReportOptions(command: Command): Command {
  const defined = command
    .option("--framework <ids>", "frameworks to report on, by comma: ids, or files of your own", "soc2")
    .option("--categories <ids>", "parts of them that are in scope besides, by comma: availability, …")
    .option("--from <time>", "first instant of the period: a date or an RFC 3339 time")
    .option("--to <time>", "first instant after the period")
    .option("--period <name>", "the period by name, instead of --from and --to")
    .addOption(clusterOption("name of the cluster; of several, those to report on (repeatable)"))
    .option("--policy <file>", "the audit policy that was in force: its hash is recorded")
    .option("--config <file>", "configuration: options, scope, clusters (YAML or JSON)")
    .option("--approvals <file>", "accesses approved beforehand (YAML or JSON)")
    .option("--dispositions <file>", "decisions about exceptions; kaudit review writes a template")
    .option("--collection <file>", "hashes taken at collection, as sha256sum writes them: compared with what is read")
    .option("--sample <size>", "rows to draw from each register: a number, or a share as 10% (default: 25)")
    .option("--seed <text>", "the auditor's seed for the sample (default: by period and cluster)")
    .option("--out <folder>", "the pack's folder (default: ./kaudit-<cluster>-<period>)")
    .option("--force", "replace an existing pack")
    .option("--format <formats>", "what the pack holds, by comma", "pdf,html,xlsx,csv,json,oscal")
    .option("--control-pages", "a PDF of one page for each control, in controls/, to be handed on singly")
    .option("--font <file>", "a font (TTF, OTF) for scripts that the PDF's fonts have not; more than once", further)
    .option("--sign <key>", "sign with an Ed25519 key (PKCS#8, PEM)")
    .option("--sign-passphrase-file <file>", "the key's passphrase; or KAUDIT_SIGN_PASSPHRASE in the environment")
    .option("--sign-key-permissions <who>", "owner: refuse a key that others may read; any: do not", "owner")
    .option("--sign-command <words>", "sign with a command instead: words, or a JSON list of them; no shell")
    .option("--sign-public-key <file>", "the public key of --sign-command (PEM)")
    .option("--timestamp-request", "write manifest.tsq, to ask for a time stamp of the pack (RFC 3161)")
    .option("--previous <pack>", "the pack before this one; its manifest's hash is recorded")
    .option("--fail-on <severity>", "exit with 1 if an open exception is critical, high, medium or low, or worse")
    .option("--strict", "exit with 3 if anything was rejected or is insufficient; the pack is written all the same")
    .option("--store <store>", "read what kaudit collect stored there, in place of inputs")
    .option("--instance <name>", "API server that wrote the files, where folder and content do not tell")
    .option("--allow-http", "inputs may be http:// and https:// addresses");
  return addLimitOptions(defined)
    .option("--temp-dir <folder>", "where rows are kept that do not fit in memory (default: the system's)")
    .option("--quiet", "write nothing but errors")
    .option("--no-color", "no colour, as with NO_COLOR in the environment");
}

/** Adds `kaudit report` to the program. The code that does the work is loaded when it is called. */
export function defineReport(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  const command = program
    .command("report")
    .summary("write an evidence pack for a period")
    .description(description)
    .argument("[inputs...]", "files, folders, globs, s3:// addresses, or - for standard input");
  addReportOptions(command)
    .addHelpText("after", notes)
    .action(async (inputs: string[], _options: unknown, command: Command) => {
      applyEnvironment(command, context.environment);
      refuseEmptyValues(command);
      const { applyConfiguration } = await import("../config/apply-configuration.js");
      const configuration = await applyConfiguration(command, context);
      const { report } = await import("../commands/report.js");
      end(await report(inputs, command.opts(), context, configuration));
    });
}
