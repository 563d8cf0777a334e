import type { EvidenceBundle } from "../bundle.js";
import { counted } from "../internal/findings.js";
import { day, span } from "../internal/words.js";
import { capabilityGap } from "../policy-capability.js";
import type { CapabilityGap } from "../policy-capability.js";
import type { RegisterName } from "../register-row.js";
import { fails, holds, holdsWith, notEvaluated, together } from "./gate-facts.js";
import type { ClusterFacts, Judgement, RegisterFacts } from "./gate-facts.js";

type Policy = EvidenceBundle["policies"][number];

/** A time of the period, in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** G1: every audit policy in force in the period records the register's requests, and the log bears it out. */
export function judgeRecordable(
  { register, volumeDrops }: RegisterFacts,
  { policies }: ClusterFacts,
  period: { readonly from: string; readonly to: string },
): Judgement {
  return together([
    ...policies.map((policy) => ofPolicy(policy, register, period)),
    ...withoutPolicy(policies, period),
    ...ofDrops(volumeDrops),
  ]);
}

function ofPolicy(
  policy: Policy,
  register: RegisterName,
  period: { readonly from: string; readonly to: string },
): Judgement {
  const wholePeriod =
    Date.parse(policy.from) <= Date.parse(period.from) && Date.parse(policy.to) >= Date.parse(period.to);
  const when = wholePeriod ? "" : ` (${span(policy.from, policy.to)}, ${policy.file})`;
  return together([ofReplay(policy, when), ofCapability(policy, register, when)]);
}

function ofReplay({ replay: { compared, differing } }: Policy, when: string): Judgement {
  if (differing === 0) return holds;
  const were = differing === 1 ? "was" : "were";
  return fails(
    `${differing} of ${counted(compared, "event")} of the period ${were} not recorded as the audit policy says${when}, so another one was in force for a time.`,
  );
}

function ofCapability({ capabilities }: Policy, register: RegisterName, when: string): Judgement {
  const gap = capabilityGap(capabilities, register);
  if (gap === null) return holds;
  const shown = gap.missed === null ? "" : `: ${missedRequest(gap.missed)}`;
  if (!gap.breaksPopulation)
    return holdsWith(
      `What the gate rests on is recorded. Register ${register} says nothing of other requests, which the audit policy${when} leaves out${shown}.`,
    );
  const left = gap.recordable === "no" ? "records none" : "leaves out some";
  return fails(`The audit policy${when} ${left} of the requests of register ${register}${shown}.`);
}

/** Gives a missed request with what becomes of it, in one line. */
function missedRequest({ request, level, ruleIndex }: NonNullable<CapabilityGap["missed"]>): string {
  const result = level === "None" ? "is not recorded" : `is recorded at level ${level} without its outcome`;
  return `${request} ${result} (${ruleIndex === null ? "no rule matches" : `rule ${ruleIndex + 1}`})`;
}

function withoutPolicy(
  policies: readonly Policy[],
  period: { readonly from: string; readonly to: string },
): Judgement[] {
  if (policies.length === 0) {
    return [notEvaluated("Whether the audit policy could record every class was not evaluated: none was handed in.")];
  }
  return stretchesWithoutPolicy(policies, period).map(({ from, to }) =>
    notEvaluated(
      `For ${span(new Date(from).toISOString(), new Date(to).toISOString())} no audit policy was handed in.`,
    ),
  );
}

/** The times of the period for which no audit policy was handed in. */
export function stretchesWithoutPolicy(
  policies: readonly Policy[],
  period: { readonly from: string; readonly to: string },
): Stretch[] {
  const stretches: Stretch[] = [];
  let at = Date.parse(period.from);
  for (const { from, to } of policies.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    if (Date.parse(from) > at) stretches.push({ from: at, to: Date.parse(from) });
    at = Math.max(at, Date.parse(to));
  }
  if (at < Date.parse(period.to)) stretches.push({ from: at, to: Date.parse(period.to) });
  return stretches;
}

function ofDrops(drops: RegisterFacts["volumeDrops"]): Judgement[] {
  return drops.map((drop) =>
    fails(
      `On ${day(drop.day)} no such request by service accounts, nodes or the control plane was recorded, though they make about ${drop.usual} on other days and the rest of the log went on.`,
    ),
  );
}
