import { compareLevels } from "@kaudit/schema";
import type { Level } from "@kaudit/schema";

import type { PolicySpace, ReachedDecision } from "../request-space/policy-space.js";
import type { RequestBox } from "../request-space/request-box.js";
import { allStringsBut, intersection, isEmptySet, stringSet } from "../request-space/string-set.js";
import type { StringSet } from "../request-space/string-set.js";

/** Verbs whose request carries the object itself, not only options. */
const withRequestBody = stringSet(["create", "update", "patch"]);
/** Watches are recorded without the objects that they deliver. */
const withResponseBody = allStringsBut(["watch"]);

/**
 * Requests of these boxes whose record holds a body although it should not, one for each rule that decides so: at level
 * Request a create, update or patch, at RequestResponse anything but a watch. `maxLevel` Request means that only the
 * response is secret.
 */
export function findExposures(
  space: PolicySpace,
  boxes: readonly RequestBox[],
  maxLevel: Level,
): readonly ReachedDecision[] {
  const inRequest = space
    .decisionsOf(withVerbs(boxes, withRequestBody))
    .reached.filter(({ decision }) => compareLevels(decision.level, maxLevel) > 0);
  const inResponse = space
    .decisionsOf(withVerbs(boxes, withResponseBody))
    .reached.filter(({ decision }) => decision.level === "RequestResponse" && maxLevel !== "RequestResponse");
  const known = new Set(inRequest.map(({ decision }) => decision.ruleIndex));
  return [...inRequest, ...inResponse.filter(({ decision }) => !known.has(decision.ruleIndex))];
}

/** The part of boxes with these verbs. */
function withVerbs(boxes: readonly RequestBox[], verbs: StringSet): readonly RequestBox[] {
  return boxes
    .map((box) => ({ ...box, verbs: intersection(box.verbs, verbs) }))
    .filter((box) => !isEmptySet(box.verbs));
}
