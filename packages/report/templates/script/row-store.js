// The rows of a register, as `packed-rows.ts` packed them: every different text once, and for each column the places of
// its texts. To search and to sort is work on the different texts; rows are then only looked up.

async function unpack(base64) {
  const characters = atob(base64);
  const packed = new Uint8Array(characters.length);
  for (let i = 0; i < packed.length; i++) packed[i] = characters.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function plainText(text) {
  if (typeof text === "string") return text;
  let plain = "";
  for (let i = 1; i < text.length; i += 2) plain += text[i];
  return plain;
}

function toNumber(text) {
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? -1 : value;
}

class RowStore {
  // Throws where the browser cannot unpack, or the bytes are not what was packed.
  static async read(base64) {
    const bytes = await unpack(base64);
    const headEnd = 4 + new DataView(bytes.buffer).getUint32(0, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, headEnd)));
    return new RowStore(head, bytes.subarray(headEnd));
  }

  constructor(head, bytes) {
    const { texts, rowCount, ...about } = head;
    this.about = about;
    this.count = rowCount;
    this.texts = texts;
    this.plain = texts.map(plainText);
    this.orders = new Map();
    this.columns = [];
    let at = 0;
    while (at < bytes.length) {
      const places = new Uint32Array(rowCount);
      let place = 0;
      for (let row = 0; row < rowCount; row++) {
        let coded = 0;
        let byte;
        let shift = 0;
        do {
          byte = bytes[at++];
          coded |= (byte & 127) << shift;
          shift += 7;
        } while (byte > 127);
        place += (coded >>> 1) ^ -(coded & 1);
        places[row] = place;
      }
      this.columns.push(places);
    }
  }

  textOf(column, row) {
    return this.texts[this.columns[column][row]];
  }

  plainOf(column, row) {
    return this.plain[this.columns[column][row]];
  }

  // How often each text stands in a column.
  counts(column) {
    const perPlace = new Uint32Array(this.plain.length);
    for (const place of this.columns[column]) perPlace[place]++;
    const counts = new Map();
    perPlace.forEach((count, place) => {
      if (count > 0) counts.set(this.plain[place], (counts.get(this.plain[place]) ?? 0) + count);
    });
    return counts;
  }

  rowOf(column, text) {
    return this.columns[column].findIndex((place) => this.plain[place] === text);
  }

  // Rows in the order of a column; equal ones, and all where no column is given, as they came.
  sorted(column, numeric) {
    const key = `${column} ${numeric}`;
    if (!this.orders.has(key)) this.orders.set(key, this.sort(column, numeric));
    return this.orders.get(key);
  }

  sort(column, numeric) {
    const order = new Uint32Array(this.count);
    if (column === null) return order.map((_, row) => row);
    const places = this.columns[column];
    const ranks = this.ranks(places, numeric);
    const starts = new Uint32Array(this.plain.length + 1);
    for (const place of places) starts[ranks[place] + 1]++;
    for (let rank = 1; rank < starts.length; rank++) starts[rank] += starts[rank - 1];
    places.forEach((place, row) => (order[starts[ranks[place]]++] = row));
    return order;
  }

  // The rank of each text of a column among those of the column.
  ranks(places, numeric) {
    const ranks = new Uint32Array(this.plain.length);
    for (const place of places) ranks[place] = 1;
    const used = [];
    ranks.forEach((is, place) => is === 1 && used.push(place));
    const keys = numeric ? new Map(used.map((place) => [place, toNumber(this.plain[place])])) : null;
    const keyOf = keys === null ? (place) => this.plain[place] : (place) => keys.get(place);
    used.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
    let rank = 0;
    used.forEach((place, index) => {
      if (index > 0 && keyOf(place) !== keyOf(used[index - 1])) rank++;
      ranks[place] = rank;
    });
    return ranks;
  }

  // One byte a row: 1 where some column holds the word, whatever its case.
  rowsWith(word) {
    const hits = this.textsWith(word);
    const rows = new Uint8Array(this.count);
    for (const places of this.columns) {
      for (let row = 0; row < rows.length; row++) rows[row] |= hits[places[row]];
    }
    return rows;
  }

  textsWith(word) {
    const { text, starts } = (this.haystack ??= this.makeHaystack());
    const hits = new Uint8Array(this.plain.length);
    let place = 0;
    let at = text.indexOf(word);
    while (at !== -1) {
      while (starts[place + 1] <= at) place++;
      hits[place] = 1;
      at = text.indexOf(word, starts[place + 1]);
    }
    return hits;
  }

  // All texts in one, which is searched much faster than each for itself. A word holds no line break.
  makeHaystack() {
    const lower = this.plain.map((text) => text.toLowerCase());
    const starts = new Uint32Array(lower.length + 1);
    lower.forEach((text, place) => (starts[place + 1] = starts[place] + text.length + 1));
    return { text: lower.join("\n"), starts };
  }
}
