import type { ApiServerFlag } from "./api-server-configuration.js";

interface Item {
  readonly text: string;
  readonly line: number;
}

/** Flags that may stand without a value. */
export const booleanFlags: ReadonlySet<string> = new Set([
  "audit-log-compress",
  "audit-log-batch-throttle-enable",
  "audit-log-truncate-enabled",
  "audit-webhook-batch-throttle-enable",
  "audit-webhook-truncate-enabled",
]);

/**
 * The flags of a command line given as list items, the way kube-apiserver's parser (pflag) takes them: `--name=value`,
 * or `--name` with the next item as its value.
 */
export function flagsFromItems(items: readonly Item[]): readonly ApiServerFlag[] {
  const flags: ApiServerFlag[] = [];
  for (let at = 0; at < items.length; at++) {
    const { text, line } = items[at]!;
    // A shell in between gets the whole command line as one item.
    if (isCommandLine(text)) {
      flags.push(...flagsFromText(text).map((flag) => ({ ...flag, line: line + flag.line - 1 })));
      continue;
    }
    if (!text.startsWith("-") || text === "-" || text === "--") continue;
    const body = text.replace(/^--?/, "");
    const equals = body.indexOf("=");
    const unsplit = equals === -1 ? /^(\S+)\s+(.*)$/s.exec(body) : null;
    if (unsplit !== null) flags.push({ name: unsplit[1] ?? "", value: unsplit[2] ?? "", line, isUnsplit: true });
    else if (equals !== -1) {
      flags.push({ name: body.slice(0, equals), value: body.slice(equals + 1), line, isUnsplit: false });
    } else {
      const next = items[at + 1]?.text;
      const takesNext =
        !booleanFlags.has(body) &&
        next !== undefined &&
        (!next.startsWith("-") || next === "-") &&
        !isCommandLine(next);
      flags.push({ name: body, value: takesNext ? next : null, line, isUnsplit: false });
      if (takesNext) at++;
    }
  }
  return flags;
}

function isCommandLine(text: string): boolean {
  return /kube-apiserver\s+-/.test(text);
}

/** The flags of a command line as text, over one or several lines. Quotes hold blanks together, as in a shell. */
export function flagsFromText(text: string): readonly ApiServerFlag[] {
  const items: Item[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    for (const [word] of line.replace(/\\$/, "").matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)) {
      items.push({ text: word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"), line: index + 1 });
    }
  });
  return flagsFromItems(items.filter(({ text: word }) => word !== "kube-apiserver"));
}
