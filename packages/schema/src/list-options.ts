import { isInt64 } from "./go-text.js";
import { isLabelSelector } from "./label-selector.js";
import { parseQuery } from "./request-uri.js";
import { compareByCodePoint } from "./spool.js";

/** What kube-apiserver takes from the query of a request without a name in its path. */
export interface ListOptions {
  readonly watch: boolean;
  /** The object named by `fieldSelector=metadata.name=…`, or an empty string. */
  readonly name: string;
}

/**
 * Reads the list options of a query as kube-apiserver's RequestInfo does (`metav1.ListOptions`): one option that does
 * not decode makes it forget the field selector, and of the others only `watch` is still looked at.
 */
export function listOptions(query: string): ListOptions {
  if (query === "") return { watch: false, name: "" };
  const values = parseQuery(query);
  const watch = values.get("watch")?.[0];
  const terms = fieldSelectorTerms(values.get("fieldSelector")?.[0] ?? "");
  const decodes =
    terms !== null &&
    isLabelSelector(values.get("labelSelector")?.[0] ?? "") &&
    isInt64(values.get("limit")?.[0] ?? "0") &&
    isInt64(values.get("timeoutSeconds")?.[0] ?? "0");
  if (!decodes) return { watch: watch !== undefined && !["0", "false"].includes(watch.toLowerCase()), name: "" };
  const name = terms.find((term) => term.field === "metadata.name" && term.operator !== "!=")?.value ?? "";
  return {
    // Go compares with case folding here, for which U+017F is an "s".
    watch: watch !== undefined && watch !== "0" && !/^false$/iu.test(watch),
    name: isPathSegment(name) ? name : "",
  };
}

interface FieldTerm {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

/** The terms of a field selector in the order in which Kubernetes looks at them (sorted), or null if it is malformed. */
function fieldSelectorTerms(selector: string): readonly FieldTerm[] | null {
  const terms: FieldTerm[] = [];
  for (const text of splitAtCommas(selector).toSorted(compareByCodePoint)) {
    if (text === "") continue;
    const operator = /!=|==|=/.exec(text);
    if (operator === null) return null;
    const value = unescapeValue(text.slice(operator.index + operator[0].length));
    if (value === null) return null;
    terms.push({ field: text.slice(0, operator.index), operator: operator[0], value });
  }
  return terms;
}

function splitAtCommas(selector: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < selector.length; at++) {
    if (selector[at] === "\\") at++;
    else if (selector[at] === ",") {
      parts.push(selector.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(selector.slice(start));
  return parts;
}

/** `\\`, `\,` and `\=` are the only escapes; `,` and `=` must be escaped. */
function unescapeValue(value: string): string | null {
  if (!/^(?:[^\\,=]|\\[\\,=])*$/u.test(value)) return null;
  return value.replace(/\\(.)/gu, "$1");
}

function isPathSegment(name: string): boolean {
  return name !== "." && name !== ".." && !name.includes("/") && !name.includes("%");
}
