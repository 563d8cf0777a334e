import { catalogueVersion, controlsInScope, exceptionRulesVersion } from "@kaudit/controls";
import { Stage } from "@kaudit/schema";
import type { EventReading, SourceAccount, SpooledRows } from "@kaudit/schema";
import type { EvidenceBundle, RegisterEntry } from "./bundle.js";
import { createDecisions } from "./decisions/create-decisions.js";
import { EvidenceError } from "./errors.js";
import type { Evidence, EvidenceOptions } from "./evidence.js";
import { canaryTrackers } from "./canaries/canary-trackers.js";
import { bundleCoverage } from "./coverage/bundle-coverage.js";
import { createExceptions, watchedActors } from "./exceptions/create-exceptions.js";
import {
  approvalConditions,
  collectionConditions,
  conditionsInBundle,
  gapConditions,
  notEvaluated,
  reviewConditions,
} from "./exceptions/evidence-condition.js";
import { exceptionSettings } from "./exceptions/exceptions-configuration.js";
import { coveredDays } from "./frameworks/covered-days.js";
import { thingsHandedIn } from "./frameworks/further-needs.js";
import { frameworkResult } from "./frameworks/framework-result.js";
import { chosenFrameworks } from "./frameworks/given-framework.js";
import { linkedExceptions } from "./frameworks/linked-exceptions.js";
import { recordedLevels } from "./frameworks/recorded-levels.js";
import { createRowDetails } from "./frameworks/row-details.js";
import { collectionInBundle } from "./gates/collection-manifest.js";
import { evaluateGates } from "./gates/evaluate-gates.js";
import { gatherFacts } from "./gates/gather-facts.js";
import { reviewOf } from "./gates/review.js";
import { verifiedDays } from "./gates/verified-days.js";
import { clusterNames } from "./internal/cluster-names.js";
import { clusterTotals, readCounts } from "./internal/cluster-totals.js";
import { judgeOfControls } from "./internal/judge-of-controls.js";
import { registersOf } from "./internal/control-status.js";
import { compileIdentity } from "./identity.js";
import { readEvents } from "./internal/event-pass.js";
import type { EventPass } from "./internal/event-pass.js";
import { comparableInstant, secondsBetween } from "./internal/instant.js";
import { fillRegisters } from "./internal/fill-registers.js";
import type { FilledRegisters } from "./internal/fill-registers.js";
import { evidenceFindings } from "./internal/evidence-findings.js";
import { createSummary } from "./internal/register-summary.js";
import { createTextHash } from "./internal/hash.js";
import { createPolicyTimeline, handedInPolicies } from "./internal/policy-timeline.js";
import { registerCsv } from "./register-csv.js";
import { registerNames } from "./register-row.js";
import type { RegisterName, RegisterRow, RegisterRows } from "./register-row.js";
import { drawSamples } from "./sample/draw-samples.js";

/** The version of the rules by which rows are made; it changes when the same events would give other rows. */
const registerRules = { id: "registers", version: "3" };

/** Up to this many seconds a period is cut into hours, beyond that into days. */
const longestHourlyPeriod = 3 * 24 * 3600;

/** A period as two comparable instants. */
export interface ComparablePeriod {
  readonly from: string;
  readonly to: string;
}

/**
 * Reads all events once and gives the evidence of a period: the document and the rows of its registers.
 *
 * The reading must not be narrowed to the period: sessions that began before it and roles as they were before it are needed, and
 * the account has to tie with what was given. Memory is bounded; rows go to `options.spool`, which must be unused, and stay readable
 * until it is closed.
 *
 * Throws {@link EvidenceError} `KAUDIT_EVIDENCE_PERIOD_INVALID` for a period that is none, `KAUDIT_EVIDENCE_TOTALS_MISMATCH`
 * when the account does not tie, `KAUDIT_EVIDENCE_FRAMEWORK_ID_TAKEN`, and `KAUDIT_CONTROLS_UNKNOWN_FRAMEWORK` and
 * `KAUDIT_CONTROLS_UNKNOWN_CATEGORY` for an unknown framework or category; what the reading throws passes through.
 */
