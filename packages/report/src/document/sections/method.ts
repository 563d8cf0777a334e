import type { EvidenceBundle } from "@kaudit/evidence";
import type { ReportInput } from "../../report-input.js";
import { gapCounts } from "../gap-sentences.js";
import { serverName } from "../clusters.js";
import { clusterBasis, clusterName, serverIdentity } from "../identity.js";
import { registerLabel } from "../register-names.js";
import type { FactsBlock, Text } from "../report-document.js";
import { cell, column, wordCell, unbrokenColumn } from "../row-cells.js";
import { code, joined, logText, plain, strong } from "../text.js";
import { sourceWays } from "../source.js";
import { agreeing, counted, formatCount } from "../words/count.js";
import { formatHash } from "../words/hash.js";
import { formatMoment } from "../words/period.js";
import type { SectionContent } from "./section-content.js";

const mostInstances = 6;

/** Builds the method sheet: where the numbers come from, in the order in which auditors ask (information produced by the entity). */
export function methodSection({ evidence }: ReportInput): SectionContent {
  const { bundle } = evidence;
  const files = bundle.totals.files;
  return {
    id: "method",
    shortTitle: "Method sheet",
    title: `${agreeing(files, "This file gives", `These ${counted(files, "file")} give`)} the same registers, byte for byte`,
    standfirst:
      "Information produced by the entity: what was read, with what, and what must be equal when it is done again.",
    blocks: [
      facts(bundle),
      {
        kind: "heading",
        text: "What must be equal when it is made again",
        note: [
          plain(
            "The first 64 bits of the SHA-256 of each register. A hash made at report time shows that nothing changed after the run; it does not speak for the time before.",
          ),
        ],
      },
      {
        kind: "table",
        description: "Each register with its file, number of rows and hash.",
        dense: true,
        columns: [
          column("register", "Register", 0.36),
          column("file", "File", 0.28),
          column("rows", "Rows", 0.1, "right"),
          unbrokenColumn("sha256", "SHA-256, first 16", 0.26),
        ],
        rows: bundle.registers.map((register) => [
          wordCell(registerLabel(register.name)),
          cell([code(register.file)]),
          wordCell(formatCount(register.rows)),
          cell([code(formatHash(register.sha256))]),
        ]),
      },
    ],
  };
}

function waysOf(bundle: EvidenceBundle): string {
  const ways = sourceWays(bundle);
  return ways === "" ? "" : `${ways[0]?.toUpperCase()}${ways.slice(1)}. `;
}

function facts(bundle: EvidenceBundle): FactsBlock {
  const rows: readonly (readonly [string, Text, string?])[] = [
    ["Source system", source(bundle)],
    ["API servers seen", instances(bundle)],
    [
      "Export path, filters",
      [
        plain(
          `${waysOf(bundle)}How the files were copied is not declared to this report: ask, and whether anything was left out.`,
        ),
      ],
    ],
    ["Period", period(bundle)],
    [
      "Run",
      [
        plain("When, where, by whom and with which command line stands in "),
        code("manifest.json"),
        plain(" only, so that the same inputs give the same documents."),
      ],
    ],
    ["Tool", tool(bundle)],
    [
      "Inputs",
      [
        plain(
          `${counted(bundle.totals.files, "file")}, ${formatCount(bundle.totals.bytes)} bytes, each with its SHA-256.`,
        ),
      ],
      "reliance",
    ],
    ["Control totals", totals(bundle), "reliance"],
    ["Gaps", gaps(bundle), "reliance"],
    ["Policy in force", policy(bundle), "reliance"],
    ["Scope", scope(bundle)],
    ["Decisions", decisions(bundle), "exceptions"],
    [
      "One request",
      [
        plain("Events with the same API server, audit ID, "),
        code("requestReceivedTimestamp"),
        plain(
          ", verb, URI and user are the stages of one request. The client can choose the audit ID, so it alone decides nothing.",
        ),
      ],
    ],
    [
      "One attempt",
      [
        plain(
          "kubectl asks for a session over WebSocket (get) and, when refused, again over SPDY (create). Two such 403 within one second, by the same user with the same URI and client, are one row with both audit IDs, in every register.",
        ),
      ],
    ],
    [
      "Outcome",
      [
        plain(
          "The response code: below 400 success, 401 and 403 refused, other codes failed, no final stage not known. The authorization annotation alone is never used.",
        ),
      ],
    ],
    ["Known limits", [plain("What this source cannot show, and what to ask for instead.")], "limits"],
  ];
  return {
    kind: "facts",
    facts: rows.map(([label, value, section], index) => ({
      number: String(index + 1),
      label,
      value,
      ...(section === undefined ? {} : { section }),
    })),
  };
}

