import {
  type EventRow,
  eventRow,
  buildEvidence,
  type RegisterName,
  registerCsv,
  type RegisterRows,
} from "@kaudit/evidence";
import type { CommandContext } from "../command-context.js";
import { version } from "../command-line/version.js";
import type { ChosenCluster } from "../config/choose-clusters.js";
import { type LoadedConfiguration, noConfiguration } from "../config/load-configuration.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { rejectionReasons, requireEvents } from "../inputs/no-events.js";
import { type OpenInputs, withInputs } from "../inputs/open-inputs.js";
import { isInsidePeriod } from "../period/inside-period.js";
import { eventsCsv } from "../query/event-csv.js";
import { eventTableColumns } from "../query/event-table.js";
import { printJson, printJsonLines, printPieces, printTable } from "../query/print-rows.js";
import { nameColumn, type RegisterTableColumn, registerTableColumns } from "../query/register-table.js";
import type { FilteredRow } from "../query/row-filter.js";
import { recordReading } from "../store/record-reading.js";
import { formatCount, formatQuantity } from "../terminal/numbers.js";
import { clusterEvidence, runClusters } from "./run-clusters.js";
import { planQuery, type QueryOptions, type QueryPlan } from "./query-options.js";

/** Rows that fit, and how they are shown. */
interface Answer<Row extends FilteredRow> {
  /** Can be read more than once. */
  rows(): AsyncIterable<Row>;
  readonly columns: readonly RegisterTableColumn<Row>[];
  csv(rows: AsyncIterable<Row>): AsyncIterable<string>;
}

async function registerAnswer<Name extends RegisterName>(
  name: Name,
  plan: QueryPlan,
  { reading, spool }: OpenInputs,
  wide: boolean,
  { identity }: LoadedConfiguration["values"],
  clusters: readonly ChosenCluster[],
): Promise<Answer<RegisterRows[Name] & FilteredRow>> {
  const evidence = await buildEvidence(reading, {
    period: plan.period,
    ...clusterEvidence(clusters, plan.cluster),
    toolVersion: version,
    spool,
    registers: [name],
    ...(identity === undefined ? {} : { identity }),
  });
  return {
    rows: () => evidence.rows(name) as AsyncIterable<RegisterRows[Name] & FilteredRow>,
    columns: withCluster(registerTableColumns(name, wide), clusters.length),
    csv: (rows) => registerCsv(name, rows),
  };
}

/** Puts the cluster behind the time, where rows are of several. */
function withCluster<Row extends { readonly cluster: string }>(
  columns: readonly RegisterTableColumn<Row>[],
  clusters: number,
): readonly RegisterTableColumn<Row>[] {
  if (clusters < 2) return columns;
  return [...columns.slice(0, 1), nameColumn("Cluster", (row) => row.cluster), ...columns.slice(1)];
}

/** Orders events as rows are ordered everywhere: by time, cluster, API server, audit id and place in the source. */
function eventKey(row: EventRow): string {
  const colon = row.source.lastIndexOf(":");
  const offset = row.source.slice(colon + 1).padStart(16, "0");
  return [row.time, row.cluster, row.apiserver, row.auditID, row.source.slice(0, colon), offset].join("\u0000");
}

async function eventsAnswer(
  plan: QueryPlan,
  { reading, spool }: OpenInputs,
  wide: boolean,
  clusters: readonly ChosenCluster[],
): Promise<Answer<EventRow & FilteredRow>> {
  const rows = spool.open<EventRow & FilteredRow>("events", eventKey);
  for await (const sourced of reading) {
    const row = eventRow(sourced, plan.cluster.name);
    if (!isInsidePeriod(row.time, plan.period) || !plan.matches(row)) continue;
    const wait = rows.append(row);
    if (wait !== undefined) await wait;
  }
  return { rows: () => rows.sorted(), columns: withCluster(eventTableColumns(wide), clusters.length), csv: eventsCsv };
}

/** Counts the rows that fit and gives the first of them. */
function createSelection<Row extends FilteredRow>(
  answer: Answer<Row>,
  { matches, limit }: QueryPlan,
): { rows(): AsyncGenerator<Row, void>; readonly matched: number } {
  let matched = 0;
  return {
    async *rows() {
      matched = 0;
      for await (const row of answer.rows()) {
        if (!matches(row)) continue;
        matched++;
        if (matched <= limit) yield row;
      }
    },
    get matched() {
      return matched;
    },
  };
}

async function print<Row extends FilteredRow>(
  answer: Answer<Row>,
  plan: QueryPlan,
  options: QueryOptions,
  context: CommandContext,
): Promise<{ readonly notes: readonly string[]; readonly matched: number }> {
  const { output } = context;
  const selection = createSelection(answer, plan);
  let leftOut: readonly string[] = [];
  if (plan.form === "json") await printJson(selection.rows(), output);
  else if (plan.form === "jsonl") await printJsonLines(selection.rows(), output);
  else if (plan.form === "csv") await printPieces(answer.csv(selection.rows()), output);
  else {
    const printing = { output, style: context.style(options.color), wide: options.wide === true };
    leftOut = await printTable(() => selection.rows(), answer.columns, printing);
  }
  await output.flush();
  const { matched } = selection;
  if (output.isClosed) return { notes: [], matched };
  const notes: string[] = [];
  if (selection.matched === 0) notes.push(`no rows in ${plan.register} (${plan.period.label})`);
  if (selection.matched > plan.limit) {
    notes.push(`first ${formatCount(plan.limit)} of ${formatQuantity(selection.matched, "row")}`);
  }
  if (leftOut.length > 0) notes.push(`no room for ${leftOut.join(", ")}; --wide shows every column`);
  return { notes, matched };
}

/**
 * Runs `kaudit query`: reads the inputs and prints the rows of one register, or the events, that the filters let through.
 *
 * Gives 0, also when no row fits. Throws coded errors for everything else.
 */
export async function query(
  register: string,
  given: readonly string[],
  named: QueryOptions,
  context: CommandContext,
  configuration: LoadedConfiguration = noConfiguration,
): Promise<ExitCode> {
  const { clusters, inputs, options } = runClusters(given, named, configuration);
  const plan = planQuery(register, inputs, options, context.now());
  return withInputs(inputs, options, context, async (open) => {
    const wide = options.wide === true;
    const notes: string[] = [];
    const finish = async <Row extends FilteredRow>(answer: Answer<Row>): Promise<void> => {
      const account = await open.reading.account;
      requireEvents(account);
      open.endProgress();
      const printed = await print(answer, plan, options, context);
      notes.push(...printed.notes);
      await recordReading("query", inputs, { register, ...options }, { rows: printed.matched }, context);
      const { rejected } = account.totals;
      if (rejected > 0) notes.push(`${formatQuantity(rejected, "record")} rejected (${rejectionReasons(account)})`);
    };
    if (plan.register === "events") await finish(await eventsAnswer(plan, open, wide, clusters));
    else await finish(await registerAnswer(plan.register, plan, open, wide, configuration.values, clusters));
    if (options.quiet !== true) for (const note of notes) context.notes.write(`kaudit: ${note}\n`);
    return exitCodes.done;
  });
}