export async function buildEvidence(reading: EventReading, options: EvidenceOptions): Promise<Evidence> {
  const period = comparablePeriod(options.period);
  const categories = options.categories ?? [];
  const chosen = chosenFrameworks(options.frameworks ?? [], categories);
  const wanted = new Set<RegisterName>(options.registers ?? registerNames);
  for (const { definition } of chosen)
    for (const control of controlsInScope(definition, categories).controls)
      for (const name of registersOf(control)) wanted.add(name);
  const names = registerNames.filter((name) => wanted.has(name));
  const decisions = createDecisions(options, options);

  const settings = exceptionSettings(options.exceptions, options.identity);
  // A query for some registers does not see the requests of the other ones.
  const isWhole = options.registers === undefined;
  const rules = createExceptions(isWhole ? settings : { ...settings, rules: [], off: [] }, {
    cluster: options.cluster.name,
    periodEnd: options.period.to,
    approvalsGiven: options.approvals !== undefined,
    decisions,
  });

  const identity = compileIdentity(options.identity);
  const isWatched = watchedActors(settings.lists);
  // Whoever waits for the account must hear of a failed reading from the iteration, not from an unhandled rejection.
  reading.account.catch(() => {});
  const timeline = createPolicyTimeline(options, period);
  const pass = await readEvents(reading, options.spool, period, names, {
    policies: timeline,
    mainCluster: options.cluster.name,
    withRowless: isWhole,
    identity,
    watched: (name, groups) =>
      identity.isShared(name) || identity.isBreakGlass(name, groups) || (isWhole && isWatched(name, groups)),
  });
  const account = await reading.account;
  checkTotals(account, pass);

  const clusters = clusterNames(
    pass.servers.map(({ clusterKey }) => clusterKey),
    options,
  );
  const span = { from: Date.parse(options.period.from), to: Date.parse(options.period.to) };
  const trackers = canaryTrackers(options, clusters, span);
  const filled = await fillRegisters(pass, options, period, names, clusters, trackers, isWhole ? rules : undefined);
  const registers: RegisterEntry[] = [];
  for (const name of names) registers.push(await registerEntry(name, filled, period));
  const rowsOf = (name: RegisterName): AsyncIterable<RegisterRow> => spooledRows(filled, name).sorted();
  const sampled = options.cluster.name || clusters.clusters.map(({ name }) => name).join(",");
  const sample = await drawSamples(registers, rowsOf, options.sample ?? {}, options.period, sampled);

  const parts = {
    period: { from: options.period.from, to: options.period.to, label: options.period.label },
    inputs: account.files.map(inputOf),
    skipped: account.skipped.map(skippedFile),
    coverage: bundleCoverage(pass, clusters, options, span),
    source: pass.source.finish(),
    policies: timeline.finish(),
    canaries: trackers.size === 0 ? null : [...trackers].flatMap(([name, tracker]) => tracker.finish(name)),
  };
  const findings = evidenceFindings(pass, filled, registers, parts.coverage, clusters);
  const facts = gatherFacts(parts, pass, clusters, names, options, decisions.scopes);
  const totals = totalsOf(account, pass);
  const ownTotals = clusterTotals(account, pass, clusters);
  const signOff = decisions.signOff(actorsIn(registers));
  const { exceptions: found, summary } = rules.finish(
    // Approvals know their uses when all requests have been looked at.
    () => [
      ...conditionsInBundle({
        findings,
        totals,
        policies: parts.policies,
        read: readCounts(pass, clusters, facts, totals),
      }),
      ...gapConditions(parts.coverage),
      ...collectionConditions(facts.collection),
      ...reviewConditions(signOff),
      ...approvalConditions(decisions.approvalUses()),
      ...(options.conditions ?? []),
    ],
    { policies: parts.policies, declared: facts.scopeDeclared, notEvaluated: notEvaluated(options) },
  );
  const exceptions = linkedExceptions(found, chosen, categories);
  const review = reviewOf(signOff, exceptions);
  const gates = evaluateGates({ ...facts, review });
  const basis = {
    registers,
    gates,
    exceptions,
    verifiedDays: (register: RegisterName) => verifiedDays(register, facts.clusters, facts.period),
  };
  const frameworkBasis = {
    period: options.period,
    categories,
    exceptions,
    gates,
    levels: recordedLevels(handedInPolicies(options).map(({ policy }) => policy)),
    days: coveredDays(options.period, parts.coverage),
    handedIn: {
      things: thingsHandedIn(facts.collection !== null, settings.lists),
      oldest: pass.oldest,
      to: options.period.to,
    },
    status: judgeOfControls(basis, facts, exceptions, review, filled),
  };
  const frameworks = chosen.map((one) => frameworkResult(one, frameworkBasis));

  const bundle: EvidenceBundle = {
    schemaVersion: "kaudit.evidence/1",
    tool: { name: "kaudit", version: options.toolVersion },
    ruleSets: [
      registerRules,
      { id: "controls", version: catalogueVersion },
      { id: "exceptions", version: exceptionRulesVersion },
    ],
    period: parts.period,
    cluster: { name: options.cluster.name, basis: options.cluster.basis },
    clusters: clusters.clusters.map(({ name, basis: of }) => ({
      ...clusterEntry(name, of, parts.coverage, filled),
      ...(ownTotals.has(name) ? { totals: ownTotals.get(name) } : {}),
    })),
    inputs: parts.inputs,
    skipped: parts.skipped,
    totals,
    rejected: account.rejected
      .slice(0, 1000)
      .map(({ file, cluster, byteOffset, byteLength, reason, detail, excerpt }) => ({
        file,
        ...(cluster === undefined ? {} : { cluster }),
        byteOffset,
        byteLength,
        reason,
        detail,
        excerpt,
      })),
    ...collectionInBundle(facts.collection),
    coverage: parts.coverage,
    source: parts.source,
    policies: parts.policies,
    canaries: parts.canaries,
    gates,
    verifiedDays: names.map((register) => ({ register, ...basis.verifiedDays(register) })),
    registers,
    findings,
    exceptions,
    exceptionsSummary: summary,
    scope: decisions.scope(),
    approvals: decisions.approvalUses(),
    decisions: decisions.files(),
    signOff,
    sample,
    frameworks,
  };
  return {
    bundle,
    rows<Name extends RegisterName>(name: Name): AsyncIterable<RegisterRows[Name]> {
      return spooledRows(filled, name).sorted() as AsyncIterable<RegisterRows[Name]>;
    },
  };
}

