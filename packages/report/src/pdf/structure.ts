import type { PdfDocument, StructureElement } from "./pdf-document.js";

/** The roles of the document's structure that a report uses. */
export type Role = "H1" | "H2" | "P" | "Figure" | "Code";

/** A table of the structure, whose rows may stand on several pages. */
export interface TableElement {
  row(cells: readonly TableCellElement[]): void;
}

/** A cell: its role, and what draws it. */
export interface TableCellElement {
  readonly head?: "Column" | "Row";
  draw(): void;
  /** Where the cell links to, in points from the top left. */
  readonly link?: {
    readonly destination: string;
    readonly words: string;
    readonly box: readonly [number, number, number, number];
  };
}

/**
 * The logical structure of the document, for readers that do not see the page: sections, titles, paragraphs, tables with
 * heads, figures with an alternative text. Furniture is marked as an artifact and stays out of it.
 */
export class Structure {
  readonly #doc: PdfDocument;
  readonly #root: StructureElement;
  #section: StructureElement | undefined;

  constructor(doc: PdfDocument) {
    this.#doc = doc;
    this.#root = doc.struct("Document");
    doc.addStructure(this.#root);
  }

  /** Begins a section; what follows belongs to it. */
  beginSection(title: string): void {
    this.#section?.end();
    this.#section = this.#doc.struct("Sect", { title });
    this.#root.add(this.#section);
  }

  /** Draws content of a role within the current section. */
  content(role: Role, draw: () => void, alternative?: string): void {
    const element = this.#doc.struct(role, alternative === undefined ? {} : { alt: alternative });
    this.#parent().add(element);
    element.add(draw);
    element.end();
  }

  /** Draws a paragraph with a part that links. */
  linked(draw: () => void, link: NonNullable<TableCellElement["link"]>): void {
    const paragraph = this.#doc.struct("P");
    this.#parent().add(paragraph);
    this.#link(paragraph, draw, link);
    paragraph.end();
  }

  /** Opens a table. */
  table(description: string): TableElement {
    const table = this.#doc.struct("Table", { alt: description });
    this.#parent().add(table);
    return { row: (cells) => this.#row(table, cells) };
  }

  /** Draws what is not part of the content: rules, furniture, a repeated head. */
  artifact(draw: () => void, type: "Layout" | "Pagination" = "Layout"): void {
    this.#doc.markContent("Artifact", { type });
    draw();
    this.#doc.endMarkedContent();
  }

  /** Ends the structure. */
  end(): void {
    this.#root.end();
  }

  #parent(): StructureElement {
    return this.#section ?? this.#root;
  }

  #row(table: StructureElement, cells: readonly TableCellElement[]): void {
    const row = this.#doc.struct("TR");
    table.add(row);
    for (const cell of cells) {
      const element = this.#doc.struct(
        cell.head === undefined ? "TD" : "TH",
        cell.head === undefined ? {} : ({ scope: cell.head } as object),
      );
      row.add(element);
      if (cell.link === undefined) element.add(() => cell.draw());
      else this.#link(element, () => cell.draw(), cell.link);
      element.end();
    }
    row.end();
  }

  /** pdfkit writes a link's description empty when it is left to it, so it is handed in. */
  #link(parent: StructureElement, draw: () => void, link: NonNullable<TableCellElement["link"]>): void {
    const element = this.#doc.struct("Link");
    parent.add(element);
    element.add(draw);
    const [x, y, width, height] = link.box;
    this.#doc.goTo(x, y, width, height, link.destination, {
      structParent: element,
      Contents: new String(link.words),
    } as object);
    element.end();
  }
}
