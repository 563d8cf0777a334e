import type { Severity } from "./exceptions.js";
import type { Logo } from "../organisation/logo.js";
import type { ActorKind, ControlStatus, RegisterName, RegisterRow } from "@kaudit/evidence";

/**
 * A report as its reader meets it, before it becomes pages or a web page.
 *
 * One document is built from a bundle and drawn by every renderer, so that PDF and HTML say the same in the same order.
 * Strings are our own words; what comes from the log is only ever inside a {@link TextRun} of kind `log` or `escape`,
 * already neutralised by `visibleText`.
 */
export interface ReportDocument {
  readonly frameworkId: string;
  /** "SOC 2" */
  readonly frameworkName: string;
  readonly title: string;
  readonly language: "en";
  readonly cover: Cover;
  readonly sections: readonly ReportSection[];
  /** Short form of the evidence id (first 16 hex digits). */
  readonly evidenceId: string;
  readonly clusterName: Text;
  readonly periodLabel: string;
  /** The period's end: what PDF dates derive from. */
  readonly documentDate: string;
  /** Whether somebody signed: "Draft: not signed off", and "DRAFT" for the foot of each page; both empty once signed. */
  readonly state: { readonly label: string; readonly short: string };
  /** Whose report it is: for the cover and the head of each page. */
  readonly organisation?: { readonly name: Text; readonly logo?: Logo };
}

export interface Cover {
  readonly title: string;
  readonly period: string;
  readonly subtitle: string;
  readonly facts: readonly { readonly label: string; readonly value: Text }[];
  readonly note: string;
  /** Events an hour over all API servers, for the picture of the period; absent when the period is too short for one. */
  readonly activity?: CoverActivity;
}

/** The period as a picture: one mark an hour, its area the number of events; an hour without events is marked as such. */
export interface CoverActivity {
  readonly from: string;
  readonly to: string;
  /** Start of each hour that has events, and how many. */
  readonly hours: readonly (readonly [string, number])[];
  readonly caption: string;
  readonly description: string;
}

/**
 * A piece of text of one kind. `log` is literal text from the log (mono, no ligatures); `escape` stands for an invisible
 * character in it; `code` is a literal of our own (a file of the pack, a hash, a field's name; mono); `none` says in
 * italics that something is absent ("no identity").
 */
export interface TextRun {
  readonly kind: "plain" | "strong" | "muted" | "none" | "log" | "escape" | "code";
  readonly text: string;
}

export type Text = readonly TextRun[];

export interface ReportSection {
  /** Stable: used for anchors and bookmarks. */
  readonly id: string;
  /** "5", or empty for unnumbered. */
  readonly number: string;
  /** "Access to Secrets" */
  readonly shortTitle: string;
  /** The sentence with the number in it. */
  readonly title: string;
  readonly standfirst: string;
  readonly blocks: readonly Block[];
  /** Must stay on one sheet of paper: rows are cut, never type. */
  readonly singlePage?: boolean;
  /** The requirement that stands behind the evidence id, so that a page can be cited: `7f3a9c41e07d52b8/10.2.1`. */
  readonly reference?: string;
}

/** What a section is made of. A renderer must handle every kind. */
export type Block =
  | HeadingBlock
  | ParagraphBlock
  | StatusFiguresBlock
  | KeyFiguresBlock
  | FactsBlock
  | CodeBlock
  | TableBlock
  | TotalsBlock
  | CoverageRibbonBlock
  | ActorBarsBlock
  | NamespaceMatrixBlock
  | TimelineBlock
  | ChangesBlock
  | LadderBlock
  | SignaturesBlock
  | RegisterBlock;

export interface HeadingBlock {
  readonly kind: "heading";
  readonly text: string;
  readonly note?: Text;
}

export interface ParagraphBlock {
  readonly kind: "paragraph";
  readonly text: Text;
  /** Draws the status shape before the text: what an empty register means. */
  readonly status?: ControlStatus;
  /** The words of a rule: they stand behind a line. */
  readonly quoted?: boolean;
}

/** The four status counts, each with its shape, word and the controls. */
export interface StatusFiguresBlock {
  readonly kind: "status-figures";
  readonly figures: readonly {
    readonly status: ControlStatus;
    readonly count: number;
    readonly note: string;
    readonly controls: readonly string[];
  }[];
}

export interface KeyFiguresBlock {
  readonly kind: "key-figures";
  readonly figures: readonly { readonly value: string; readonly label: string }[];
}

