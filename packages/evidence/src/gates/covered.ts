import type { EvidenceBundle } from "../bundle.js";
import { duration, span } from "../internal/words.js";
import { fails, holdsWith, together } from "./gate-facts.js";
import type { ClusterFacts, Judgement } from "./gate-facts.js";

type Server = EvidenceBundle["coverage"][number];
type Gap = Server["gaps"][number];

const mostReasons = 3;

/** G2: no API server of the cluster recorded nothing for longer than usual, or it is explained. */
export function judgeCovered({ coverage }: ClusterFacts): Judgement {
  if (coverage.length === 0) return fails("No event of the period was read.");
  return together(coverage.map(ofServer));
}

function ofServer(server: Server): Judgement {
  const { instance, gapsUnexplained, gapsTotal, complete, gaps } = server;
  const name = instance === "" ? "the API server" : `API server ${instance}`;
  if (!complete) return fails(`When ${name} recorded something could not be kept in memory.`);
  const open = gaps.filter(({ explained }) => explained === null);
  if (gapsUnexplained > 0) {
    const more = gapsUnexplained - Math.min(open.length, mostReasons);
    return fails(
      ...open.slice(0, mostReasons).map((gap) => gapSentence(gap, name)),
      ...(more > 0 ? [`${name} has ${more} more such ${more === 1 ? "gap" : "gaps"}.`] : []),
    );
  }
  return holdsWith(...(gapsTotal === 0 ? [] : gaps.slice(0, mostReasons).map((gap) => gapSentence(gap, name))));
}

/** Says a gap in a sentence: "14 October, 02:11 to 08:45: cp-2 recorded nothing for 6 h 34 min." */
export function gapSentence({ from, to, seconds, cause, explained }: Gap, name: string): string {
  const what =
    cause === "heartbeats-missing"
      ? `${name} recorded none of the requests that nodes and controllers make all the time`
      : `${name} recorded nothing`;
  const why = explained === null ? causes[cause] : `; explained: ${explained}`;
  return `${span(from, to)}: ${what} for ${duration(seconds)}${why}.`;
}

const causes: Readonly<Record<Gap["cause"], string>> = {
  silent: "",
  restart: "; it started again after it",
  rotation: "; the silence ends where another file begins, or requests were served in it: a file seems to be missing",
  "before-first": "; no earlier event was read",
  "after-last": "; no later event was read",
  "heartbeats-missing": "",
};
