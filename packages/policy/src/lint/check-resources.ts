import { builtInGroups, builtInResources, findBuiltIn, removedGroups } from "../kubernetes-api/built-in-resources.js";
import type { BuiltInResource } from "../kubernetes-api/built-in-resources.js";
import type { GroupResourcesInput } from "../policy.js";
import { groupName, quoted } from "../request-words.js";
import { isGlob } from "./check-literals.js";
import type { LintContext } from "./lint-context.js";
import { nearest } from "./spelling.js";

/** `match/group-name` and `match/resource-name`: groups and resources that kube-apiserver does not have. */
export function checkResources(context: LintContext): void {
  context.rules.forEach((rule, index) => {
    (rule.resources ?? []).forEach((entry, at) => {
      const path = `rules[${index}].resources[${at}]`;
      checkGroup(context, entry, path);
      (entry.resources ?? []).forEach((pattern, item) => {
        if (pattern !== "" && pattern !== "*" && !isGlob(pattern)) {
          checkPattern(context, entry.group ?? "", pattern, `${path}.resources[${item}]`);
        }
      });
    });
  });
}

function checkGroup(context: LintContext, entry: GroupResourcesInput, path: string): void {
  const group = entry.group ?? "";
  if (group === "*" || builtInGroups.includes(group)) return;
  const nothing = "The entry matches no built-in resource.";
  const add = (message: string, mend: string): void => {
    context.add("match/group-name", "warning", `${path}.group`, { message, consequence: nothing, mend });
  };
  if (group === "core" || /^v\d/.test(group)) {
    return add(`${quoted(group)} is not an API group: the core group has the empty name.`, 'Write group: ""');
  }
  const removed = removedGroups.get(group);
  if (removed !== undefined) {
    const resources = entry.resources ?? [];
    const moved = builtInResources.filter((one) => resources.includes(one.resource) && one.apiGroup !== "");
    const groups = moved.length === 0 ? removed.successors : [...new Set(moved.map((one) => one.apiGroup))];
    return add(
      `The group ${quoted(group)} is gone since Kubernetes ${removed.release}.`,
      `Its resources are now in ${groups.join(", ")}.`,
    );
  }
  const similar = similarGroup(group);
  if (similar !== undefined) add(`There is no API group ${quoted(group)}.`, `Is ${quoted(similar)} meant?`);
}

/** Groups of custom resources cannot be known; only names that look like a built-in group are reported. */
function similarGroup(group: string): string | undefined {
  const short = builtInGroups.find((one) => one !== "" && one.split(".")[0] === group);
  if (short !== undefined) return short;
  return nearest(
    group,
    builtInGroups.filter((one) => one !== ""),
  );
}

function checkPattern(context: LintContext, group: string, pattern: string, path: string): void {
  const add = (message: string, mend: string): void => {
    const consequence = "The item selects nothing; what it was meant for is decided by later rules.";
    context.add("match/resource-name", "warning", path, { message, consequence, mend });
  };
  const [resource = "", subresource, ...rest] = pattern.split("/");
  if (rest.length > 0)
    return add(
      `${quoted(pattern)} has two slashes; a request has one subresource at most.`,
      "Write resource/subresource.",
    );
  if (subresource === "")
    return add(
      `${quoted(pattern)} ends with a slash and matches nothing.`,
      `Write ${quoted(resource)} or ${quoted(`${resource}/*`)}.`,
    );
  if (resource === "")
    return add(
      `${quoted(pattern)} begins with a slash and matches nothing.`,
      `Write ${quoted(`*${pattern}`)} for that subresource of every resource.`,
    );
  if (group === "*") return checkAnywhere(resource, add);
  if (!builtInGroups.includes(group)) {
    if (/[A-Z]/.test(resource))
      add(
        `${quoted(pattern)} has capitals; resources are lower case and plural.`,
        `Write ${quoted(resource.toLowerCase())}.`,
      );
    return;
  }
  if (resource === "*") return checkSubresourceAnywhere(group, subresource ?? "", add);
  const known = findBuiltIn(group, resource);
  if (known !== undefined) return checkSubresource(known, subresource, add);
  const mend = explainUnknown(group, resource);
  add(`There is no resource ${quoted(resource)} in ${groupName(group)}.`, mend);
}

function explainUnknown(group: string, resource: string): string {
  const inGroup = builtInResources.filter((one) => one.apiGroup === group);
  const own = inGroup.find((one) => isNameOf(one, resource));
  if (own !== undefined)
    return `Write ${quoted(own.resource)}: resources are named as in URLs, in lower case and plural.`;
  const elsewhere = builtInResources.filter((one) => one.resource === resource || isNameOf(one, resource));
  if (elsewhere.length > 0) {
    const places = elsewhere.map((one) => `${quoted(one.resource)} is in ${groupName(one.apiGroup)}`);
    return `${places.join(", ")}. Move it there.`;
  }
  const similar =
    nearest(
      resource,
      inGroup.map((one) => one.resource),
    ) ??
    nearest(
      resource,
      builtInResources.map((one) => one.resource),
    );
  return similar === undefined ? "Remove it, or correct the name or the group." : `Is ${quoted(similar)} meant?`;
}

/** Whether people call a resource so: its kind, its singular, a short name of kubectl, or its name in capitals. */
function isNameOf(one: BuiltInResource, name: string): boolean {
  const lower = name.toLowerCase();
  return one.kind.toLowerCase() === lower || one.shortNames.includes(lower) || one.resource === lower;
}

function checkAnywhere(resource: string, add: (message: string, mend: string) => void): void {
  if (resource === "*" || builtInResources.some((one) => one.resource === resource)) return;
  const called = builtInResources.find((one) => isNameOf(one, resource));
  if (called === undefined) return;
  add(
    `${quoted(resource)} is no resource.`,
    `Write ${quoted(called.resource)}: resources are named as in URLs, in lower case and plural.`,
  );
}

function checkSubresource(
  known: BuiltInResource,
  subresource: string | undefined,
  add: (message: string, mend: string) => void,
): void {
  if (subresource === undefined || subresource === "*" || known.subresources.includes(subresource)) return;
  const similar = nearest(subresource, known.subresources);
  const all = known.subresources.length === 0 ? "It has none." : `It has ${known.subresources.join(", ")}.`;
  add(
    `${quoted(known.resource)} has no subresource ${quoted(subresource)}.`,
    similar === undefined ? all : `Is ${quoted(`${known.resource}/${similar}`)} meant? ${all}`,
  );
}

function checkSubresourceAnywhere(
  group: string,
  subresource: string,
  add: (message: string, mend: string) => void,
): void {
  const known = new Set(builtInResources.filter((one) => one.apiGroup === group).flatMap((one) => one.subresources));
  if (subresource === "*" || known.has(subresource)) return;
  const similar = nearest(subresource, known);
  add(
    `No resource of ${groupName(group)} has the subresource ${quoted(subresource)}.`,
    similar === undefined ? "Remove it, or correct the name or the group." : `Is ${quoted(`*/${similar}`)} meant?`,
  );
}