function clusterEntry(
  name: string,
  basis: string,
  coverage: EvidenceBundle["coverage"],
  filled: FilledRegisters,
): EvidenceBundle["clusters"][number] {
  const servers = coverage.filter(({ cluster }) => cluster === name);
  return {
    name,
    basis,
    apiServers: servers.length,
    events: servers.reduce((sum, { events }) => sum + events, 0),
    rows: { ...filled.rowsByCluster.get(name) },
  };
}

function skippedFile({
  file,
  cluster,
  bytes,
  sha256,
  reason,
}: SourceAccount["skipped"][number]): EvidenceBundle["skipped"][number] {
  return {
    file,
    ...(cluster === undefined ? {} : { cluster }),
    bytes,
    ...(sha256 === undefined ? {} : { sha256 }),
    reason,
  };
}

function comparablePeriod(period: EvidenceOptions["period"]): ComparablePeriod {
  const from = comparableInstant(period.from);
  const to = comparableInstant(period.to);
  if (from === null || to === null || from >= to) {
    throw new EvidenceError(
      "KAUDIT_EVIDENCE_PERIOD_INVALID",
      `period ${JSON.stringify(period.from)} to ${JSON.stringify(period.to)}: expected two RFC 3339 instants, the first before the second`,
      { details: { from: period.from, to: period.to } },
    );
  }
  return { from, to };
}

/** Who acted, as far as the summaries of the registers name them. */
function* actorsIn(registers: readonly RegisterEntry[]): Generator<string> {
  for (const { summary } of registers) for (const { actor } of summary.actors) yield actor;
}

function spooledRows(filled: FilledRegisters, name: RegisterName): SpooledRows<RegisterRow> {
  const rows = filled.rows.get(name);
  if (rows !== undefined) return rows;
  throw new EvidenceError("KAUDIT_EVIDENCE_REGISTER_NOT_FILLED", `register ${name} was not among those asked for`, {
    details: { register: name },
  });
}

