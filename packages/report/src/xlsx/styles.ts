/** Places in the list of cell formats of {@link stylesXml}. */
export const styles = { general: 0, text: 1, wrappedText: 2, number: 3, instant: 4, head: 5 } as const;

/** The number of the format for moments; numbers from 164 are a file's own (ECMA-376 Part 1, 18.8.30). */
const instantFormat = 164;

/** The built-in format `@`: what is in the cell is text, also when it looks like a number or a formula. */
const textFormat = 49;

const top = `<alignment vertical="top"/>`;
const wrap = `<alignment vertical="top" wrapText="1"/>`;

const formats = [
  `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">${top}</xf>`,
  `<xf numFmtId="${textFormat}" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1">${top}</xf>`,
  `<xf numFmtId="${textFormat}" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1">${wrap}</xf>`,
  `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">${top}</xf>`,
  `<xf numFmtId="${instantFormat}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>`,
  `<xf numFmtId="${textFormat}" fontId="1" fillId="2" borderId="1" xfId="0" quotePrefix="1" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">${wrap}</xf>`,
] as const;

/** `xl/styles.xml`: two fonts, one fill for heads, and the cell formats by which cells are typed. */
export const stylesXml = [
  `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
  `<numFmts count="1"><numFmt numFmtId="${instantFormat}" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts>`,
  `<fonts count="2"><font><sz val="10"/><name val="Calibri"/><family val="2"/></font>`,
  `<font><b/><sz val="10"/><name val="Calibri"/><family val="2"/></font></fonts>`,
  `<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>`,
  `<fill><patternFill patternType="solid"><fgColor rgb="FFE8EAED"/><bgColor indexed="64"/></patternFill></fill></fills>`,
  `<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>`,
  `<border><left/><right/><top/><bottom style="thin"><color rgb="FF5F6368"/></bottom><diagonal/></border></borders>`,
  `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`,
  `<cellXfs count="${formats.length}">${formats.join("")}</cellXfs>`,
  `<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>`,
  `</styleSheet>`,
].join("");
