import type { CollectProgress } from "@kaudit/store";
import type { CommandContext } from "../command-context.js";
import { formatCount } from "../terminal/numbers.js";

const terminalIntervalMs = 250;
const logIntervalMs = 60_000;

/** Shows how far a collection has come: on a terminal one line, elsewhere a line a minute. */
export function createCollectProgress(
  isQuiet: boolean,
  { notes }: CommandContext,
): { update(state: CollectProgress): void; end(): void } {
  if (isQuiet) return { update() {}, end() {} };
  const started = notes.elapsed();
  let last = notes.isTerminal ? Number.NEGATIVE_INFINITY : started;
  let isShown = false;
  return {
    update(state) {
      const now = notes.elapsed();
      if (now - last < (notes.isTerminal ? terminalIntervalMs : logIntervalMs)) return;
      last = now;
      const line = progressLine(state);
      notes.write(notes.isTerminal ? `\r\u001b[2K${line.slice(0, notes.columns - 1)}` : `${line}\n`);
      isShown = true;
    },
    end() {
      if (isShown && notes.isTerminal) notes.write("\r\u001b[2K");
      isShown = false;
    },
  };
}

/** `collecting  41,200 stored  3,100 known already  120 waiting  up to 2026-11-22T12:19:25Z`. */
function progressLine({ counts, waiting, newest }: CollectProgress): string {
  const parts = ["collecting", `${formatCount(counts.events)} stored`];
  if (counts.counted > 0) parts.push(`${formatCount(counts.counted)} counted`);
  if (counts.duplicates > 0) parts.push(`${formatCount(counts.duplicates)} known already`);
  if (counts.rejected > 0) parts.push(`${formatCount(counts.rejected)} rejected`);
  parts.push(`${formatCount(waiting)} waiting`);
  if (newest !== "") parts.push(`up to ${newest.slice(0, 19)}Z`);
  return parts.join("  ");
}
