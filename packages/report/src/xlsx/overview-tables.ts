import type { EvidenceBundle } from "@kaudit/evidence";
import { visibleString } from "@kaudit/schema";
import { clusterStandings, gateResult, severalClusters } from "../document/clusters.js";
import { controlTotals } from "../document/control-totals.js";
import type { SheetCell, SheetColumn, SheetTable } from "./sheet-table.js";

const whole = "bundle.json";

/** A column of a table whose rows are objects: its field, its head, its width; `kind` where it is not text. */
type FieldColumn = readonly [field: string, head: string, width: number, kind?: SheetColumn["kind"] | "wraps"];

/** Gives the tables that stand before the registers: totals, inputs, controls, and what else the bundle holds. */
export function overviewTables(bundle: EvidenceBundle): readonly SheetTable[] {
  return [
    totals(bundle),
    ...clusters(bundle),
    inputs(bundle),
    controls(bundle),
    ...exceptions(bundle),
    ...sample(bundle),
    findings(bundle),
  ];
}

function totals(bundle: EvidenceBundle): SheetTable {
  const rows: SheetCell[][] = [];
  for (const { label, total, parts, ties } of controlTotals(bundle).lines) {
    for (const [index, part] of parts.entries()) {
      rows.push([label, index === 0 ? total : null, part.label, part.value, ties ? "ties" : "does not tie"]);
    }
  }
  for (const { name, rows: count, sha256 } of bundle.registers)
    rows.push(["Rows of the register", count, name, count, sha256]);
  return {
    name: "totals",
    columns: [
      { head: "Total", kind: "text", width: 26 },
      { head: "Count", kind: "number", width: 14 },
      { head: "Of these", kind: "text", width: 34 },
      { head: "Count of part", kind: "number", width: 14 },
      { head: "Result, or SHA-256 of the population", kind: "text", width: 68 },
    ],
    rows,
    whole,
  };
}

/** A row a cluster; nothing where one was read. */
function clusters(bundle: EvidenceBundle): readonly SheetTable[] {
  if (!severalClusters(bundle)) return [];
  const rows = clusterStandings(bundle).map(({ cluster, covered, open }) => ({
    cluster: cluster.name,
    apiServers: cluster.apiServers,
    ...cluster.totals,
    covered: covered ?? "no event",
    ...Object.fromEntries(bundle.gates.map(({ id }) => [id, gateResult(bundle, id, cluster.name)])),
    ...Object.fromEntries(bundle.registers.map(({ name }) => [name, cluster.rows[name] ?? 0])),
    open,
  }));
  return [
    fieldTable("clusters", rows, [
      ["cluster", "Cluster", 28],
      ["apiServers", "API servers", 12, "number"],
      ["files", "Files", 10, "number"],
      ["bytes", "Bytes", 14, "number"],
      ["records", "Records", 12, "number"],
      ["events", "Events", 12, "number"],
      ["rejected", "Rejected", 12, "number"],
      ["foreign", "Foreign", 12, "number"],
      ["unique", "Unique", 12, "number"],
      ["duplicates", "Duplicates", 12, "number"],
      ["insidePeriod", "In the period", 12, "number"],
      ["outsidePeriod", "Outside", 12, "number"],
      ["covered", "Log covers", 12],
      ...bundle.gates.map(({ id, name }): FieldColumn => [id, `${id} ${name}`, 16]),
      ...bundle.registers.map(({ name }): FieldColumn => [name, `Rows of ${name}`, 14, "number"]),
      ["open", "Open exceptions", 14, "number"],
    ]),
  ];
}

function inputs(bundle: EvidenceBundle): SheetTable {
  return fieldTable("inputs", bundle.inputs, [
    ["file", "File", 44],
    ["cluster", "Cluster", 24],
    ["sha256", "SHA-256", 68],
    ["bytes", "Bytes", 14, "number"],
    ["compression", "Compression", 12],
    ["records", "Records", 12, "number"],
    ["events", "Events", 12, "number"],
    ["rejected", "Rejected", 12, "number"],
    ["foreign", "Foreign", 12, "number"],
    ["firstTimestamp", "First event", 28],
    ["lastTimestamp", "Last event", 28],
    ["instance", "API server", 24],
    ["instanceBasis", "API server named by", 18],
  ]);
}

