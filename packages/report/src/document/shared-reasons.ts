import type { Control } from "@kaudit/evidence";
import type { Block } from "./report-document.js";
import { cell, column, unbrokenColumn, wordCell } from "./row-cells.js";
import { plain, strong } from "./text.js";
import { capitalised } from "./words/controls.js";
import { formatCount } from "./words/count.js";

/** A reason that fewer controls than this have stands with each of them. */
const fewestControls = 3;
/** A shorter sentence is no shorter as a letter. */
const shortest = 60;
/** Letters that may stand for a reason. */
const letters = "abcdefghijklmnopqrstuvwxyz";

/** Reasons that several controls share, told once, and what is left of each control's own. */
export interface SharedReasons {
  readonly shared: readonly { readonly letter: string; readonly sentence: string; readonly controls: number }[];
  /** Gives a control's reason with the shared sentences replaced by their letters. */
  ownReason(control: Pick<Control, "statusReason">): string;
}

/** Finds the sentences that the reasons of at least three controls share, the most common first. */
export function sharedReasons(controls: readonly Pick<Control, "statusReason">[]): SharedReasons {
  const counts = new Map<string, number>();
  for (const { statusReason } of controls)
    for (const sentence of new Set(sentencesOf(statusReason))) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  const shared = [...counts]
    .filter(([sentence, count]) => count >= fewestControls && sentence.length >= shortest)
    .toSorted((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, letters.length)
    .map(([sentence, count], index) => ({ letter: letters[index] ?? "", sentence, controls: count }));
  const letterOf = new Map(shared.map(({ sentence, letter }) => [sentence, letter]));
  return { shared, ownReason: ({ statusReason }) => withLetters(sentencesOf(statusReason), letterOf) };
}

/** Gives the table of the reasons that stand for letters below it; nothing where none is shared. */
export function sharedReasonBlocks(shared: SharedReasons["shared"], plural: string): readonly Block[] {
  if (shared.length === 0) return [];
  return [
    {
      kind: "heading",
      text: shared.length === 1 ? "A reason that several results share" : "Reasons that several results share",
      note: [plain("Told once here; what follows names them by their letter.")],
    },
    {
      kind: "table",
      dense: true,
      description: "Reasons that the results of several controls share, by letter.",
      columns: [
        unbrokenColumn("letter", "Letter", 0.08),
        column("reason", "Reason", 0.77),
        column("controls", capitalised(plural), 0.15, "right"),
      ],
      rows: shared.map(({ letter, sentence, controls }) => [
        { text: [strong(letter)] },
        cell([plain(sentence)]),
        wordCell(formatCount(controls)),
      ]),
    },
  ];
}

function withLetters(sentences: readonly string[], letterOf: ReadonlyMap<string, string>): string {
  const used = sentences.flatMap((sentence) => letterOf.get(sentence) ?? []).toSorted();
  const own = sentences.filter((sentence) => !letterOf.has(sentence));
  if (used.length === 0) return own.join(" ");
  const which = used.length === 1 ? `Reason ${used[0]}` : `Reasons ${used.slice(0, -1).join(", ")} and ${used.at(-1)}`;
  return [`${which}.`, ...own].join(" ");
}

function sentencesOf(reason: string): readonly string[] {
  return reason.split(/(?<=\.) (?=[A-Z0-9])/);
}
