import { decidingGates, registerNames } from "@kaudit/evidence";
import type { EvidenceBundle, Gate, RegisterName } from "@kaudit/evidence";
import type { Block, TableCell, Text } from "./report-document.js";
import { cell, column, wordCell } from "./row-cells.js";
import { muted, outsideText, plain, strong } from "./text.js";
import { agreeing, counted, formatCount, formatPercent } from "./words/count.js";
import { formatBytes } from "./words/bytes.js";

type Cluster = EvidenceBundle["clusters"][number];

/** More clusters than this are left to bundle.json and the workbook. */
const mostClusters = 50;
/** So many are shown on the page that gives the answer. */
const mostOnAnswer = 12;

/** Tells whether more than one cluster was read. */
export function severalClusters({ clusters }: EvidenceBundle): boolean {
  return clusters.length > 1;
}

/** Gives an API server's name, with its cluster before it where several were read. */
export function serverName(bundle: EvidenceBundle, { cluster, instance }: EvidenceBundle["coverage"][number]): string {
  if (!severalClusters(bundle) || instance.startsWith(`${cluster}/`)) return instance;
  return `${cluster}/${instance}`;
}

/** Gives the cluster's name for its only API server, where several clusters were read: a line of a narrow chart holds no more. */
export function shortServerName(bundle: EvidenceBundle, server: EvidenceBundle["coverage"][number]): string {
  const isOnly = bundle.coverage.filter(({ cluster }) => cluster === server.cluster).length === 1;
  return severalClusters(bundle) && isOnly ? server.cluster : serverName(bundle, server);
}

/** How one of several clusters stands. */
export interface ClusterStanding {
  readonly cluster: Cluster;
  /** How much of the period its log covers: "99.7%"; null where nothing was read. */
  readonly covered: string | null;
  /** Gates that decide about results and do not hold for every register. */
  readonly failing: readonly Gate["id"][];
  readonly rows: number;
  readonly open: number;
}

/** Gives how each cluster stands: those with most gates that do not hold first, then by open exceptions and name. */
export function clusterStandings(bundle: EvidenceBundle): readonly ClusterStanding[] {
  return bundle.clusters
    .map((cluster): ClusterStanding => {
      const servers = bundle.coverage.filter((server) => server.cluster === cluster.name);
      const sum = (field: "coveredSeconds" | "periodSeconds"): number =>
        servers.reduce((total, server) => total + server[field], 0);
      return {
        cluster,
        covered: servers.length === 0 ? null : formatPercent(sum("coveredSeconds"), sum("periodSeconds")),
        failing: decidingGates.filter((id) => gateResult(bundle, id, cluster.name) !== "holds"),
        rows: Object.values(cluster.rows).reduce((total, rows) => total + rows, 0),
        open: bundle.exceptions.filter((one) => one.state === "open" && one.cluster === cluster.name).length,
      };
    })
    .toSorted(
      (a, b) => b.failing.length - a.failing.length || b.open - a.open || (a.cluster.name < b.cluster.name ? -1 : 1),
    );
}

/** Gives how a gate stands in one cluster, over all registers. */
export function gateResult({ gates }: EvidenceBundle, id: Gate["id"], cluster: string): Gate["result"] {
  const own = gates.find((gate) => gate.id === id)?.registers.filter((one) => one.cluster === cluster) ?? [];
  if (own.some(({ result }) => result === "fails")) return "fails";
  return own.length === 0 || own.some(({ result }) => result === "not-evaluated") ? "not-evaluated" : "holds";
}

/** Builds the summary of several clusters for the answer: a line each; nothing where one was read. */
export function clusterSummary(bundle: EvidenceBundle): readonly Block[] {
  if (!severalClusters(bundle)) return [];
  const standings = clusterStandings(bundle);
  const shown = standings.slice(0, mostOnAnswer);
  const sound = standings.filter(({ failing }) => failing.length === 0).length;
  const all = counted(standings.length, "cluster");
  return [
    {
      kind: "heading",
      text: `The gates that decide hold in ${formatCount(sound)} of ${all}`,
      ...(shown.length < standings.length
        ? {
            note: [
              strong(`First ${formatCount(shown.length)} of ${formatCount(standings.length)}`),
              plain(", those with most against them first."),
            ],
          }
        : {}),
    },
    {
      kind: "table",
      dense: true,
      description:
        "Each cluster: events read, how much of the period its log covers, gates, rows of all registers, open exceptions.",
      columns: [
        column("cluster", "Cluster", 0.28),
        column("events", "Events", 0.12, "right"),
        column("covered", "Log covers", 0.13, "right"),
        column("gates", "Gates G1, G2, G3, G5", 0.23),
        column("rows", "Rows", 0.11, "right"),
        column("open", "Open", 0.13, "right"),
      ],
      rows: shown.map((standing) => [
        nameCell(standing.cluster),
        wordCell(formatCount(standing.cluster.events)),
        coveredCell(standing),
        gatesCell(standing),
        wordCell(formatCount(standing.rows)),
        wordCell(formatCount(standing.open)),
      ]),
    },
  ];
}

/** Builds what was read of each cluster and how every gate stands in it; nothing where one was read. */
export function clusterBlocks(bundle: EvidenceBundle): readonly Block[] {
  if (!severalClusters(bundle)) return [];
  const all = bundle.clusters.length;
  const shown = clusterStandings(bundle).slice(0, mostClusters);
  const note: Text =
    shown.length < all
      ? [strong(`First ${formatCount(shown.length)} of ${formatCount(all)}`), plain("; all are in bundle.json.")]
      : [];
  const withNote = note.length === 0 ? {} : { note };
  return [
    { kind: "heading", text: `What was read of ${counted(all, "cluster")}`, ...withNote },
    readTable(shown),
    { kind: "heading", text: "How do the gates stand in each cluster?", ...withNote },
    gateTable(bundle, shown),
    { kind: "heading", text: "Rows of each register by cluster", ...withNote },
    rowTable(shown),
  ];
}

