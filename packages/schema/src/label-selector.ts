import { isInt64 } from "./go-text.js";

/**
 * Tells whether Kubernetes can parse a label selector (apimachinery `labels.Parse`): what it means is not asked here,
 * but a selector that does not parse changes the name under which a request is audited.
 */
export function isLabelSelector(selector: string): boolean {
  const tokens = tokenize(selector);
  let at = 0;

  /** Steps over the token if it is this one. */
  function isNext(token: string): boolean {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  }

  function isRequirement(): boolean {
    const negated = isNext("!");
    const key = tokens[at++];
    if (!isWord(key) || !isLabelKey(key)) return false;
    if (tokens[at] === null || tokens[at] === ",") return true;
    // `!key` takes no operator.
    if (negated) return false;
    const operator = tokens[at++];
    if (operator === "in" || operator === "notin") return isValueSet();
    if (operator === ">" || operator === "<") return isValue(isInt64);
    return (operator === "=" || operator === "==" || operator === "!=") && isValue();
  }

  function isValue(accepts: (value: string) => boolean = isLabelValue): boolean {
    let value = "";
    if (tokens[at] !== null && tokens[at] !== ",") {
      const token = tokens[at++];
      if (!isWord(token)) return false;
      value = token;
    }
    return isLabelValue(value) && accepts(value);
  }

  /** Values can be missing, as in `(a,,b)`, but `(a,,)` is refused: that is how the parser of Kubernetes is. */
  function isValueSet(): boolean {
    if (!isNext("(")) return false;
    if (isNext(")")) return true;
    for (;;) {
      const token = tokens[at++];
      if (token === ",") {
        if (isNext(")")) return true;
        isNext(",");
      } else {
        if (!isWord(token) || !isLabelValue(token)) return false;
        if (isNext(")")) return true;
        if (tokens[at] !== ",") return false;
      }
    }
  }

  while (tokens[at] !== null) {
    if (!isRequirement()) return false;
    if (tokens[at] === null) return true;
    if (!isNext(",")) return false;
    if (tokens[at] !== "!" && !isWord(tokens[at])) return false;
  }
  return true;
}

/** `in` and `notin` are words like others, except where an operator is expected. */
function isWord(token: string | null | undefined): token is string {
  return typeof token === "string" && !/^[=!(),><]/.test(token);
}

/** Words and operators; the end is null. A NUL character ends a word, and between words the whole text. */
function tokenize(selector: string): readonly (string | null)[] {
  const tokens: (string | null)[] = [];
  const lexer = /[ \t\r\n]*(?:(!=|==|[=!(),><])\0?|([^ \t\r\n=!(),><\0]+)\0?|\0)/y;
  for (let match = lexer.exec(selector); match !== null; match = lexer.exec(selector)) {
    const token = match[1] ?? match[2];
    if (token === undefined) break;
    tokens.push(token);
  }
  tokens.push(null);
  return tokens;
}

const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const dnsLabels = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function isLabelValue(value: string): boolean {
  return value === "" || name.test(value);
}

/** A qualified name: `name` or `dns.subdomain/name`. */
function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  if (slash === -1) return name.test(key);
  const prefix = key.slice(0, slash);
  return prefix.length <= 253 && dnsLabels.test(prefix) && name.test(key.slice(slash + 1));
}
