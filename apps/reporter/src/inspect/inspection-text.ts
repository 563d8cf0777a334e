import { visibleString } from "@kaudit/schema";
import { cutMiddle, displayWidth } from "../terminal/display-width.js";
import { formatBytes, formatCount, formatDuration, formatQuantity } from "../terminal/numbers.js";
import type { TerminalStyle } from "../terminal/style.js";
import { cutColumn, figureColumn, textTable, wholeTextColumn } from "../terminal/text-table.js";
import { wrapText } from "../terminal/wrap.js";
import type { TopCounts } from "./bounded-counter.js";
import { evidenceText } from "./evidence-text.js";
import type { Inspection } from "./inspection.js";
import type { ServerLog } from "./server-log.js";

/** `2026-11-22 12:18:39`. */
function seconds(instant: string): string {
  return visibleString(instant.slice(0, 19).replace("T", " "));
}

function range(first: string | null, last: string | null): string {
  return first === null || last === null ? "no time recorded" : `${seconds(first)} to ${seconds(last)} UTC`;
}

function widthOf({ columns }: TerminalStyle): number {
  return Math.min(columns, 100);
}

/** Writes a label and parts beside it, on as many lines as it takes; `` without parts. */
function labelled(label: string, parts: readonly string[], style: TerminalStyle): string {
  const margin = 13;
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line !== "" && margin + displayWidth(line) + 3 + displayWidth(part) > widthOf(style)) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? part : `   ${part}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((text, at) => `${(at === 0 ? label : "").padEnd(margin)}${text}\n`).join("");
}

/** A name from the log beside other text, where it must not take a line for itself. */
function shortName(text: string, style: TerminalStyle): string {
  return cutMiddle(visibleString(text), 40, style.ellipsis);
}

function countParts({ top, others, capped }: TopCounts, style: TerminalStyle): readonly string[] {
  const parts = top.map(({ key, count }) => {
    const name = key === "" ? "(empty)" : shortName(key, style);
    return `${capped ? "at least " : ""}${formatCount(count)} ${name}`;
  });
  return others === 0 ? parts : [...parts, `${formatCount(others)} others`];
}

/** The whole in a few lines. */
function overview(inspection: Inspection, style: TerminalStyle): string {
  const { totals, time, servers, shapes, origins, clusters, upgradedFrom, levels, stages, codes, foreign } = inspection;
  const { files, bytes, decompressedBytes, records, events, rejected, foreign: others } = totals;
  const unpacked = decompressedBytes === bytes ? "" : ` (${formatBytes(decompressedBytes)} unpacked)`;
  const title = [
    formatQuantity(files, "file"),
    `${formatBytes(bytes)}${unpacked}`,
    formatQuantity(servers.length, "API server"),
  ];
  const pace =
    time.anHour === null
      ? []
      : [`${formatQuantity(time.anHour.events, "event")} and ${formatBytes(time.anHour.bytes)} an hour`];
  const derived = inspection.reconstructed;
  const versions = [...new Set(servers.flatMap((server) => server.kubernetesVersions.top.map(({ key }) => key)))];
  const isPlain = origins.top.length === 1 && origins.others === 0 && origins.top[0]?.key === "kube-apiserver";
  return [
    `${style.bold(title.join(", "))}\n`,
    `${formatQuantity(records, "record")} = ${formatCount(events)} events + ${formatCount(rejected)} rejected + ${formatCount(others)} foreign\n\n`,
    labelled("received", [range(time.firstReceived, time.lastReceived)], style),
    labelled("recorded", [range(time.firstRecorded, time.lastRecorded), ...pace], style),
    labelled("shapes", countParts(shapes, style), style),
    isPlain ? "" : labelled("origins", countParts(origins, style), style),
    labelled("clusters", countParts(clusters, style), style),
    labelled("upgraded", countParts(upgradedFrom, style), style),
    labelled(
      "truncated",
      inspection.truncatedEvents === 0 ? [] : [formatQuantity(inspection.truncatedEvents, "event")],
      style,
    ),
    labelled(
      "derived",
      derived.events === 0 ? [] : [formatQuantity(derived.events, "event"), ...countParts(derived.fields, style)],
      style,
    ),
    labelled("levels", countParts(levels, style), style),
    labelled("stages", countParts(stages, style), style),
    labelled("codes", countParts(codes, style), style),
    labelled("foreign", countParts(foreign, style), style),
    labelled("Kubernetes", versions.length === 0 ? [] : [versions.map((one) => visibleString(one)).join(", ")], style),
  ].join("");
}

function nameOf({ cluster, instance }: ServerLog): string {
  const name = visibleString(instance);
  return cluster === null ? name : `${visibleString(cluster)}/${name}`;
}

function fileTable({ files }: Inspection, top: number, style: TerminalStyle): string {
  const columns = [
    cutColumn("File"),
    figureColumn("Events"),
    figureColumn("Rejected"),
    figureColumn("Foreign", 2),
    figureColumn("Bytes"),
    wholeTextColumn("First received", 1),
    cutColumn("API server", 3),
  ];
  const rows = files
    .slice(0, top)
    .map(({ file, events, rejected, foreign, bytes, firstTimestamp, instance }) => [
      visibleString(file),
      ...[events, rejected, foreign].map(formatCount),
      formatBytes(bytes),
      firstTimestamp === null ? "" : seconds(firstTimestamp),
      visibleString(instance),
    ]);
  const more = files.length - rows.length;
  const note = more > 0 ? `and ${formatQuantity(more, "more file")}; --top ${files.length} shows all\n` : "";
  return textTable(columns, rows, style) + note;
}

function serverTable({ servers, eventsOfOtherServers }: Inspection, top: number, style: TerminalStyle): string {
  const columns = [
    cutColumn("API server"),
    wholeTextColumn("Known by", 3),
    figureColumn("Files", 4),
    figureColumn("Events"),
    wholeTextColumn("First recorded", 2),
    wholeTextColumn("Last recorded", 1),
    figureColumn("Gaps"),
  ];
  const rows = servers
    .slice(0, top)
    .map((server) => [
      nameOf(server),
      server.basis,
      formatCount(server.files),
      formatCount(server.events),
      server.firstRecorded === null ? "" : seconds(server.firstRecorded),
      server.lastRecorded === null ? "" : seconds(server.lastRecorded),
      formatCount(server.gaps.count) + (server.gaps.complete ? "" : "?"),
    ]);
  const notes = [
    servers.length > rows.length ? `and ${formatQuantity(servers.length - rows.length, "more API server")}\n` : "",
    eventsOfOtherServers > 0
      ? `and ${formatQuantity(eventsOfOtherServers, "event")} of still more API servers, which are not followed\n`
      : "",
    servers.some(({ gaps }) => !gaps.complete)
      ? "?: events of more days than fit in memory; gaps between them are not known\n"
      : "",
  ];
  return textTable(columns, rows, style) + notes.join("");
}

/** The longest gaps of all API servers, a sentence each. */
function gapText({ servers }: Inspection, top: number, style: TerminalStyle): string {
  const all = servers.flatMap((server) =>
    server.gaps.longest.map((gap) => ({ gap, server, threshold: server.gaps.thresholdSeconds })),
  );
  if (all.length === 0) return "";
  const total = servers.reduce((sum, { gaps }) => sum + gaps.count, 0);
  const longest = all.toSorted((a, b) => b.gap.seconds - a.gap.seconds).slice(0, top);
  const lines = longest.map(({ gap, server, threshold }) => {
    const sentence =
      `${cutMiddle(nameOf(server), 40, style.ellipsis)}, ${seconds(gap.from)} to ${seconds(gap.to)}: recorded nothing for ` +
      `${formatDuration(gap.seconds)} (more than ${formatDuration(threshold)} is a gap there)`;
    return `${wrapText(sentence, widthOf(style), "  ")}\n`;
  });
  const more = total - longest.length;
  const note = more > 0 ? `  and ${formatQuantity(more, "shorter gap")}\n` : "";
  return `${style.bold("Gaps, the longest first")}\n${lines.join("")}${note}`;
}

function topTable(head: string, counts: TopCounts, empty: string, style: TerminalStyle): string {
  const { top, others, capped } = counts;
  if (top.length === 0) return "";
  const rows = top.map(({ key, count }) => [key === "" ? empty : visibleString(key), formatCount(count)]);
  if (others > 0) rows.push(["(all others)", formatCount(others)]);
  const note = capped ? "More of them than are counted: the count of each is a lower bound.\n" : "";
  return textTable([cutColumn(head), figureColumn("Events")], rows, style) + note;
}

/** A size, what it is and where: the place is never cut, since it is there to be copied. */
function largestText({ largest }: Inspection, style: TerminalStyle): string {
  if (largest.length === 0) return "";
  const lines = largest.map(({ bytes, level, stage, verb, resource, file, byteOffset, item }) => {
    const what = cutMiddle(visibleString(`${verb} ${resource}`), widthOf(style) - 54, style.ellipsis);
    const kind = shortName(`${level} ${stage}`, style);
    const place = `${visibleString(file)}:${byteOffset}${item === undefined ? "" : ` item ${item}`}`;
    return `${formatBytes(bytes).padStart(10)}  ${place}\n${" ".repeat(12)}${what}  ${kind}\n`;
  });
  return `${style.bold("Largest events")}\n${lines.join("")}`;
}

/** Rejected records, skipped files and files that are there twice: what is missing, or counted too often. */
function troubleText({ rejected, skipped, sameContent }: Inspection, top: number, style: TerminalStyle): string {
  const width = widthOf(style);
  const lines: string[] = [];
  for (const { reason, count, places } of rejected) {
    lines.push(`${formatQuantity(count, "record")} rejected: ${reason}`);
    for (const { file, byteOffset, detail } of places) {
      lines.push(wrapText(`${visibleString(file)} at byte ${byteOffset}: ${visibleString(detail)}`, width, "  "));
    }
  }
  for (const { file, reason } of skipped.slice(0, top)) {
    lines.push(wrapText(`${visibleString(file)} skipped: ${visibleString(reason)}`, width));
  }
  if (skipped.length > top) lines.push(`and ${formatQuantity(skipped.length - top, "more file")} skipped`);
  for (const files of sameContent.slice(0, top)) {
    const names = files.slice(0, top).map((file) => visibleString(file));
    lines.push(wrapText(`the same bytes, so each event is counted again: ${names.join(", ")}`, width));
  }
  return lines.length === 0 ? "" : `${style.bold("Not read, or read twice")}\n${lines.join("\n")}\n`;
}

/**
 * Writes an inspection for people. Texts of the log and names of files are made visible text; nothing in them acts on a
 * terminal. `top` says how many files, API servers, gaps and skipped files are listed.
 */
export function inspectionText(inspection: Inspection, top: number, style: TerminalStyle): string {
  return [
    overview(inspection, style),
    troubleText(inspection, top, style),
    fileTable(inspection, top, style),
    serverTable(inspection, top, style),
    gapText(inspection, top, style),
    topTable("User", inspection.users, "(not authenticated)", style),
    topTable("Verb", inspection.verbs, "(empty)", style),
    topTable("Resource", inspection.resources, "(empty)", style),
    topTable("Namespace", inspection.namespaces, "(none or all)", style),
    largestText(inspection, style),
    evidenceText(inspection, style),
  ]
    .filter((section) => section !== "")
    .join("\n");
}
