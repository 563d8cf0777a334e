const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}]/u;
const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

type Class = "left" | "right" | "number" | "neutral";

/**
 * Gives the direction of each UTF-16 unit of one value that stands in a left-to-right line: 0 left to right, 1 right to
 * left, 2 a number within right-to-left text.
 *
 * It is the Unicode bidi algorithm for a paragraph that holds no explicit direction characters (they were turned into
 * visible escapes before): a number after right-to-left text belongs to it, neutral characters join two neighbours of the
 * same direction, else the line's.
 */
export function levelsOf(text: string): readonly number[] {
  if (!rightToLeft.test(text)) return [];
  const characters = Array.from(text);
  const classes = characters.map(classOf);
  resolveNumbers(classes);
  const levels = resolveNeutrals(classes);
  return characters.flatMap((character, index) => Array.from({ length: character.length }, () => levels[index] ?? 0));
}

function classOf(character: string): Class {
  if (digit.test(character)) return "number";
  if (rightToLeft.test(character)) return "right";
  return letter.test(character) ? "left" : "neutral";
}

/** Numbers after left-to-right text are part of it. */
function resolveNumbers(classes: Class[]): void {
  let strong: Class = "left";
  classes.forEach((item, index) => {
    if (item === "left" || item === "right") strong = item;
    if (item === "number" && strong === "left") classes[index] = "left";
  });
}

function resolveNeutrals(classes: readonly Class[]): number[] {
  return classes.map((item, index) => {
    if (item === "left") return 0;
    if (item === "right") return 1;
    if (item === "number") return 2;
    const before = neighbour(classes, index, -1);
    const after = neighbour(classes, index, 1);
    return before === "right" && after === "right" ? 1 : 0;
  });
}

/** The nearest class that is not neutral; a number within right-to-left text counts as such, the line's ends as left. */
function neighbour(classes: readonly Class[], index: number, step: 1 | -1): "left" | "right" {
  for (let at = index + step; at >= 0 && at < classes.length; at += step) {
    const item = classes[at];
    if (item === "left") return "left";
    if (item === "right" || item === "number") return "right";
  }
  return "left";
}

/** Puts the items of a line into the order in which they are drawn (rule L2), within each run. */
export function visualOrder<Item extends { readonly run: number; readonly level: number }>(
  items: readonly Item[],
): readonly Item[] {
  if (items.every((item) => item.level === 0)) return items;
  const ordered: Item[] = [];
  for (let start = 0; start < items.length;) {
    let end = start + 1;
    while (end < items.length && items[end]?.run === items[start]?.run) end += 1;
    ordered.push(...reordered(items.slice(start, end)));
    start = end;
  }
  return ordered;
}

function reordered<Item extends { readonly level: number }>(items: Item[]): Item[] {
  for (const level of [2, 1]) {
    for (let start = 0; start < items.length; start += 1) {
      let end = start;
      while (end < items.length && (items[end]?.level ?? 0) >= level) end += 1;
      if (end - start > 1) items.splice(start, end - start, ...items.slice(start, end).toReversed());
      start = Math.max(start, end);
    }
  }
  return items;
}

const mirrored: Readonly<Record<string, string>> = {
  "(": ")",
  ")": "(",
  "[": "]",
  "]": "[",
  "{": "}",
  "}": "{",
  "<": ">",
  ">": "<",
  "«": "»",
  "»": "«",
};

/** Gives the form of a bracket in right-to-left text. */
export function mirror(text: string): string {
  return Array.from(text, (character) => (Object.hasOwn(mirrored, character) ? mirrored[character] : character)).join(
    "",
  );
}
