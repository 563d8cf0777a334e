import type PDFDocument from "pdfkit";

/** The document of pdfkit. */
export type PdfDocument = InstanceType<typeof PDFDocument>;

/** A node of the document's structure: a section, table, row, cell. */
export type StructureElement = ReturnType<PdfDocument["struct"]>;
