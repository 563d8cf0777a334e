import { visibleString } from "@kaudit/schema";
import type { CollectNotice } from "@kaudit/store";
import { formatCount, formatQuantity } from "../terminal/numbers.js";

const mostShown = 20;

/** What somebody should know about the files, a line each. */
export function collectNotes(notices: readonly CollectNotice[]): string[] {
  const lines = notices.slice(0, mostShown).map(noteOf);
  const rest = notices.length - lines.length;
  return rest > 0 ? [...lines, `and ${formatQuantity(rest, "more note")} (-o json)`] : lines;
}

function noteOf(notice: CollectNotice): string {
  const file = visibleString(notice.file ?? "");
  const at = typeof notice["fromOffset"] === "number" ? ` from byte ${formatCount(notice["fromOffset"])} on` : "";
  switch (notice.kind) {
    case "loss":
      return notice["reason"] === "shortened"
        ? `${file}: was cut${at}; records may have been lost before they could be read`
        : `${file}: vanished before its end was read${at}; run more often, or keep rotated files longer`;
    case "found-again":
      return `${file}: is there again, and is read${at}`;
    case "copy":
      return `${file}: is a copy of ${visibleString(String(notice["copyOf"]))}, and is not read a second time`;
    case "same-first-line":
      return `${file}: begins as ${visibleString(String(notice["beginsLike"]))} and goes on differently; read from its beginning`;
    case "unfinished":
      return `${file}: was not read to its end; the next run reads it again`;
    default:
      return `${file}: ${visibleString(notice.kind)}`;
  }
}
