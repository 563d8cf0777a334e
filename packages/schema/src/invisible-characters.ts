type CodePointRange = readonly [first: number, last: number];

/**
 * Characters that cannot be seen, look like an ordinary space, turn the direction of what follows, or have no agreed
 * shape. Written out instead of asked of the JavaScript engine, whose Unicode version changes: the same log must give
 * the same report everywhere.
 *
 * Source: Unicode Character Database 16.0 (general categories Cc, Cf, Zs, Zl, Zp, Cs, Co and noncharacters;
 * Default_Ignorable_Code_Point), and U+2800, whose glyph is blank.
 */
const invisibleRanges: readonly CodePointRange[] = [
  [0x00, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x034f, 0x034f],
  [0x0600, 0x0605],
  [0x061c, 0x061c],
  [0x06dd, 0x06dd],
  [0x070f, 0x070f],
  [0x0890, 0x0891],
  [0x08e2, 0x08e2],
  [0x115f, 0x1160],
  [0x1680, 0x1680],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffc],
  [0xfffe, 0xffff],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1345f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0x1fffe, 0x1ffff],
  [0x2fffe, 0x2ffff],
  [0x3fffe, 0x10ffff],
];

/** Marks that are drawn onto the character before them (the blocks that serve any script). */
const combiningRanges: readonly CodePointRange[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
];

/** The blocks of pictures and symbols that emoji sequences are made of. */
const pictureRanges: readonly CodePointRange[] = [
  [0xa9, 0xa9],
  [0xae, 0xae],
  [0x203c, 0x203c],
  [0x2049, 0x2049],
  [0x2122, 0x2122],
  [0x2139, 0x2139],
  [0x2190, 0x23ff],
  [0x2460, 0x27bf],
  [0x2900, 0x297f],
  [0x2b00, 0x2bff],
  [0x3030, 0x3030],
  [0x303d, 0x303d],
  [0x3297, 0x3297],
  [0x3299, 0x3299],
  [0x1f000, 0x1faff],
];

/** Tells whether a character cannot be seen as what it is, wherever it stands. The ordinary space counts as visible. */
export function isInvisible(codePoint: number): boolean {
  return contains(invisibleRanges, codePoint);
}

/** Tells whether a character is drawn onto the one before it. */
export function isCombining(codePoint: number): boolean {
  return contains(combiningRanges, codePoint);
}

/** Tells whether a character is a picture that may be joined with others into one. */
export function isPicture(codePoint: number): boolean {
  return contains(pictureRanges, codePoint);
}

function contains(ranges: readonly CodePointRange[], codePoint: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codePoint > ranges[middle]![1]) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && codePoint >= ranges[low]![0];
}
