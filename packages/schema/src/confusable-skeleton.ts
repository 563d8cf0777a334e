import { isInvisible } from "./invisible-characters.js";

/**
 * Look-alikes that compatibility normalization (NFKC) leaves alone, grouped by the Latin character they look like.
 *
 * A small selection, for the alphabets that names are forged with, from Unicode Technical Standard 39,
 * `confusables.txt` (Cyrillic, Greek, Armenian, Latin extensions, punctuation), and the digits 0 and 1.
 */
const lookAlikes: readonly (readonly [latin: string, characters: string])[] = [
  ["a", "аɑαАΑᎪ"],
  ["b", "ВΒЬᏴ"],
  ["c", "сСςϹᏟ"],
  ["d", "ԁԀᎠɗ"],
  ["e", "еЕΕҽᎬ"],
  ["f", "ϝϜ"],
  ["g", "ɡԌց"],
  ["h", "һНΗհᎻ"],
  ["i", "іІιΙıɩ"],
  ["j", "јЈϳ"],
  ["k", "кКκΚᏦ"],
  ["l", "1ӏӀᏞ"],
  ["m", "МΜᎷ"],
  ["n", "пΝոռ"],
  ["o", "0оОοΟօՕσ"],
  ["p", "рРρΡᏢ"],
  ["q", "ԛԚզ"],
  ["r", "гᎡ"],
  ["s", "ѕЅՏᏚ"],
  ["t", "ТΤτᎢ"],
  ["u", "υսʋ"],
  ["v", "νѵѴᏙ"],
  ["w", "ԝԜѡᎳ"],
  ["x", "хХχΧ"],
  ["y", "уУγΥүҮ"],
  ["z", "ΖᏃ"],
  ["-", "‐‑‒–—―−⁃˗"],
  [":", "ː˸։׃∶꞉"],
  [".", "․٠۰ꓸ"],
  ["/", "⁄∕╱⧸"],
  ["'", "’‘ʼʹ′"],
];

const latinByLookAlike: ReadonlyMap<string, string> = new Map(
  lookAlikes.flatMap(([latin, characters]) => Array.from(characters, (character) => [character, latin] as const)),
);

/**
 * Gives one form for all names that look alike, so that a name made to look like another can be flagged: two
 * *different* names with the same skeleton deserve a second look. It is for comparing only, never for showing.
 *
 * Compatibility forms are unified (NFKC: full-width letters, ligatures), invisible characters and marks of width zero
 * removed, common Cyrillic, Greek and Armenian look-alikes and the digits 0 and 1 turned into the Latin letter they
 * resemble, case folded, and spaces trimmed and collapsed. Letters with visible accents stay different.
 */
export function confusableSkeleton(name: string): string {
  if (/^[a-z2-9:./@_-]*$/.test(name)) return name;
  let skeleton = "";
  for (const character of withoutInvisible(name.normalize("NFKC")).normalize("NFKC")) {
    const lower = character.toLowerCase();
    skeleton += latinByLookAlike.get(character) ?? latinByLookAlike.get(lower) ?? lower;
  }
  return skeleton.replaceAll(/ {2,}/g, " ").trim();
}

function withoutInvisible(text: string): string {
  let visible = "";
  for (const character of text) if (!isInvisible(character.codePointAt(0)!)) visible += character;
  return visible;
}
