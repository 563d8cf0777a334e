import { blindSpotMeanings } from "../blind-spots.js";
import type { EvidenceBundle } from "../bundle.js";
import { counted } from "../internal/findings.js";
import { duration, span } from "../internal/words.js";
import { judgeCovered } from "./covered.js";
import { fails, holds, holdsWith, notEvaluated, together } from "./gate-facts.js";
import type { ClusterFacts, GateFacts, Judgement, RegisterFacts } from "./gate-facts.js";
import { judgeCollection } from "./judge-collection.js";
import { judgeRecordable } from "./recordable.js";

/** A gate, and how it stands. */
export type Gate = EvidenceBundle["gates"][number];
export type GateId = Gate["id"];

interface GateRule {
  readonly id: GateId;
  readonly name: string;
  readonly judge: (register: RegisterFacts, cluster: ClusterFacts, facts: GateFacts) => Judgement;
}

/** The seven gates of evidence, by data/compliance/controls.json. */
const gateRules: readonly GateRule[] = [
  {
    id: "G1",
    name: "The class could be recorded",
    judge: (register, cluster, { period }) => judgeRecordable(register, cluster, period),
  },
  { id: "G2", name: "No unexplained gap", judge: (_register, cluster) => judgeCovered(cluster) },
  { id: "G3", name: "The source leaves nothing out", judge: judgeSource },
  { id: "G4", name: "Planted actions were found again", judge: judgeCanaries },
  {
    id: "G5",
    name: "The input is complete and intact",
    judge: judgeInput,
  },
  { id: "G6", name: "The scope is declared", judge: (_register, cluster, facts) => judgeScope(cluster, facts) },
  { id: "G7", name: "The period was reviewed", judge: (_register, _cluster, facts) => judgeReview(facts) },
];

/** The gates without which neither rows nor their absence can be relied on; the others are said and change no status. */
export const decidingGates: readonly GateId[] = ["G1", "G2", "G3", "G5"];

/**
 * Judges the seven gates for each register of each cluster; never throws, and asks nothing but its argument.
 *
 * G1 the audit policies in force record the class · G2 no unexplained gap · G3 the source leaves nothing out · G4 planted
 * actions were found again · G5 the input is complete and intact · G6 the scope is declared · G7 the period was reviewed.
 *
 * @example
 * const gates = evaluateGates(facts);
 * gates.find(({ id }) => id === "G2")?.result; // "holds", "fails" or "not-evaluated"
 */
export function evaluateGates(facts: GateFacts): Gate[] {
  return judgeGates(facts, null);
}

/** As {@link evaluateGates}, with one gate that always holds: for the test that shows what each of them is there for. */
export function judgeGates(facts: GateFacts, off: GateId | null): Gate[] {
  return gateRules.map(({ id, name, judge }) => {
    const registers = facts.clusters.flatMap((cluster) =>
      cluster.registers.map((register) => {
        const { result, reasons } = id === off ? holds : judge(register, cluster, facts);
        return { register: register.register, cluster: cluster.name, result, reasons: [...reasons] };
      }),
    );
    const { result } = together(registers);
    return { id, name, result, sentence: sentenceOf(registers), registers };
  });
}

/** What is to be said of a gate in one line: its reasons, or that it holds. */
function sentenceOf(registers: Gate["registers"]): string {
  const clusters = new Set(registers.map(({ cluster }) => cluster));
  const isOfAll = (reason: string): boolean =>
    new Set(registers.filter(({ reasons }) => reasons.includes(reason)).map(({ cluster }) => cluster)).size ===
    clusters.size;
  const named = registers.map((one) => ({
    ...one,
    reasons: one.reasons.map((reason) => (isOfAll(reason) ? reason : `${one.cluster}: ${reason}`)),
  }));
  const { result, reasons } = together(named);
  const [first] = named.filter((one) => one.result === result).flatMap((one) => one.reasons);
  if (first === undefined) return result === "holds" ? "Holds for every register." : "Not evaluated.";
  const concerned = new Set(registers.filter((one) => one.result === result).map(({ register }) => register)).size;
  const all = new Set(registers.map(({ register }) => register)).size;
  const where = result === "holds" || concerned === all ? "" : ` Concerns ${counted(concerned, "register")} of ${all}.`;
  return `${first}${reasons.length > 1 ? ` ${counted(reasons.length - 1, "more reason")} in bundle.json.` : ""}${where}`;
}

