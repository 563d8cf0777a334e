import { compareLevels, levelRank } from "@kaudit/schema";

import { questionBoxes } from "../coverage/policy-coverage.js";
import type { PolicyRuleInput } from "../policy.js";
import type { ReachedDecision } from "../request-space/policy-space.js";
import type { RequestBox } from "../request-space/request-box.js";
import { ruleBoxes } from "../request-space/rule-boxes.js";
import { describeRequest } from "../request-words.js";
import { isCatchAll } from "./check-reach.js";
import type { LintContext } from "./lint-context.js";

const anyResource = { resources: [{ group: "*" }] };

/** `cover/*`: requests that the policy forgets. */
export function checkGaps(context: LintContext): void {
  reportNoCatchAll(context);
  reportFailedLogins(context);
  reportAnonymous(context);
  reportSubresources(context);
  reportSessionVerbs(context);
  for (const [index, rule] of context.rules.entries()) {
    reportSiblingVerb(context, index, rule, deleteSiblings);
    reportSiblingVerb(context, index, rule, applySiblings);
  }
}

function reportNoCatchAll(context: LintContext): void {
  const { space, rules } = context;
  if (rules.length === 0 || space.boxes.some((boxes) => isCatchAll(boxes))) return;
  const found = space.find(space.practical(ruleBoxes({})), ({ ruleIndex }) => ruleIndex === null);
  if (found === undefined) return;
  context.add("cover/catch-all", "warning", `rules[${rules.length - 1}]`, {
    message: `No rule matches everything: ${describeRequest(found.witness)} meets none of the ${rules.length} rules.`,
    consequence: "A request that no rule matches is not recorded.",
    mend: "End the policy with a rule without conditions: - level: Metadata",
    witness: found.witness,
  });
}

function reportFailedLogins(context: LintContext): void {
  const { space } = context;
  const boxes = questionBoxes(space, anyResource, "unauthenticated");
  const found = space.find(
    boxes,
    ({ level, omitStages }) => level === "None" || omitStages.includes("ResponseStarted"),
  );
  if (found === undefined) return;
  const { ruleIndex, level } = found.decision;
  const path = ruleIndex === null ? "" : `rules[${ruleIndex}]`;
  const stage = context.policy.omitStages?.includes("ResponseStarted") === true ? "omitStages" : path;
  context.add("cover/401", "warning", level === "None" ? path : stage, {
    message:
      level === "None"
        ? `Failed logins are not all recorded: ${describeRequest(found.witness)} ends at level None.`
        : "Failed logins are not recorded: the stage ResponseStarted is omitted, and a 401 has no other.",
    consequence:
      "Attempts with bad or missing credentials leave no trace. Requests with a broken timeout are lost the same way.",
    mend:
      level === "None"
        ? "Limit None rules to users or groups; a request without a user then passes them by."
        : "Take ResponseStarted out of omitStages.",
    witness: found.witness,
  });
}

function reportAnonymous(context: LintContext): void {
  const { space, rules } = context;
  const namesAuthenticated = rules.findIndex(
    (rule) => rule.level !== "None" && (rule.userGroups ?? []).includes("system:authenticated"),
  );
  if (namesAuthenticated === -1) return;
  const found = space.find(questionBoxes(space, anyResource, "anonymous"), ({ ruleIndex }) => ruleIndex === null);
  if (found === undefined) return;
  context.add("cover/anonymous", "warning", `rules[${namesAuthenticated}].userGroups`, {
    message: `Anonymous requests are forgotten: the rules name system:authenticated, and system:anonymous is not in it.`,
    consequence: `Not recorded: ${describeRequest(found.witness)}.`,
    mend: "Leave the group out, or add system:unauthenticated.",
    witness: found.witness,
  });
}

const subresourcesOf: Readonly<Record<string, readonly string[]>> = {
  pods: ["exec", "attach", "portforward", "proxy", "ephemeralcontainers", "eviction", "binding", "log", "resize"],
  nodes: ["proxy"],
  services: ["proxy"],
  serviceaccounts: ["token"],
};