function controls(bundle: EvidenceBundle): SheetTable {
  const rows = bundle.frameworks.flatMap((framework) =>
    framework.controls.map((control) => ({
      ...control,
      framework: framework.name,
      populations: control.populations.map(({ register, rows: count }) => `${register} ${count}`),
      ...(control.clusters === undefined
        ? {}
        : { clusters: control.clusters.map(({ cluster, status }) => `${cluster}: ${status}`) }),
    })),
  );
  return fieldTable("controls", rows, [
    ["framework", "Framework", 14],
    ["id", "Control", 16],
    ["title", "Title", 44, "wraps"],
    ["status", "Status", 22],
    ["statusReason", "Why", 60, "wraps"],
    ["clusters", "Status by cluster", 40, "wraps"],
    ["tested", "What was tested", 50, "wraps"],
    ["populations", "Populations", 30, "wraps"],
    ["limits", "What the log cannot show", 60, "wraps"],
  ]);
}

function findings(bundle: EvidenceBundle): SheetTable {
  return fieldTable("findings", bundle.findings, [
    ["code", "Code", 28],
    ["cluster", "Cluster", 24],
    ["message", "What was noticed about the evidence", 90, "wraps"],
    ["count", "Count", 12, "number"],
    ["places", "First places", 60, "wraps"],
  ]);
}

/** Not every bundle has exceptions: a version of kaudit that raises none writes none. */
function exceptions(bundle: object): readonly SheetTable[] {
  if (!("exceptions" in bundle) || !Array.isArray(bundle.exceptions)) return [];
  return [
    fieldTable("exceptions", bundle.exceptions, [
      ["id", "Id", 18],
      ["rule", "Rule", 10],
      ["severity", "Severity", 10],
      ["state", "State", 9],
      ["sentence", "What happened", 70, "wraps"],
      ["title", "Rule in words", 40, "wraps"],
      ["cluster", "Cluster", 18],
      ["register", "Register", 15],
      ["actor", "Actor", 34],
      ["impersonated", "Impersonated", 24],
      ["namespace", "Namespace", 20],
      ["subject", "Object", 34],
      ["count", "Requests", 10, "number"],
      ["approved", "Approved", 10, "number"],
      ["approvals", "Approvals", 20],
      ["disposition", "Disposition", 40, "wraps"],
      ["first", "First (UTC)", 28],
      ["first", "First (date, UTC)", 23, "instant"],
      ["last", "Last (UTC)", 28],
      ["last", "Last (date, UTC)", 23, "instant"],
      ["remedy", "What to do", 60, "wraps"],
      ["rowIds", "First rows", 40],
    ]),
  ];
}

interface Population {
  readonly register: string;
  readonly populationSha256: string;
  readonly rows: number;
  readonly selected: readonly string[];
  readonly replacements?: readonly string[];
}

function sample(bundle: object): readonly SheetTable[] {
  if (!("sample" in bundle) || typeof bundle.sample !== "object" || bundle.sample === null) return [];
  const { populations = [] } = bundle.sample as { populations?: readonly Population[] };
  const rows = populations.flatMap(({ register, populationSha256, rows: count, selected, replacements = [] }) =>
    [...selected, ...replacements].map((rowId, index) => ({
      register,
      number: index + 1,
      rowId,
      use: index < selected.length ? "selected" : "replacement",
      count,
      populationSha256,
    })),
  );
  return [
    fieldTable("sample", rows, [
      ["register", "Register", 16],
      ["number", "Number", 9, "number"],
      ["rowId", "Row", 30],
      ["use", "Use", 14],
      ["count", "Rows of the population", 12, "number"],
      ["populationSha256", "SHA-256 of the population", 68],
    ]),
  ];
}

/** A table of objects by their fields; fields that no object has give no column. */
function fieldTable(name: string, objects: readonly object[], fields: readonly FieldColumn[]): SheetTable {
  const present = fields.filter(([field]) => objects.length === 0 || objects.some((object) => field in object));
  return {
    name,
    columns: present.map(([, head, width, kind]) =>
      kind === "wraps" ? { head, width, kind: "text", wraps: true } : { head, width, kind: kind ?? "text" },
    ),
    rows: objects.map((object) => {
      const values = object as Readonly<Record<string, unknown>>;
      return present.map(([field, , , kind]) => cellOf(values[field], kind));
    }),
    whole,
  };
}

function cellOf(value: unknown, kind: FieldColumn[3]): SheetCell {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (kind === "instant") return String(value);
  if (Array.isArray(value)) return value.map((entry) => visibleString(String(entry))).join("; ");
  return visibleString(typeof value === "object" ? JSON.stringify(value) : String(value));
}
