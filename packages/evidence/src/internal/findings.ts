import { compareByCodePoint, confusableSkeleton } from "@kaudit/schema";
import type { EvidenceBundle } from "../bundle.js";

/** Something noticed about the evidence itself. */
export type Finding = EvidenceBundle["findings"][number];

/** Places or names shown with a finding; its count says how many there are. */
export const mostPlaces = 20;
const mostNames = 10_000;

/** Collects user names and finds those that look like another. */
export interface ActorNames {
  add(name: string): void;
  /** Pairs and larger sets of different names that look alike, each as one text of quoted names. */
  confusable(): string[];
  /** Names that were no longer compared. */
  readonly notKept: number;
}

/** Makes an empty collection; it compares at most 10,000 different names. */
export function createActorNames(): ActorNames {
  const names = new Set<string>();
  let notKept = 0;
  return {
    add(name) {
      if (name === "" || names.has(name)) return;
      if (names.size >= mostNames) notKept++;
      else names.add(name.length > 512 ? name.slice(0, 512) : name);
    },
    confusable() {
      const bySkeleton = new Map<string, string[]>();
      for (const name of names) {
        const skeleton = confusableSkeleton(name);
        const alike = bySkeleton.get(skeleton);
        if (alike === undefined) bySkeleton.set(skeleton, [name]);
        else alike.push(name);
      }
      return [...bySkeleton.values()]
        .filter((alike) => alike.length > 1)
        .map((alike) =>
          alike
            .toSorted(compareByCodePoint)
            .map((name) => JSON.stringify(name))
            .join(" and "),
        )
        .toSorted(compareByCodePoint);
    },
    get notKept() {
      return notKept;
    },
  };
}

/** Counts events of one kind and keeps where the first of them are. */
export interface NotedPlaces {
  count: number;
  readonly places: string[];
}

/** Adds one event to a count. */
export function notePlace(noted: NotedPlaces, place: string): void {
  noted.count++;
  if (noted.places.length < mostPlaces) noted.places.push(place);
}

/** Puts together what was counted apart; places in the order given. */
export function addedUp(all: readonly NotedPlaces[]): NotedPlaces {
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    places: all.flatMap(({ places }) => places).slice(0, mostPlaces),
  };
}

/** Says how many of something, with its noun. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Joins words as a sentence does: "a, b and c". */
export function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