/** Terms and what they stand for, in rows: a method sheet, a glossary. */
export interface FactsBlock {
  readonly kind: "facts";
  readonly facts: readonly {
    /** "1", or absent. */
    readonly number?: string;
    readonly label: string;
    readonly value: Text;
    /** Links the value to a section of the document. */
    readonly section?: string;
  }[];
  readonly dense?: boolean;
}

/** Commands of our own to type, one a line; never log text. */
export interface CodeBlock {
  readonly kind: "code";
  readonly lines: readonly string[];
}

export interface TableColumn {
  readonly key: string;
  readonly head: string;
  /** The head on paper, where it differs ("Page" for a column of links). */
  readonly paperHead?: string;
  /** Share of the text width; the shares of a table add up to 1. */
  readonly share: number;
  readonly align: "left" | "right";
  /** Its cells stand on one line where the page is wide enough: times, hashes. */
  readonly nowrap?: boolean;
  /** Too much for paper; the web page and the workbook have it. */
  readonly webOnly?: boolean;
}

export interface TableCell {
  readonly text: Text;
  /** Draws the status shape before the words. */
  readonly status?: ControlStatus;
  /** Draws the four bars of a severity before its word. */
  readonly severity?: Severity;
  /** A second, smaller and paler line under the text. */
  readonly detail?: Text;
  /** Links to a section of the document. With an empty text, paper prints the section's page and a web page its number. */
  readonly section?: string;
  /** Links to a row by its anchor, where the document prints that row; else to `section`. */
  readonly anchor?: string;
  /** Drawn with the text, which says the same: over it, or before it. */
  readonly picture?: CellPicture;
}

/**
 * A small picture in a cell. `marks`: one mark a day or week, `full` where it is covered, `short` where not in full, `none` where
 * nothing was handed in. `bar`: a share, drawn dark where it is less than all.
 */
export type CellPicture =
  | { readonly kind: "marks"; readonly marks: readonly ("full" | "short" | "none")[] }
  | { readonly kind: "bar"; readonly share: number };

export interface TableBlock {
  readonly kind: "table";
  /** What the table shows, for people who cannot see it. */
  readonly description: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
  /** The last row is a total and stays with the rows before it. */
  readonly hasTotal?: boolean;
  readonly dense?: boolean;
  /** Names by which cells elsewhere link to a row, one a row; empty for a row that has none. Unique in the document. */
  readonly anchors?: readonly string[];
  /** Titles of the bookmarks that lead to rows, one a row. */
  readonly bookmarks?: readonly string[];
  /** Its rows may be cut where pages run out: how much they matter beside others', and the line that says how many are left. */
  readonly plan?: RowPlan;
  /** Paper shows only these columns (keys), in so many sets side by side; the rest stands on the web page and in the workbook. */
  readonly onPaper?: { readonly columns: readonly string[]; readonly across: number };
}

/** How a table's rows are cut. */
export interface RowPlan {
  /** Tables with twice the weight keep twice the rows. */
  readonly weight: number;
  /** All rows there are, printed or not. */
  readonly total: number;
  /** "First 12 of 113 rows, …; all are in …" */
  note(shown: number): Text;
}

/** Control totals as lines that tie: "Events 4,118,204 = 4,117,962 unique + 242 duplicates". */
export interface TotalsBlock {
  readonly kind: "totals";
  readonly lines: readonly {
    readonly label: string;
    readonly total: number;
    readonly parts: readonly { readonly label: string; readonly value: number }[];
    /** Whether the parts add up to the total. */
    readonly ties: boolean;
  }[];
}

/** When the log was running: a row per API server, hourly events. */
export interface CoverageRibbonBlock {
  readonly kind: "coverage-ribbon";
  readonly from: string;
  readonly to: string;
  readonly rows: readonly {
    readonly instance: Text;
    /** Start of each hour that has events, and how many. */
    readonly hours: readonly (readonly [string, number])[];
    /** Gaps in the log, from and to: drawn as white boxes over what else is in their time. */
    readonly silences?: readonly (readonly [string, string])[];
    readonly note: string;
  }[];
  /** Small, without axis and notes. */
  readonly compact?: boolean;
  readonly description: string;
}

