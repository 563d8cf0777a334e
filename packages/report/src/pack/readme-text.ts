import type { EvidenceBundle } from "@kaudit/evidence";
import { outsideText, textOf } from "../document/text.js";
import { formatPeriod } from "../document/words/period.js";

/** What a reader finds, in the order in which one reads it; a part is listed when the pack holds it. */
interface Part {
  readonly name: string;
  readonly says: readonly string[];
}

/** Gives the text of `README.txt`: what is in the pack and how to check that it is whole. Lines are at most 78 characters. */
export function readmeText(bundle: EvidenceBundle, evidenceId: string, paths: readonly string[]): string {
  const parts = partsOf(bundle, paths);
  const width = Math.max(...parts.map((part) => part.name.length)) + 2;
  const listed = parts.flatMap((part) =>
    part.says.map((line, index) => `  ${(index === 0 ? part.name : "").padEnd(width)}${line}`),
  );
  return [
    "KUBERNETES AUDIT EVIDENCE",
    "",
    ...clusterLines(bundle),
    `Period       ${formatPeriod(bundle.period)}, UTC, end excluded`,
    `Evidence id  ${evidenceId.slice(0, 16)}`,
    `Made with    ${bundle.tool.name} ${bundle.tool.version}`,
    "",
    "",
    "WHAT IS HERE",
    "",
    ...listed,
    "",
    "",
    ...checks(evidenceId),
    "Made again from the same log files with the same options, every file is the",
    "same byte for byte, but for manifest.json, which records the run (when, where,",
    "by whom), SHA256SUMS, which holds its hash, and signatures. An API server is",
    "named after the folder of its log, unless the log or an option names it:",
    "kaudit verify keeps the names that this pack has, wherever the logs lie.",
    "",
    "The files hold names of people, workloads and addresses, and text that clients",
    "of the API server chose. Values of Secrets, tokens and what looks like a",
    "credential in a command were left out or masked where the logs were read.",
    "",
  ].join("\n");
}

function nameOf(name: string): string {
  return textOf(outsideText(name, 60));
}

/** The cluster, or each of several on a line of its own. */
function clusterLines({ cluster, clusters }: EvidenceBundle): readonly string[] {
  if (clusters.length < 2) return [`Cluster      ${nameOf(cluster.name)}`];
  const shown = clusters.slice(0, 12).map(({ name }) => nameOf(name));
  const rest = clusters.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more, see bundle.json`] : [])].map(
    (name, index) => `${index === 0 ? "Clusters" : ""}`.padEnd(13) + name,
  );
}

/** How to check a pack with programs that every auditor has; the same text whether the pack is signed or not. */
function checks(evidenceId: string): readonly string[] {
  return [
    "HOW TO CHECK IT",
    "",
    "1. Nothing was changed since the pack was written. In this folder:",
    "",
    "     sha256sum --check --strict SHA256SUMS",
    "",
    "   On macOS: shasum -a 256 --check SHA256SUMS. Every line must end with OK.",
    "",
    "2. Nothing was added. Both numbers must be the same:",
    "",
    "     find . -type f ! -name SHA256SUMS ! -name manifest.json.sig \\",
    "       ! -name manifest.dsse.json ! -name 'manifest.ts[qr]' | wc -l",
    "     wc -l < SHA256SUMS",
    "",
    "3. It was signed, if manifest.json.sig is here. You need the signer's public",
    "   key (key.pub) from the signer, by another way than this pack; a key that came",
    "   with it proves nothing. The first must print Signature Verified Successfully.",
    "",
    "     openssl pkeyutl -verify -rawin -pubin -inkey key.pub -in manifest.json \\",
    "       -sigfile manifest.json.sig",
    `     jq -r '.outputs[] | .sha256 + "  " + .path' manifest.json \\`,
    "       | sha256sum --check --strict",
    "",
    "   A pack that is not signed is only as good as the way by which it reached",
    "   you: ask whoever made it for the SHA-256 of manifest.json by another way.",
    "",
    "   If manifest.tsq is here, a time-stamp authority (RFC 3161) can confirm when",
    "   the manifest existed: send it that file and keep the answer as manifest.tsr.",
    "   With the authority's certificate, which you have from the authority:",
    "",
    "     openssl ts -verify -data manifest.json -in manifest.tsr -CAfile tsa-ca.pem",
    "",
    "4. The documents belong to this evidence. The SHA-256 of bundle.json",
    "",
    "     sha256sum bundle.json",
    "",
    "   begins with the evidence id that is printed in every document:",
    `   ${evidenceId}`,
    "",
    "5. The evidence comes from these logs. manifest.json and bundle.json name every",
    "   log file that was read, with its size and SHA-256. Compare them with the",
    "   files that you were given or keep.",
    "",
    "All of it at once, and the whole run again from the log files:",
    "",
    "     kaudit verify . --key key.pub --inputs /path/to/logs",
    "",
  ];
}

function partsOf(bundle: EvidenceBundle, paths: readonly string[]): readonly Part[] {
  const has = (path: string): boolean => paths.includes(path);
  const documents = bundle.frameworks.flatMap((framework) => [
    ...(has(`${framework.id}.pdf`)
      ? [{ name: `${framework.id}.pdf`, says: [`${framework.name} evidence, to print and to sign`] }]
      : []),
    ...(has(`${framework.id}.html`)
      ? [
          {
            name: `${framework.id}.html`,
            says: ["the same as one web page, with tables to filter;", "it loads nothing from anywhere"],
          },
        ]
      : []),
    ...(has(`${framework.id}.md`)
      ? [{ name: `${framework.id}.md`, says: ["its summary in Markdown, for a ticket or a wiki"] }]
      : []),
  ]);
  const pages = paths.some((path) => path.startsWith("controls/"))
    ? [{ name: "controls/", says: ["one page for each control, as PDF, to be handed on singly"] }]
    : [];
  const registers = paths.some((path) => path.startsWith("registers/"))
    ? [{ name: "registers/", says: ["whole populations as CSV, one file a register"] }]
    : [];
  return [
    ...documents,
    ...pages,
    ...registers,
    ...(has("evidence.xlsx")
      ? [{ name: "evidence.xlsx", says: ["the registers as one workbook, a sheet each, with totals", "and controls"] }]
      : []),
    { name: "rejected.csv", says: ["records that could not be read: file, byte offset, reason"] },
    {
      name: "bundle.json",
      says: ["the evidence as data: inputs, totals, coverage, registers'", "counts and hashes, controls and results"],
    },
    ...(has("oscal/assessment-results.json")
      ? [{ name: "oscal/", says: ["observations for every control, as OSCAL assessment results"] }]
      : []),
    ...(has("ocsf/compliance-findings.jsonl")
      ? [{ name: "ocsf/", says: ["a Compliance Finding for every control, for a SIEM (OCSF)"] }]
      : []),
    { name: "manifest.json", says: ["the run: when, where, by whom; every input and output", "with its SHA-256"] },
    { name: "SHA256SUMS", says: ["the SHA-256 of every other file but signatures"] },
    {
      name: "manifest.json.sig",
      says: [
        "if it was signed: Ed25519 signature of manifest.json;",
        "manifest.dsse.json is for programs (DSSE, in-toto)",
      ],
    },
    { name: "manifest.tsq", says: ["if it was asked for: a time-stamp request (RFC 3161)"] },
  ];
}