/** A rule for `pods` says nothing about `pods/exec`; is there another one that does? */
function reportSubresources(context: LintContext): void {
  const { space, rules } = context;
  for (const [resource, subresources] of Object.entries(subresourcesOf)) {
    const index = rules.findIndex(
      (rule) =>
        levelRank(rule.level ?? "") > 0 &&
        (rule.resources ?? []).some(
          (entry) => (entry.group ?? "") === "" && entry.resources?.includes(resource) === true,
        ),
    );
    if (index === -1) continue;
    const missed = subresources.flatMap((subresource) => {
      const verbs = subresource === "log" ? ["get"] : ["get", "create", "update", "patch"];
      const select = { verbs, resources: [{ resources: [`${resource}/${subresource}`] }] };
      const found = space.find(questionBoxes(space, select, "human"), ({ level }) => level === "None");
      return found === undefined ? [] : [{ name: `${resource}/${subresource}`, found }];
    });
    const [first] = missed;
    if (first === undefined) continue;
    context.add("cover/subresource", "warning", `rules[${index}].resources`, {
      message: `Rule ${index + 1} lists "${resource}", which does not include ${missed.map(({ name }) => `"${name}"`).join(", ")}, and no other rule records these.`,
      consequence: `Not recorded: ${describeRequest(first.found.witness)}.`,
      mend: `Add the subresources, or write "${resource}/*", which also includes "${resource}".`,
      witness: first.found.witness,
    });
  }
}

/** kubectl exec is `get` over WebSocket (the default since 1.30) and `create` over SPDY. */
function reportSessionVerbs(context: LintContext): void {
  const { space } = context;
  for (const name of ["pods/exec", "pods/attach", "pods/portforward"]) {
    const ask = (verb: string): readonly ReachedDecision[] =>
      space.decisionsOf(questionBoxes(space, { verbs: [verb], resources: [{ resources: [name] }] }, "human")).reached;
    const answers = { get: ask("get"), create: ask("create") };
    for (const [verb, other] of [
      ["get", "create"],
      ["create", "get"],
    ] as const) {
      const missed = answers[verb].find(({ decision }) => decision.level === "None");
      const recorded = answers[other].find(({ decision }) => decision.level !== "None");
      if (missed === undefined || recorded === undefined) continue;
      if (answers[other].some(({ decision }) => decision.level === "None")) continue;
      const index = recorded.decision.ruleIndex ?? 0;
      context.add("cover/exec-verb", "warning", `rules[${index}].verbs`, {
        message: `"${name}" is recorded for the verb ${other} only: ${describeRequest(missed.witness)} is not.`,
        consequence:
          verb === "get"
            ? "kubectl uses WebSocket by default since 1.30 (port-forward since 1.31), and the verb is then get: these sessions leave no trace."
            : "Clients that use SPDY send create: these sessions leave no trace.",
        mend: `Leave the verbs out for "${name}", or list get and create.`,
        witness: missed.witness,
      });
      break;
    }
  }
}

interface Siblings {
  readonly id: string;
  readonly listed: readonly string[];
  readonly missing: string;
  readonly why: string;
}

const deleteSiblings: Siblings = {
  id: "cover/deletecollection",
  listed: ["delete"],
  missing: "deletecollection",
  why: "Deleting a whole collection in one request has a verb of its own.",
};

const applySiblings: Siblings = {
  id: "cover/apply",
  listed: ["create", "update"],
  missing: "patch",
  why: "kubectl apply --server-side and many controllers create and change objects with patch.",
};

/** A rule that lists some verbs and forgets the one that does the same, unless a later rule records as much. */
function reportSiblingVerb(context: LintContext, index: number, rule: PolicyRuleInput, siblings: Siblings): void {
  const { id, listed, missing, why } = siblings;
  const verbs = rule.verbs ?? [];
  if (levelRank(rule.level ?? "") === 0 || verbs.includes(missing) || !listed.every((verb) => verbs.includes(verb)))
    return;
  const { space } = context;
  const boxes: readonly RequestBox[] = ruleBoxes({ ...rule, verbs: [missing] });
  const found = space.find(
    space.practical(boxes),
    ({ level, ruleIndex }) => compareLevels(level, rule.level ?? "") < 0 && (ruleIndex === null || ruleIndex > index),
  );
  if (found === undefined) return;
  context.add(id, "warning", `rules[${index}].verbs`, {
    message: `Rule ${index + 1} lists ${listed.join(" and ")} but not ${missing}. ${why}`,
    consequence: `${describeRequest(found.witness)}: level ${found.decision.level} instead of ${rule.level ?? ""}.`,
    mend: `Add ${missing} to the verbs.`,
    witness: found.witness,
  });
}