/** G3: no blind spot of the way the events came by leaves out requests of the register. */
function judgeSource({ register }: RegisterFacts, { blindSpots }: ClusterFacts): Judgement {
  return together(
    blindSpots.map(({ blindSpot, reads }) => {
      const { sentence, limits, lacksRequests } = blindSpotMeanings[blindSpot];
      if (!limits.includes(register)) return holds;
      const lacks = lacksRequests === "always" || (lacksRequests === "unless-reads-are-seen" && reads === 0);
      return lacks ? fails(sentence) : holdsWith(sentence);
    }),
  );
}

/** G4: the planted actions of the register's class were found as often as they are expected. */
function judgeCanaries({ register }: RegisterFacts, { canaries }: ClusterFacts): Judgement {
  const own = (canaries ?? []).filter((canary) => canary.register === register);
  if (own.length === 0) return notEvaluated("No planted action was used to check.");
  return together(
    own.map(({ class: name, seen, missed, expectedEverySeconds }) => {
      if (seen > 0 && missed.length === 0)
        return holdsWith(`The planted action ${name} was found ${counted(seen, "time")}.`);
      const [first] = missed;
      const more = missed.length > 1 ? `, and in ${counted(missed.length - 1, "more time")}` : "";
      const when = first === undefined ? "" : ` from ${span(first[0], first[1])}${more}`;
      return fails(
        `The planted action ${name}, expected every ${duration(expectedEverySeconds)}, was not found${when}.`,
      );
    }),
  );
}

/** G5: nothing of the period was rejected, undated or lost, and the files are those that were collected. */
function judgeInput({ lostRequests }: RegisterFacts, { damage }: ClusterFacts, facts: GateFacts): Judgement {
  const { collection } = facts;
  const rejectedInPeriod = facts.rejectedInPeriod + (damage?.rejectedInPeriod ?? 0);
  const undated = facts.undated + (damage?.undated ?? 0);
  const cutEvents = facts.cutEvents + (damage?.cutEvents ?? 0);
  const judgements: Judgement[] = [];
  if (undated > 0) {
    judgements.push(
      fails(
        `${counted(undated, "event")} without a readable time may belong to the period, so the populations may be incomplete.`,
      ),
    );
  }
  if (rejectedInPeriod > 0) {
    judgements.push(
      fails(
        `${counted(rejectedInPeriod, "record")} that may belong to the period could not be read, so the populations may be incomplete.`,
      ),
    );
  }
  if (cutEvents > 0) {
    judgements.push(
      fails(
        `${counted(cutEvents, "event")} ${cutEvents === 1 ? "was" : "were"} cut when written or on the way; what else was lost with ${cutEvents === 1 ? "it" : "them"} is not known.`,
      ),
    );
  }
  if (lostRequests > 0) {
    judgements.push(
      fails(
        `Of ${counted(lostRequests, "request")} a stage was not recorded, though it is for others of their kind: events were lost.`,
      ),
    );
  }
  if (collection !== null) judgements.push(judgeCollection(collection));
  return together(judgements);
}

function judgeScope({ scopeDeclared }: ClusterFacts, facts: GateFacts): Judgement {
  return (scopeDeclared ?? facts.scopeDeclared)
    ? holds
    : fails("No namespace was declared as in scope; the whole cluster is treated as in scope.");
}

function judgeReview({ review }: GateFacts): Judgement {
  if (review === null) return notEvaluated("No review of the period is on file.");
  return review.complete ? holdsWith(review.sentence) : fails(review.sentence);
}
