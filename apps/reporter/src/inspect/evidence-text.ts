import { type ActorKind, actorTitles, type Recordable } from "@kaudit/policy";
import { visibleString } from "@kaudit/schema";
import { formatCount } from "../terminal/numbers.js";
import type { TerminalStyle } from "../terminal/style.js";
import { figureColumn, textTable, wholeTextColumn } from "../terminal/text-table.js";
import { wrapText } from "../terminal/wrap.js";
import type { EvidenceAnswer, EvidenceSupport } from "./evidence-support.js";
import type { Inspection } from "./inspection.js";

const answerWords: Readonly<Record<EvidenceAnswer, string>> = {
  seen: "seen",
  "seen-unexpectedly": "seen, though the policy records none",
  "none-seen": "none seen, though the policy records them",
  "none-seen-partly-recorded": "none seen; some may not be recorded",
  "not-recorded": "none seen; the policy records none",
  unknown: "none seen, or not recorded",
};

function answerText({ answer, seen, recordable, blindSpots }: EvidenceSupport): string {
  const isPart = seen > 0 && (recordable === "partly" || blindSpots.length > 0);
  return isPart && answer === "seen" ? "seen; some may not be recorded" : answerWords[answer];
}

/** `human and node: no; system: partly`: for which kinds of actors a policy leaves something out. */
function missingActors({ recordableByActor }: EvidenceSupport): string {
  const entries = Object.entries(recordableByActor) as [ActorKind, Recordable][];
  return (["no", "partly"] as const)
    .map((word) => {
      const actors = entries.filter(([, answer]) => answer === word).map(([actor]) => actorTitles[actor]);
      if (actors.length === 0) return "";
      const who = actors.length === entries.length ? "every kind of actor" : actors.join(", ");
      return `${word === "no" ? "nothing" : "a part"} of ${who}`;
    })
    .filter((part) => part !== "")
    .join("; ");
}

function policyNotes({ evidence, policy }: Inspection, width: number): string {
  if (policy === null) {
    const note =
      "None seen and not recorded cannot be told apart without the audit policy: give it with --policy FILE.";
    return `${wrapText(note, width)}\n`;
  }
  const missing = evidence
    .map((support) => ({ name: support.evidenceClass, actors: missingActors(support) }))
    .filter(({ actors }) => actors !== "")
    .map(({ name, actors }) => `${wrapText(`${name}: ${actors}`, width, "  ")}\n`);
  const head = wrapText(
    `What ${visibleString(policy)} does not record, if it was in force (kaudit policy coverage tells more):`,
    width,
  );
  return missing.length === 0 ? "" : `${head}\n${missing.join("")}`;
}

/** Writes which evidence the files can support, and what limits it. */
export function evidenceText(inspection: Inspection, style: TerminalStyle): string {
  const { evidence, blindSpots, policy, totals } = inspection;
  const width = Math.min(style.columns, 100);
  const columns = [
    wholeTextColumn("Evidence"),
    figureColumn("Events"),
    ...(policy === null ? [] : [wholeTextColumn("Recordable")]),
    wholeTextColumn("So there is"),
  ];
  const rows = evidence.map((support) => [
    support.evidenceClass,
    formatCount(support.seen),
    ...(support.recordable === null ? [] : [support.recordable]),
    answerText(support),
  ]);
  const limits = blindSpots.map(({ name, events, meaning }) => {
    const limited = evidence.filter((support) => support.blindSpots.includes(name)).map((one) => one.evidenceClass);
    const share = `${formatCount(events)} of ${formatCount(totals.events)} events`;
    return [
      `${name}, ${share}\n`,
      `${wrapText(meaning, width, "  ")}\n`,
      limited.length === 0 ? "" : `${wrapText(`Limits ${limited.join(", ")}.`, width, "  ")}\n`,
    ].join("");
  });
  return [
    textTable(columns, rows, style),
    policyNotes(inspection, width),
    limits.length === 0 ? "" : `\n${style.bold("What the way these events came by cannot show")}\n${limits.join("")}`,
  ].join("");
}