function source(bundle: EvidenceBundle): Text {
  return [
    plain("Audit log of the Kubernetes API servers of "),
    ...clusterName(bundle),
    plain(". The log itself names no cluster: "),
    ...clusterBasis(bundle),
    plain("."),
  ];
}

function instances(bundle: EvidenceBundle): Text {
  const { coverage } = bundle;
  if (coverage.length === 0) return [plain("None inside the period.")];
  const named = coverage
    .slice(0, mostInstances)
    .map((server) => serverIdentity({ ...server, instance: serverName(bundle, server) }));
  const rest = coverage.length - named.length;
  return [...joined(named, ", "), plain(rest > 0 ? ` and ${formatCount(rest)} more; see bundle.json.` : ".")];
}

function period(bundle: EvidenceBundle): Text {
  const { from, to } = bundle.period;
  return [
    plain(`${formatMoment(from)} to ${formatMoment(to)} UTC, end excluded, by `),
    code("requestReceivedTimestamp"),
    plain(". Sessions count when they overlap it."),
  ];
}

function tool(bundle: EvidenceBundle): Text {
  const sets = bundle.ruleSets.map((set) => `${set.id} ${set.version}`).join(", ");
  return [
    plain(`${bundle.tool.name} ${bundle.tool.version}${sets === "" ? "; no rule set" : `; rule sets: ${sets}`}.`),
  ];
}

function totals({ totals }: EvidenceBundle): Text {
  const records = counted(totals.records, "record");
  const events = counted(totals.events, "event");
  return [
    plain(
      `${records} = ${events} + ${formatCount(totals.rejected)} rejected + ${formatCount(totals.foreign)} foreign; `,
    ),
    strong(counted(totals.insidePeriod, "unique event")),
    plain(" inside the period."),
  ];
}

function gaps(bundle: EvidenceBundle): Text {
  if (bundle.coverage.length === 0) return [plain("No event falls into the period.")];
  const { all, unexplained } = gapCounts(bundle);
  if (all === 0) return [plain("None: no API server was silent for longer than its usual pace allows.")];
  return [plain(`${counted(all, "gap")}, ${formatCount(unexplained)} of them without an explanation.`)];
}

function policy({ policies }: EvidenceBundle): Text {
  const [first, ...others] = policies;
  if (first === undefined) return [plain("None handed in: what could be recorded is not known.")];
  return [
    ...logText(first.file, 120),
    plain(", SHA-256 "),
    code(formatHash(first.sha256)),
    plain(others.length === 0 ? "" : `, and ${formatCount(others.length)} more over time`),
    plain("; evaluated, and held against every event of the period."),
  ];
}

const scopeWords = { production: "production", cde: "cardholder data", ephi: "health information" } as const;

function scope({ scope: { declared, labels } }: EvidenceBundle): Text {
  if (!declared) return [plain("No namespace was declared as in scope; the whole cluster is treated as in scope.")];
  return joined(
    labels.map(({ label, namespaces }) => [
      plain(`${scopeWords[label]}: `),
      ...joined(
        namespaces.slice(0, mostNamespaces).map((name) => logText(name, 80)),
        ", ",
      ),
      ...(namespaces.length > mostNamespaces
        ? [plain(` and ${formatCount(namespaces.length - mostNamespaces)} more`)]
        : []),
    ]),
    "; ",
  );
}

const mostNamespaces = 12;

function handedIn(
  given: { readonly file: string; readonly sha256: string; readonly entries: number },
  what: string,
): Text {
  return [
    ...logText(given.file, 120),
    plain(`, ${counted(given.entries, what)}, SHA-256 `),
    code(formatHash(given.sha256)),
  ];
}

/** The files by which exceptions were closed, so that a later change of one shows. */
function decisions({ decisions: { approvals, dispositions } }: EvidenceBundle): Text {
  const files = [
    ...(approvals === null ? [] : [handedIn(approvals, "approval")]),
    ...(dispositions === null ? [] : [handedIn(dispositions, "disposition")]),
  ];
  if (files.length === 0) return [plain("Neither approvals nor dispositions were handed in.")];
  return [...joined(files, "; "), plain(".")];
}