async function registerEntry(
  name: RegisterName,
  filled: FilledRegisters,
  period: ComparablePeriod,
): Promise<RegisterEntry> {
  const rows = spooledRows(filled, name);
  const bucket = secondsBetween(period.from, period.to) <= longestHourlyPeriod ? "hour" : "day";
  const summary = createSummary(name, bucket, period.from);
  const details = createRowDetails();
  const hash = createTextHash();
  const add = (row: RegisterRow): void => {
    summary.add(row);
    details.add(row);
  };
  for await (const piece of registerCsv(name, summed(rows.sorted(), add))) hash.update(piece);
  return {
    name,
    file: `registers/${name}.csv`,
    rows: rows.size,
    sha256: hash.hex(),
    details: details.finish(),
    summary: summary.finish(),
  };
}

async function* summed(rows: AsyncIterable<RegisterRow>, add: (row: RegisterRow) => void): AsyncGenerator<RegisterRow> {
  for await (const row of rows) {
    add(row);
    yield row;
  }
}

function inputOf(file: SourceAccount["files"][number]): EvidenceBundle["inputs"][number] {
  return {
    file: file.file,
    ...(file.cluster === undefined ? {} : { cluster: file.cluster }),
    bytes: file.bytes,
    sha256: file.sha256,
    compression: file.compression,
    decompressedBytes: file.decompressedBytes,
    ...(file.container === undefined ? {} : { container: file.container }),
    ...(file.archive === undefined ? {} : { archive: file.archive }),
    records: file.records,
    events: file.events,
    rejected: file.rejected,
    foreign: file.foreign,
    eventsByStage: knownStages(file.eventsByStage),
    rejectedByReason: definedCounts(file.rejectedByReason),
    ...(file.invalidUtf8Events === undefined ? {} : { invalidUtf8Events: file.invalidUtf8Events }),
    ...(file.nulBytes === undefined ? {} : { nulBytes: file.nulBytes }),
    firstTimestamp: file.firstTimestamp,
    lastTimestamp: file.lastTimestamp,
    instance: file.instance,
    instanceBasis: file.instanceBasis,
  };
}

function definedCounts(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([key, count]) => (count === undefined ? [] : [[key, count]])),
  );
}

/** Counts by the four stages; all others, which only a forged or foreign event has, are `other`. */
function knownStages(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [stage, count = 0] of Object.entries(counts)) {
    const name = (Stage.options as readonly string[]).includes(stage) ? stage : "other";
    known[name] = (known[name] ?? 0) + count;
  }
  return known;
}

function totalsOf(account: SourceAccount, pass: EventPass): EvidenceBundle["totals"] {
  const { files, bytes, decompressedBytes, records, events, rejected, foreign } = account.totals;
  return {
    files,
    bytes,
    decompressedBytes,
    records,
    events,
    rejected,
    foreign,
    unique: pass.unique,
    duplicates: pass.duplicates,
    conflicts: pass.conflicts,
    insidePeriod: pass.insidePeriod,
    outsidePeriod: pass.unique - pass.insidePeriod,
    eventsByStage: summedCounts(account.files.map(({ eventsByStage }) => knownStages(eventsByStage))),
    rejectedByReason: summedCounts(account.files.map(({ rejectedByReason }) => rejectedByReason)),
  };
}

function summedCounts(all: readonly Readonly<Record<string, number | undefined>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [key, count] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + (count ?? 0));
  }
  return Object.fromEntries(sums);
}

function checkTotals(account: SourceAccount, pass: EventPass): void {
  const { events, rejected, foreign, records } = account.totals;
  const given = pass.unique + pass.duplicates;
  if (given === events && records === events + rejected + foreign) return;
  throw new EvidenceError(
    "KAUDIT_EVIDENCE_TOTALS_MISMATCH",
    `the source gave ${given} events and accounts for ${records} records = ${events} events + ${rejected} rejected + ${foreign} foreign; ` +
      "expected the totals to tie (a reading that is narrowed to a period cannot be used)",
    { details: { given, records, events, rejected, foreign } },
  );
}
