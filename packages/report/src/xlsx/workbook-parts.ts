import { xmlText } from "./cell-text.js";
import { stylesXml } from "./styles.js";
import type { Sheet } from "./write-table.js";

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const packageTypes = "http://schemas.openxmlformats.org/package/2006";
const documentTypes = "http://schemas.openxmlformats.org/officeDocument/2006";
const spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A part of the file, as text. */
export type Part = readonly [path: string, text: string];

/** What programs show as the file's properties. */
export interface WorkbookProperties {
  readonly title: string;
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
}

/** The part that programs look for first, to tell what kind of file it is. */
export const packageRelations: Part = [
  "_rels/.rels",
  `${declaration}<Relationships xmlns="${packageTypes}/relationships">` +
    `<Relationship Id="rId1" Type="${documentTypes}/relationships/officeDocument" Target="xl/workbook.xml"/>` +
    `<Relationship Id="rId2" Type="${packageTypes}/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
    `</Relationships>`,
];

/** Gives the parts that can only be written when all sheets are; `first` is the place of the sheet that is shown first. */
export function closingParts(sheets: readonly Sheet[], properties: WorkbookProperties): readonly Part[] {
  return [
    ["xl/styles.xml", declaration + stylesXml],
    ["xl/workbook.xml", declaration + workbookXml(sheets)],
    ["xl/_rels/workbook.xml.rels", declaration + workbookRelations(sheets)],
    ["docProps/core.xml", declaration + coreProperties(properties)],
    ["[Content_Types].xml", declaration + contentTypes(sheets)],
  ];
}

/** Sheets are shown in the order in which they were written, but for the last, which tells about the others. */
function shownOrder(sheets: readonly Sheet[]): readonly { readonly sheet: Sheet; readonly id: number }[] {
  const numbered = sheets.map((sheet, index) => ({ sheet, id: index + 1 }));
  return [...numbered.slice(-1), ...numbered.slice(0, -1)];
}

function workbookXml(sheets: readonly Sheet[]): string {
  const order = shownOrder(sheets);
  const list = order.map(({ sheet, id }) => `<sheet name="${xmlText(sheet.name)}" sheetId="${id}" r:id="rId${id}"/>`);
  const filters = order.map(({ sheet }, index) => {
    const area = sheet.lastCell.replace(/^([A-Z]+)(\d+)$/, "$$$1$$$2");
    return `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${quoted(sheet)}!$A$1:${area}</definedName>`;
  });
  const titles = order.map(
    ({ sheet }, index) =>
      `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${quoted(sheet)}!$1:$1</definedName>`,
  );
  return [
    `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${documentTypes}/relationships">`,
    `<workbookPr date1904="0"/><bookViews><workbookView activeTab="0"/></bookViews>`,
    `<sheets>${list.join("")}</sheets><definedNames>${[...filters, ...titles].join("")}</definedNames></workbook>`,
  ].join("");
}

/** A sheet's name as a formula has it. */
function quoted({ name }: Sheet): string {
  return `'${xmlText(name.replaceAll("'", "''"))}'`;
}

function workbookRelations(sheets: readonly Sheet[]): string {
  const relations = sheets.map(
    (_, index) =>
      `<Relationship Id="rId${index + 1}" Type="${documentTypes}/relationships/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  );
  const next = sheets.length + 1;
  return [
    `<Relationships xmlns="${packageTypes}/relationships">${relations.join("")}`,
    `<Relationship Id="rId${next}" Type="${documentTypes}/relationships/styles" Target="styles.xml"/>`,
    `<Relationship Id="rId${next + 1}" Type="${documentTypes}/relationships/sharedStrings" Target="sharedStrings.xml"/>`,
    `</Relationships>`,
  ].join("");
}

function contentTypes(sheets: readonly Sheet[]): string {
  const worksheets = sheets.map(
    (_, index) =>
      `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`,
  );
  return [
    `<Types xmlns="${packageTypes}/content-types">`,
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
    `<Default Extension="xml" ContentType="application/xml"/>`,
    `<Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>`,
    ...worksheets,
    `<Override PartName="/xl/styles.xml" ContentType="${spreadsheet}.styles+xml"/>`,
    `<Override PartName="/xl/sharedStrings.xml" ContentType="${spreadsheet}.sharedStrings+xml"/>`,
    `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`,
    `</Types>`,
  ].join("");
}

function coreProperties({ title, subject, time }: WorkbookProperties): string {
  const moment = new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  return [
    `<cp:coreProperties xmlns:cp="${packageTypes}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" `,
    `xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`,
    `<dc:title>${xmlText(title)}</dc:title><dc:subject>${xmlText(subject)}</dc:subject><dc:creator>kaudit</dc:creator>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${moment}</dcterms:created>`,
    `<dcterms:modified xsi:type="dcterms:W3CDTF">${moment}</dcterms:modified></cp:coreProperties>`,
  ].join("");
}
