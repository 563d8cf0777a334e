import type { ControlStatus } from "@kaudit/evidence";

/** What the terminal can show, and how text is marked up on it. */
export interface TerminalStyle {
  /** Columns that a line may take. */
  readonly columns: number;
  /** One column wide; stands for text that was left out. */
  readonly ellipsis: string;
  /** One column wide; the rule under a table's heads. */
  readonly rule: string;
  bold(text: string): string;
  dim(text: string): string;
  /** Gives the status's shape in its colour. The word must always follow. */
  statusShape(status: ControlStatus): string;
}

/** What {@link createStyle} goes by. */
export interface StyleFacts {
  readonly isTerminal: boolean;
  /** The terminal's width; default 100 columns. */
  readonly columns?: number | undefined;
  /** False for `--no-color`. Default true. */
  readonly color?: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

const shapes: Readonly<
  Record<ControlStatus, { readonly shape: string; readonly ascii: string; readonly sgr: string }>
> = {
  "evidence-present": { shape: "●", ascii: "*", sgr: "36" },
  exceptions: { shape: "▲", ascii: "!", sgr: "31" },
  "insufficient-evidence": { shape: "◧", ascii: "?", sgr: "33" },
  "outside-source": { shape: "◌", ascii: "-", sgr: "2" },
};

/** Whether the locale writes UTF-8: the first of LC_ALL, LC_CTYPE and LANG that is set decides, as in POSIX. */
function isUnicodeLocale({ environment, platform }: StyleFacts): boolean {
  if (platform === "win32") return true;
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"].map((name) => environment[name]).find((value) => value);
  return /utf-?8/i.test(locale ?? "");
}

/** Gives how to write to a terminal or a file: colour only on a terminal that wants it, shapes by the locale. */
export function createStyle(facts: StyleFacts): TerminalStyle {
  const { environment } = facts;
  const colored =
    facts.isTerminal && facts.color !== false && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  const unicode = isUnicodeLocale(facts);
  const sgr = (code: string, text: string): string => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    columns: facts.columns !== undefined && facts.columns > 0 ? facts.columns : 100,
    ellipsis: unicode ? "…" : "~",
    rule: unicode ? "─" : "-",
    bold: (text) => sgr("1", text),
    dim: (text) => sgr("2", text),
    statusShape(status) {
      const { shape, ascii, sgr: code } = shapes[status];
      return sgr(code, unicode ? shape : ascii);
    },
  };
}
