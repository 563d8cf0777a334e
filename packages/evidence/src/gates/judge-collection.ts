import { counted } from "../internal/findings.js";
import type { CollectionCheck } from "./collection-manifest.js";
import { fails, holdsWith } from "./gate-facts.js";
import type { Judgement } from "./gate-facts.js";

/** Names in one sentence, at most; the bundle has more. */
const mostNamed = 3;

/** G5, for the files: those that were read are those that were collected, unchanged, all of them and no others. */
export function judgeCollection({ file, matched, changed, missing, unlisted }: CollectionCheck): Judgement {
  const reasons: string[] = [];
  if (changed.length > 0) {
    reasons.push(
      `${counted(changed.length, "file")} ${changed.length === 1 ? "has" : "have"} another hash than the collection manifest ${file} names: ${named(changed.map((one) => one.readAs))}.`,
    );
  }
  if (missing.length > 0)
    reasons.push(
      `${counted(missing.length, "file")} of the collection manifest ${file} ${were(missing)} not read: ${named(missing)}.`,
    );
  if (unlisted.length > 0) {
    reasons.push(
      `${counted(unlisted.length, "file")} that ${were(unlisted)} read ${unlisted.length === 1 ? "is" : "are"} not in the collection manifest ${file}: ${named(unlisted)}.`,
    );
  }
  return reasons.length > 0
    ? fails(...reasons)
    : holdsWith(`${counted(matched, "file")} as in the collection manifest ${file}.`);
}

function were(files: readonly unknown[]): string {
  return files.length === 1 ? "was" : "were";
}

function named(files: readonly string[]): string {
  const shown = files.slice(0, mostNamed).join(", ");
  return files.length > mostNamed ? `${shown} and ${files.length - mostNamed} more` : shown;
}
