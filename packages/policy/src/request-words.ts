import { visibleString } from "@kaudit/schema";
import type { RequestAttributes } from "@kaudit/schema";

/** A value in quotes for a sentence. Names and paths come from clients, so what cannot be seen is escaped. */
export function quoted(text: string): string {
  return `"${visibleString(text, { maxCharacters: 80 })}"`;
}

/** Values in quotes, the first five of them: `"a", "b" and 7 more`. */
export function quotedList(values: readonly string[]): string {
  const shown = values.slice(0, 5).map(quoted).join(", ");
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown;
}

/** `the core group` or `the group "apps"`. */
export function groupName(group: string): string {
  return group === "" ? "the core group" : `the group ${quoted(group)}`;
}

/**
 * Gives a request in one line, with what cannot be seen in its names escaped:
 * `create pods/exec "db-0" in namespace "shop" by "alice" (groups "system:authenticated")`.
 */
export function describeRequest(attributes: RequestAttributes): string {
  const { user, groups } = attributes;
  const who = user === null ? "without authentication" : `by ${quoted(user)}`;
  const memberships = user === null || groups.length === 0 ? "" : ` (groups ${quotedList(groups)})`;
  return `${describeTarget(attributes)} ${who}${memberships}`;
}

function describeTarget(attributes: RequestAttributes): string {
  const verb = attributes.verb === "" ? "a request without verb for" : visibleString(attributes.verb);
  if (!attributes.isResourceRequest) return `${verb} ${visibleString(attributes.path, { maxCharacters: 120 })}`;
  const { resource, subresource, apiGroup, name, namespace } = attributes;
  const full = visibleString(subresource === "" ? resource : `${resource}/${subresource}`, { maxCharacters: 80 });
  const group = apiGroup === "" ? "" : ` of group ${quoted(apiGroup)}`;
  const what = name === "" ? "" : ` ${quoted(name)}`;
  const where = namespace === "" ? "" : ` in namespace ${quoted(namespace)}`;
  return `${verb} ${full}${group}${what}${where}`;
}
