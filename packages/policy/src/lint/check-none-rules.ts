import { actorKinds, actorTitles } from "../coverage/actor-kinds.js";
import type { ActorKind } from "../coverage/actor-kinds.js";
import { evidenceRequests } from "../coverage/evidence-requests.js";
import type { EvidenceRequest } from "../coverage/evidence-requests.js";
import { questionBoxes } from "../coverage/policy-coverage.js";
import { subtractAll } from "../request-space/policy-space.js";
import type { ReachedDecision } from "../request-space/policy-space.js";
import { ruleBoxes } from "../request-space/rule-boxes.js";
import { describeRequest, quotedList } from "../request-words.js";
import type { LintContext } from "./lint-context.js";

/** Classes that any None rule touches, because they are about every request; coverage tells about them. */
const general = new Set(["authentication/failed", "authorization/denied", "impersonation/any", "deletions/any"]);

/** `none/*`: what rules of level None hide. */
export function checkNoneRules(context: LintContext): void {
  const caught = caughtByNone(context);
  context.rules.forEach((rule, index) => {
    if (rule.level !== "None") return;
    reportSensitive(context, index, caught.get(index) ?? []);
    reportBroadGroups(context, index);
  });
  reportImpersonation(context);
}

interface Catch {
  readonly request: EvidenceRequest;
  readonly actor: ActorKind;
  readonly reached: ReachedDecision;
}

/** For each None rule the evidence that it decides about, and by whom. */
function caughtByNone({ space, rules }: LintContext): ReadonlyMap<number, readonly Catch[]> {
  const caught = new Map<number, Catch[]>();
  if (!rules.some((rule) => rule.level === "None")) return caught;
  for (const request of evidenceRequests) {
    if (general.has(request.id)) continue;
    for (const actor of actorKinds) {
      if (!request.actors.includes(actor)) continue;
      for (const reached of space.decisionsOf(questionBoxes(space, request.select, actor)).reached) {
        const { ruleIndex, level } = reached.decision;
        if (ruleIndex === null || level !== "None") continue;
        caught.set(ruleIndex, [...(caught.get(ruleIndex) ?? []), { request, actor, reached }]);
      }
    }
  }
  return caught;
}

function reportSensitive(context: LintContext, index: number, caught: readonly Catch[]): void {
  const [first] = caught;
  if (first === undefined) return;
  const titles = [...new Set(caught.map(({ request }) => request.title))];
  const actors = [...new Set(caught.map(({ actor }) => actor))];
  const shown =
    titles.length > 6 ? `${titles.slice(0, 6).join(", ")} and ${titles.length - 6} more` : titles.join(", ");
  const { witness } = first.reached;
  context.add("none/hides-sensitive", "warning", `rules[${index}]`, {
    message: `Rule ${index + 1} has level None and catches evidence: ${shown}.`,
    consequence: `No record of it by ${actors.map((actor) => actorTitles[actor]).join(", ")}; for example ${describeRequest(witness)}.`,
    mend: "Limit the rule to the verbs, resources and users that make the noise, or put a rule of level Metadata for these before it.",
    witness,
  });
}

const broadGroups = ["system:authenticated", "system:unauthenticated", "system:masters", "system:serviceaccounts"];

function reportBroadGroups(context: LintContext, index: number): void {
  const rule = context.rules[index] ?? {};
  const groups = rule.userGroups ?? [];
  const broad = groups.filter((group) => broadGroups.includes(group));
  const conditions = [rule.users, rule.verbs, rule.resources, rule.namespaces, rule.nonResourceURLs];
  const isLimited = conditions.some((list) => (list ?? []).length > 0);
  if (broad.length > 0 && !isLimited) {
    context.add("none/by-group-too-broad", "warning", `rules[${index}].userGroups`, {
      message: `Rule ${index + 1} drops every request by members of ${quotedList(broad)}.`,
      consequence: "Whatever these clients do leaves no trace, unless an earlier rule records it.",
      mend: "Add the verbs and resources that make the noise, or name single users.",
    });
  }
  if (groups.includes("system:nodes")) reportNodes(context, index);
}

/** What every kubelet writes all the time. */
const routine = ruleBoxes({
  verbs: ["create", "update", "patch"],
  resources: [
    { group: "coordination.k8s.io", resources: ["leases"] },
    { group: "", resources: ["events", "nodes/status", "pods/status"] },
    { group: "events.k8s.io", resources: ["events"] },
    { group: "authentication.k8s.io", resources: ["tokenreviews"] },
    { group: "authorization.k8s.io", resources: ["subjectaccessreviews"] },
  ],
});

function reportNodes(context: LintContext, index: number): void {
  const { space } = context;
  const writes = ["create", "update", "patch", "delete", "deletecollection"];
  const questions = [{ verbs: writes, resources: [{ group: "*" }] }, { resources: [{ resources: ["secrets"] }] }];
  for (const select of questions) {
    const beyond = subtractAll(questionBoxes(space, select, "node"), routine) ?? [];
    const found = space.find(beyond, ({ ruleIndex }) => ruleIndex === index);
    if (found === undefined) continue;
    context.add("none/by-group-too-broad", "warning", `rules[${index}].userGroups`, {
      message: `Rule ${index + 1} drops more of what nodes do than their routine.`,
      consequence: `A stolen kubelet credential can act unseen: ${describeRequest(found.witness)}.`,
      mend: "Limit the rule to reads of what is not secret, and to leases, events, status and access reviews.",
      witness: found.witness,
    });
    return;
  }
}

function reportImpersonation(context: LintContext): void {
  const index = context.rules.findIndex(
    (rule) => rule.level === "None" && (rule.users ?? []).length + (rule.userGroups ?? []).length > 0,
  );
  if (index === -1) return;
  context.add("none/impersonation", "info", `rules[${index}]`, {
    message: `Rule ${index + 1} selects by user: the user that authenticated, not the one it impersonates.`,
    consequence:
      "Requests that impersonate a user of this rule are still recorded; requests by a user of this rule are dropped whomever it impersonates.",
    mend: "Nothing, if that is what is meant.",
  });
}
