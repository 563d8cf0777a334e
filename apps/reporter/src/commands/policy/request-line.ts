import { type RequestAttributes, visibleString } from "@kaudit/schema";

function short(text: string): string {
  return visibleString(text, { maxCharacters: 80 });
}

/** A request on one line, safe to show: `get pods/exec "db-0" in shop by "alice"`. */
export function requestLine(attributes: RequestAttributes): string {
  const { verb, resource, subresource, apiGroup, name, namespace, user, path, isResourceRequest } = attributes;
  const who = user === null ? "without authentication" : `by "${short(user)}"`;
  if (!isResourceRequest) return `${short(verb)} ${short(path)} ${who}`;
  const kind = [resource, ...(subresource === "" ? [] : [subresource])].join("/");
  const what = short(apiGroup === "" ? kind : `${kind}.${apiGroup}`);
  const named = name === "" ? "" : ` "${short(name)}"`;
  return `${short(verb)} ${what}${named}${namespace === "" ? "" : ` in ${short(namespace)}`} ${who}`;
}

/** The rule that decided, counted from 1 as in all sentences: `rule 3`, `no rule`. */
export function ruleName(ruleIndex: number | null): string {
  return ruleIndex === null ? "no rule" : `rule ${ruleIndex + 1}`;
}
