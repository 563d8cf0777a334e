import { visibleString } from "@kaudit/schema";
import { factNames, isFactName } from "./fact-fields.js";
import type { FactName, RequestFacts } from "./fact-fields.js";
import { notKnown } from "./internal/suggest.js";

/**
 * Words that a template can use beside the facts: who acted (also as whom), what it was about, where, how often, and when.
 */
const derivedWords = ["who", "object", "where", "count", "times", "requests", "when"] as const;

type Word = FactName | (typeof derivedWords)[number];

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "optional"; readonly pieces: readonly Piece[] };

/** A sentence's template, read. */
export interface SentenceTemplate {
  readonly pieces: readonly Piece[];
  /** The facts and derived words that it shows. */
  readonly words: readonly Word[];
}

/** Values of a group that a sentence shows: the first few different ones, and how many there are. */
export interface ShownValues {
  readonly values: readonly string[];
  readonly distinct: number;
  /** More than were counted. */
  readonly more: boolean;
}

/**
 * Reads a template: text with `{words}` in braces, and parts in brackets that are left out where one of their words has no
 * value, as in `{who} read Secret {name}[ of namespace {namespace}] {times}.` Gives the problem where it is none.
 */
export function parseSentence(template: string): SentenceTemplate | { readonly problem: string } {
  const words: Word[] = [];
  let at = 0;

  function pieces(inside: boolean): Piece[] | string {
    const found: Piece[] = [];
    let text = "";
    const flush = (): void => {
      if (text !== "") found.push({ kind: "text", text });
      text = "";
    };
    while (at < template.length) {
      const character = template[at];
      if (character === "{") {
        const end = template.indexOf("}", at);
        if (end === -1) return `"{" at character ${at + 1} is never closed`;
        const word = template.slice(at + 1, end);
        if (!isWord(word)) return notKnown("word of sentences", word, [...derivedWords, ...factNames]);
        flush();
        words.push(word);
        found.push({ kind: "word", word });
        at = end + 1;
      } else if (character === "[") {
        if (inside) return `"[" at character ${at + 1} is inside of another`;
        at++;
        flush();
        const inner = pieces(true);
        if (typeof inner === "string") return inner;
        if (template[at] !== "]") return `"[" is never closed`;
        at++;
        found.push({ kind: "optional", pieces: inner });
      } else if (character === "]") {
        if (!inside) return `"]" at character ${at + 1} was never opened`;
        break;
      } else {
        text += character;
        at++;
      }
    }
    flush();
    return found;
  }

  const read = pieces(false);
  return typeof read === "string" ? { problem: read } : { pieces: read, words };
}

function isWord(word: string): word is Word {
  return isFactName(word) || (derivedWords as readonly string[]).includes(word);
}

/** Gives the value of a word for one request; undefined where it has none. Counts and times belong to the group. */
export function wordValue(word: Word, facts: RequestFacts): string | undefined {
  switch (word) {
    case "who":
      return whoOf(facts);
    case "object":
      return objectOf(facts);
    case "where":
      return whereOf(facts);
    case "count":
    case "times":
    case "requests":
    case "when":
      return undefined;
    default: {
      const value = facts[word];
      if (value === undefined) return undefined;
      // Where a command ends and the sentence goes on has to show.
      if (word === "command") return `"${shown(String(value))}"`;
      return typeof value === "object" ? value.slice(0, 8).map(shown).join(", ") : shown(String(value));
    }
  }
}

function shown(text: string): string {
  return visibleString(text, { maxCharacters: 120 });
}

function whoOf({ actor = "", actorKind, impersonated, sourceIP }: RequestFacts): string {
  const from = sourceIP === undefined || sourceIP === "" ? "" : ` at ${shown(sourceIP)}`;
  const base =
    actorKind === "anonymous"
      ? `A client without a login${from}`
      : actorKind === "unauthenticated" || actor === ""
        ? `An unknown client${from}`
        : shown(actor);
  return impersonated === undefined || impersonated === "" ? base : `${base} (acting as ${shown(impersonated)})`;
}

/** Gives what a request was about, as `resource/subresource/namespace/name` without what is empty. */
export function objectOf(facts: RequestFacts): string {
  const { resource = "", subresource = "", namespace = "", name = "", path = "" } = facts;
  if (facts.finding !== undefined) return shown(facts.about ?? "");
  if (resource === "") return shown(path);
  // A namespace is recorded as being inside of itself.
  const inside = resource === "namespaces" && namespace === name ? "" : namespace;
  return [resource, subresource, inside, name]
    .filter((part) => part !== "")
    .map(shown)
    .join("/");
}

function whereOf({ namespace = "", resource = "" }: RequestFacts): string {
  if (namespace !== "") return `in namespace ${shown(namespace)}`;
  return resource === "" ? "of the cluster" : "over the whole cluster";
}

/** What a group of requests has to say. */
export interface GroupWords {
  readonly count: number;
  readonly first: string;
  readonly last: string;
  value(word: Word): ShownValues | undefined;
}

/** Writes the sentence of a group. Log text in it is made visible and shortened. */
export function renderSentence(template: SentenceTemplate, group: GroupWords): string {
  // Nothing is made a capital: a sentence that begins with a name keeps the name as it is.
  return rendered(template.pieces, group) ?? "";
}

/** Undefined where a word has no value. */
function rendered(pieces: readonly Piece[], group: GroupWords, strict = false): string | undefined {
  let text = "";
  for (const piece of pieces) {
    if (piece.kind === "text") text += piece.text;
    else if (piece.kind === "optional") text += rendered(piece.pieces, group, true) ?? "";
    else {
      const value = groupValue(piece.word, group);
      if (value === "" && strict) return undefined;
      text += value === "" ? "(not recorded)" : value;
    }
  }
  return text;
}

function groupValue(word: Word, group: GroupWords): string {
  switch (word) {
    case "count":
      return groupedDigits(group.count);
    case "times":
      return group.count === 1 ? "once" : group.count === 2 ? "twice" : `${groupedDigits(group.count)} times`;
    case "requests":
      return group.count === 1 ? "1 request" : `${groupedDigits(group.count)} requests`;
    case "when":
      return whenOf(group.first, group.last);
    default:
      return listed(group.value(word));
  }
}

function groupedDigits(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Day and minute, in the form that registers and reports use; the day once where it is the same. */
function whenOf(first: string, last: string): string {
  const [day, minute] = [first.slice(0, 10), first.slice(11, 16)];
  const [lastDay, lastMinute] = [last.slice(0, 10), last.slice(11, 16)];
  if (day !== lastDay) return `between ${day} ${minute} and ${lastDay} ${lastMinute} UTC`;
  return minute === lastMinute ? `on ${day} at ${minute} UTC` : `on ${day} between ${minute} and ${lastMinute} UTC`;
}

function listed(value: ShownValues | undefined): string {
  if (value === undefined) return "";
  const { values, distinct, more } = value;
  const rest = distinct - values.length;
  const words = [...values];
  if (rest > 0 || more) words.push(more ? `more than ${rest} others` : `${rest} more`);
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
