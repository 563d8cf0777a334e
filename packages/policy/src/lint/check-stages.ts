import type { LintContext } from "./lint-context.js";

/** `stage/*`: stages that are omitted, or are not. */
export function checkStages(context: LintContext): void {
  const { policy, rules } = context;
  const everywhere = policy.omitStages ?? [];
  const recording = rules.flatMap((rule, index) => (rule.level === "None" ? [] : [{ rule, index }]));
  if (everywhere.length > 0) checkOmitted(context, everywhere, "omitStages", "The policy");
  for (const { rule, index } of recording) {
    const own = rule.omitStages ?? [];
    if (own.some((stage) => !everywhere.includes(stage))) {
      checkOmitted(context, [...new Set([...everywhere, ...own])], `rules[${index}].omitStages`, `Rule ${index + 1}`);
    }
    const kept = everywhere.filter((stage) => !own.includes(stage));
    if (own.length > 0 && kept.length > 0) {
      context.add("stage/rule-vs-policy", "info", `rules[${index}].omitStages`, {
        message: `Rule ${index + 1} has omitStages of its own, which add to those of the policy.`,
        consequence: `${kept.join(", ")} ${kept.length === 1 ? "is" : "are"} omitted here as well: a rule cannot take a stage back.`,
        mend: "To record a stage for this rule, take it out of the policy's omitStages and add it to the other rules.",
      });
    }
  }
  checkRequestReceived(
    context,
    recording.map(({ index }) => index),
  );
}

function checkOmitted(context: LintContext, omitted: readonly string[], path: string, who: string): void {
  const has = (stage: string): boolean => omitted.includes(stage);
  if (has("RequestReceived") && has("ResponseStarted") && has("ResponseComplete")) {
    context.add("stage/all-omitted", "warning", path, {
      message: `${who} omits every stage of a normal request.`,
      consequence: "Only panics of the API server are recorded: there is no evidence of anything else.",
      mend: "Omit RequestReceived only.",
    });
  } else if (has("ResponseComplete")) {
    context.add("stage/response-complete-omitted", "warning", path, {
      message: `${who} omits ResponseComplete.`,
      consequence:
        "For all requests but watches and sessions the log does not tell how they ended: the status code is lost.",
      mend: "Take ResponseComplete out of omitStages.",
    });
  }
  if (has("Panic")) {
    context.add("stage/panic-omitted", "info", path, {
      message: `${who} omits Panic.`,
      consequence:
        "A request that crashes its handler leaves no end in the log, and Panic is rare enough to cost nothing.",
      mend: "Take Panic out of omitStages.",
    });
  }
}

/** The stage doubles the lines, and in mode blocking-strict it is the one that makes the mode strict. */
function checkRequestReceived(context: LintContext, recording: readonly number[]): void {
  const { space, logMode } = context;
  const omits = (index: number): boolean => space.decision(index).omitStages.includes("RequestReceived");
  if (logMode === "blocking-strict") {
    const lax = recording.find(omits);
    if (lax === undefined) return;
    context.add("stage/request-received", "warning", omitsPath(context, lax), {
      message: `RequestReceived is omitted, and the audit log mode is blocking-strict.`,
      consequence:
        "The strict mode rejects a request only when its RequestReceived event cannot be written; omitted, it counts as written. Nothing is ever rejected.",
      mend: "Record RequestReceived, or use the mode blocking.",
    });
    return;
  }
  const kept = recording.filter((index) => !omits(index));
  const [first] = kept;
  if (first === undefined) return;
  const all = kept.length === recording.length;
  context.add("stage/request-received", logMode === "blocking" ? "warning" : "info", all ? "" : `rules[${first}]`, {
    message: all
      ? "No rule omits RequestReceived."
      : `${kept.length} of ${recording.length} recording rules keep RequestReceived.`,
    consequence:
      "Each request leaves an event when it arrives and another when it ends: about twice the lines, and the first one tells neither code nor outcome.",
    mend: "Add omitStages: [RequestReceived] to the policy, unless the audit log mode is blocking-strict.",
  });
}

function omitsPath(context: LintContext, index: number): string {
  return context.policy.omitStages?.includes("RequestReceived") === true ? "omitStages" : `rules[${index}].omitStages`;
}
