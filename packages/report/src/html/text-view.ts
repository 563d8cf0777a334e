import type { Text, TextRun } from "../document/report-document.js";

/** A run of text for the templates: plain runs stand bare, the others in an element with a class. */
export interface RunView {
  readonly plain: boolean;
  /** Log text: isolated against right-to-left neighbours, not for translation. */
  readonly log: boolean;
  readonly className: string;
  /** The text where it is short enough to stand in one piece, else empty. */
  readonly whole: string;
  /** Pieces between which a line may break. */
  readonly pieces: readonly string[];
}

/** Shorter names than this fit every column and are left in one piece. */
const unbrokenLength = 16;
/** A text of more pieces is no name; it breaks anywhere. */
const mostPieces = 24;

/**
 * Cuts a name where a line may break: after `:` and `/` (of `system:serviceaccount:external-secrets:operator`). Each
 * piece becomes an inline block, so that the browser breaks inside one only when it alone is wider than the column.
 * The pieces joined are the text.
 */
export function breakablePieces(text: string): readonly string[] {
  if (text.length <= unbrokenLength) return [text];
  const pieces = text.match(/[^:/]*[:/]+|[^:/]+$/g) ?? [text];
  return pieces.length > mostPieces ? [text] : pieces;
}

function runView(run: TextRun): RunView {
  const log = run.kind === "log";
  const pieces = log ? breakablePieces(run.text) : [run.text];
  const whole = log && pieces.length === 1 ? run.text : "";
  return { plain: run.kind === "plain", log, className: run.kind, whole, pieces };
}

/** A text for the templates. */
export function textView(text: Text): readonly RunView[] {
  return text.map(runView);
}