/** Rows over time by kind of actor: filled success, outlined other. */
export interface ActorBarsBlock {
  readonly kind: "actor-bars";
  readonly from: string;
  readonly to: string;
  /** Weeks are counted from the period's start. */
  readonly bucket: "hour" | "day" | "week";
  /** Length of a bar where it is shorter than an hour. */
  readonly bucketMs?: number;
  readonly rows: readonly {
    readonly label: string;
    readonly note: string;
    readonly actorKinds: readonly ActorKind[];
    readonly total: number;
    /** Start of the bucket, successful, other. */
    readonly buckets: readonly (readonly [string, number, number])[];
  }[];
  readonly description: string;
}

/**
 * When sessions were and how long: lanes over each other on one axis of time. Across, places are shares of the width; down, points
 * from the lane's top. Every renderer draws the same marks: a bar for a session, a cross for a refused, a ring for a failed one.
 */
export interface TimelineBlock {
  readonly kind: "timeline";
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly lanes: readonly TimelineLane[];
  readonly legend: readonly {
    readonly mark: TimelineMark["mark"];
    readonly actorKind: ActorKind | null;
    readonly words: string;
  }[];
  readonly description: string;
}

export interface TimelineLane {
  readonly label: Text;
  /** "12 attempts" */
  readonly note: string;
  readonly height: number;
  /** Fine lines across, with a label before them. */
  readonly levels: readonly { readonly y: number; readonly label: string }[];
  /** Pale ground: off hours, weekends. */
  readonly tints: readonly {
    readonly x: number;
    readonly width: number;
    readonly y: number;
    readonly height: number;
  }[];
  readonly marks: readonly TimelineMark[];
}

/** A mark begins at `x`; one of no width is drawn narrow around it. */
export interface TimelineMark {
  readonly mark: "session" | "refused" | "failed";
  readonly actorKind: ActorKind;
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

/** Who reached which namespace: squares of true area with numbers. */
export interface NamespaceMatrixBlock {
  readonly kind: "namespace-matrix";
  readonly columns: readonly Text[];
  readonly rows: readonly {
    readonly actor: Text;
    readonly actorKind: ActorKind;
    readonly cells: readonly ({ readonly success: number; readonly other: number } | null)[];
    readonly total: number;
  }[];
  readonly description: string;
}

/** Changes of access rights as entries with their content before and after. */
export interface ChangesBlock {
  readonly kind: "changes";
  readonly entries: readonly {
    /** "A" */
    readonly letter: string;
    readonly time: string;
    readonly actor: Text;
    /** What the change gives, in plain words. */
    readonly headline: Text;
    /** Verb and object. */
    readonly object: Text;
    /** Lines before the change; `changed` lines are gone after it. Empty: there was no such object. Null: not recorded. */
    readonly before: readonly ChangeLine[] | null;
    /** Lines after the change; `changed` lines were not there before it. Empty: the object is gone. Null: not recorded. */
    readonly after: readonly ChangeLine[] | null;
    /** "raises privilege", "refused", … */
    readonly state: string;
  }[];
}

/** One line of an access right's content. */
export interface ChangeLine {
  readonly text: Text;
  readonly changed: boolean;
}

/** From raised to open: horizontal bars on one scale, each beginning where the last one ended, split by severity as figures. */
export interface LadderBlock {
  readonly kind: "ladder";
  /** What the whole scale stands for. */
  readonly total: number;
  /** The heads of the figures. */
  readonly severities: readonly Severity[];
  readonly rows: readonly {
    readonly label: string;
    readonly start: number;
    readonly count: number;
    /** In the order of `severities`. */
    readonly figures: readonly number[];
    readonly meaning: string;
    readonly tone: "closed" | "open";
  }[];
  readonly description: string;
}

/** Blocks to sign: filled in, or with lines to write on. */
export interface SignaturesBlock {
  readonly kind: "signatures";
  readonly entries: readonly {
    /** "Reviewed" */
    readonly step: string;
    readonly statement: Text;
    /** Empty: to be written by hand. */
    readonly name: Text;
    readonly role: Text;
    readonly date: Text;
  }[];
}

/**
 * A register's rows. The PDF prints `printed`; the web page shows more of them in a table that can be filtered.
 * The note above says how many of how many, and where all are.
 */
export interface RegisterBlock {
  readonly kind: "register";
  readonly register: RegisterName;
  readonly note: Text;
  readonly printed: TableBlock;
  /** Gives the cells of any of the register's rows, in the columns of `printed`: for a renderer that shows more rows. */
  cells(row: RegisterRow): readonly TableCell[];
  /** How many rows the register has in all. */
  readonly rows: number;
  /** Path of the whole population inside the pack. */
  readonly file: string;
}
