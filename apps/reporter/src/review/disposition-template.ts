import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { schemaComment } from "../config/schema-address.js";
import { wrapText } from "../terminal/wrap.js";
import { openExceptions } from "./review-order.js";
import type { ReviewedException } from "./review-source.js";
import { circumstances, sentenceOf } from "./review-words.js";

const head = `${schemaComment("dispositions")}
#
# Decisions about exceptions, one an entry. Fill in:
#   decision  authorised      somebody had the right and a reason to
#             explained       the cause is known
#             false-positive  the rule was wrong
#             incident        it is being dealt with; stays open
#   by        who decided; not who made the requests
#   at        when, as 2026-12-31
#   ticket, note  where and why; one of the two is needed
# An entry without a decision waits. Then: kaudit report --dispositions <this file>
dispositions:
`;

/** Gives the text of a new file with an entry for each open exception. */
export function dispositionTemplate(exceptions: readonly ReviewedException[]): string {
  const entries = entriesOf(openExceptions(exceptions), "  ");
  return entries === "" ? `${head.trimEnd()} []\n` : head + entries;
}

/** What adding to a file gives: the new text and how many entries are new; null where it cannot be added to as text. */
export interface MergedTemplate {
  readonly text: string;
  readonly added: number;
}

/**
 * Adds entries for the open exceptions that a file does not have yet, and leaves every byte that is there as it is. Gives null for a
 * file whose list is not the last thing in it, or is not written with a dash an entry.
 */
export function mergedTemplate(
  text: string,
  known: ReadonlySet<string>,
  exceptions: readonly ReviewedException[],
): MergedTemplate | null {
  const missing = openExceptions(exceptions).filter(({ id }) => !known.has(id));
  if (missing.length === 0) return { text, added: 0 };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const root = document.contents;
  const list = isMap(root) ? root.get("dispositions", true) : undefined;
  if (!isMap(root) || !isSeq(list) || list.range === undefined || list.range === null) return null;
  const last = root.items.at(-1);
  if (root.flow === true || last?.value !== list) return null;
  const [start, end] = list.range;
  if (list.items.length === 0 && list.flow === true) {
    // `dispositions: []` of an empty template.
    const before = text.slice(0, start).trimEnd();
    return added(`${before}\n${entriesOf(missing, "  ")}${text.slice(end).replace(/^[ \t]*\r?\n/, "")}`);
  }
  if (list.flow === true) return null;
  const column = lines.linePos(start).col - 1;
  const ended = text.endsWith("\n") ? text : `${text}\n`;
  return added(ended + entriesOf(missing, " ".repeat(column)));

  function added(merged: string): MergedTemplate {
    return { text: merged, added: missing.length };
  }
}

const commentWidth = 100;

function entriesOf(exceptions: readonly ReviewedException[], indent: string): string {
  const at = indent;
  return exceptions
    .map((exception) => {
      const comment = [`${exception.severity}: ${sentenceOf(exception)}`, circumstances(exception)]
        .map((line) => wrapText(line, commentWidth, `${at}# `))
        .join("\n");
      return `${comment}\n${at}- exception: ${exception.id}\n${["decision", "by", "at", "ticket", "note"].map((field) => `${at}  ${field}:\n`).join("")}`;
    })
    .join("\n");
}