function readTable(shown: readonly ClusterStanding[]): Block {
  const told = shown.some(({ cluster }) => cluster.totals !== undefined);
  return {
    kind: "table",
    dense: true,
    description:
      "What was read of each cluster: files, bytes, records, rejected and repeated ones, events of the period, API servers, time covered.",
    columns: told
      ? [
          column("cluster", "Cluster", 0.22),
          column("files", "Files", 0.08, "right"),
          column("bytes", "Size", 0.11, "right"),
          column("records", "Records", 0.11, "right"),
          column("rejected", "Rejected", 0.1, "right"),
          column("duplicates", "Repeated", 0.1, "right"),
          column("events", "In the period", 0.11, "right"),
          column("servers", "API servers", 0.08, "right"),
          column("covered", "Log covers", 0.09, "right"),
        ]
      : [
          column("cluster", "Cluster", 0.49),
          column("events", "In the period", 0.17, "right"),
          column("servers", "API servers", 0.17, "right"),
          column("covered", "Log covers", 0.17, "right"),
        ],
    rows: shown.map((standing) => {
      const { cluster } = standing;
      const { totals } = cluster;
      return [
        nameCell(cluster),
        ...(told
          ? counts(
              totals === undefined
                ? ["", "", "", "", ""]
                : [
                    formatCount(totals.files),
                    formatBytes(totals.bytes),
                    formatCount(totals.records),
                    formatCount(totals.rejected),
                    formatCount(totals.duplicates),
                  ],
            )
          : []),
        ...counts([formatCount(cluster.events), formatCount(cluster.apiServers)]),
        coveredCell(standing),
      ];
    }),
  };
}

const resultWords: Readonly<Record<Gate["result"], string>> = {
  holds: "holds",
  fails: "does not hold",
  "not-evaluated": "not evaluated",
};

function gateTable(bundle: EvidenceBundle, shown: readonly ClusterStanding[]): Block {
  return {
    kind: "table",
    dense: true,
    description: "Each cluster and how the seven gates stand in it, over all registers.",
    columns: [column("cluster", "Cluster", 0.23), ...bundle.gates.map(({ id }) => column(id, id, 0.11))],
    rows: shown.map(({ cluster }) => [
      nameCell(cluster),
      ...bundle.gates.map(({ id }): TableCell => {
        const result = gateResult(bundle, id, cluster.name);
        return result === "holds" ? { text: [muted(resultWords.holds)] } : { text: [strong(resultWords[result])] };
      }),
    ]),
  };
}

const registerHeads: Readonly<Record<RegisterName, string>> = {
  secrets: "Secrets",
  rbac: "Access rights",
  sessions: "Sessions",
  authentication: "401",
  authorization: "403",
  credentials: "Credentials",
  impersonation: "Impersonation",
  deletions: "Deletions",
  configuration: "Configuration",
};

function rowTable(shown: readonly ClusterStanding[]): Block {
  const present = registerNames.filter((name) => shown.some(({ cluster }) => cluster.rows[name] !== undefined));
  const share = 0.7 / Math.max(1, present.length);
  return {
    kind: "table",
    dense: true,
    description: "Rows of each register by cluster, and exceptions that are open.",
    columns: [
      column("cluster", "Cluster", 0.2),
      ...present.map((name) => column(name, registerHeads[name], share, "right")),
      column("open", "Open exceptions", 0.1, "right"),
    ],
    rows: shown.map(({ cluster, open }) => [
      nameCell(cluster),
      ...present.map((name) => wordCell(formatCount(cluster.rows[name] ?? 0))),
      wordCell(formatCount(open)),
    ]),
  };
}

function counts(values: readonly string[]): TableCell[] {
  return values.map((value) => wordCell(value));
}

function nameCell({ name }: Cluster): TableCell {
  return cell(name === "" ? [muted("not named")] : outsideText(name, 80));
}

function coveredCell({ covered }: ClusterStanding): TableCell {
  return covered === null ? { text: [strong("no event")] } : wordCell(covered);
}

function gatesCell({ failing }: ClusterStanding): TableCell {
  if (failing.length === 0) return { text: [muted("hold")] };
  return { text: [strong(`${failing.join(", ")} ${agreeing(failing.length, "does", "do")} not hold`)] };
}

const mostNames = 4;

/** Gives "12 clusters: eu-1, eu-2, eu-3, eu-4 and 8 more", each name cut to a length that leaves room for the others. */
export function clustersInWords({ clusters }: Pick<EvidenceBundle, "clusters">, limit: number): Text {
  const shown = clusters.slice(0, mostNames);
  const rest = clusters.length - shown.length;
  const each = Math.max(8, Math.floor((limit - 14) / shown.length) - 2);
  return [
    plain(`${counted(clusters.length, "cluster")}: `),
    ...shown.flatMap(({ name }, index) => [
      ...(index === 0 ? [] : [plain(", ")]),
      ...outsideText(shortened(name, each), each + 1),
    ]),
    ...(rest > 0 ? [plain(` and ${formatCount(rest)} more`)] : []),
  ];
}

/** Cuts the middle out of a name: what tells clusters apart stands at its ends. */
function shortened(name: string, most: number): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - most).join("")}`;
}
