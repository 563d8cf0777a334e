// Of many rows only those in sight and some around them are in the page, between two spaces as high as the rest would be.
// Rows have different heights: one that was drawn keeps its own, the others count as the mean of the first ones drawn.

// Up to this many rows all stand in the page, as they do without a script.
const mostWhole = 500;
const margin = 700;
const guess = 36;

class RowWindow {
  // `nodesOf(position)`: the table rows of a position, the row itself first.
  constructor(region, table, nodesOf) {
    this.region = region;
    this.body = table.tBodies[0];
    this.nodesOf = nodesOf;
    this.above = element("div", { class: "space" });
    this.below = element("div", { class: "space" });
    table.before(this.above);
    table.after(this.below);
    this.drawn = new Map();
    this.count = 0;
    region.addEventListener("scroll", () => this.update(), { passive: true });
    let width = region.clientWidth;
    new ResizeObserver(() => {
      if (region.clientWidth === width) this.update();
      else this.forgetHeights();
      width = region.clientWidth;
    }).observe(region);
    window.addEventListener("beforeprint", () => this.drawOnly(0, 60));
    window.addEventListener("afterprint", () => this.update());
  }

  // Shows `count` rows from the first one on.
  reset(count) {
    this.count = count;
    this.isWhole = count <= mostWhole;
    this.region.classList.toggle("windowed", !this.isWhole);
    this.region.classList.toggle("long", count > 100);
    this.drawn.clear();
    this.body.replaceChildren();
    this.region.scrollTop = 0;
    this.forgetHeights();
  }

  forgetHeights() {
    this.heights = new Float32Array(this.count);
    this.mean = guess;
    this.hasMean = false;
    if (this.isWhole) this.draw(0, this.count);
    else {
      this.drawOnly(...this.rangeInSight());
      this.update();
    }
  }

  row(position) {
    return this.drawn.get(position)?.[0];
  }

  heightOf(position) {
    return this.heights[position] || this.mean;
  }

  offsetOf(position) {
    let offset = 0;
    for (let i = 0; i < position; i++) offset += this.heightOf(i);
    return offset;
  }

  positionAt(offset) {
    let position = 0;
    for (let top = 0; position < this.count; position++) {
      top += this.heightOf(position);
      if (top > offset) break;
    }
    return position;
  }

  rangeInSight(around = margin) {
    const { scrollTop, clientHeight } = this.region;
    const first = this.positionAt(scrollTop - around);
    const last = this.positionAt(scrollTop + Math.min(clientHeight, 4000) + around);
    return [Math.min(first, this.count), Math.min(last + 1, this.count)];
  }

  update() {
    if (this.isWhole) return;
    // What was guessed may leave a hole once it is measured; two more looks close it.
    for (let look = 0; look < 3; look++) {
      const [first, end] = this.rangeInSight(margin / 3);
      if (this.drawn.size > 0 && first >= this.first && end <= this.end) return;
      this.draw(...this.rangeInSight());
    }
  }

  // Makes sure that a position is in the page, and gives its row.
  bring(position) {
    if (!this.drawn.has(position)) {
      const few = 30;
      this.draw(Math.max(0, position - few), Math.min(this.count, position + few));
    }
    return this.row(position);
  }

  // Replaces the nodes of a position that is in the page, as when its details open.
  redraw(position) {
    const nodes = this.drawn.get(position);
    if (nodes === undefined) return;
    const hadFocus = nodes.some((node) => node.contains(document.activeElement));
    const made = this.nodesOf(position);
    nodes[0].before(...made);
    for (const node of nodes) node.remove();
    this.drawn.set(position, made);
    if (hadFocus) made[0].querySelector(".open-row").focus({ preventScroll: true });
    this.measure();
    this.setSpaces();
  }

  drawOnly(first, end) {
    if (!this.isWhole) this.draw(first, Math.min(end, this.count));
  }

  draw(first, end) {
    const anchor = this.anchorIn(first, end);
    const top = anchor?.getBoundingClientRect().top;
    for (const [position, nodes] of this.drawn) {
      if (position >= first && position < end) continue;
      // Focus that scrolled away stays with the rows.
      if (nodes.some((node) => node.contains(document.activeElement))) this.region.focus({ preventScroll: true });
      for (const node of nodes) node.remove();
      this.drawn.delete(position);
    }
    const next = this.body.firstChild;
    const before = document.createDocumentFragment();
    const after = document.createDocumentFragment();
    const kept = Math.min(...this.drawn.keys());
    for (let position = first; position < end; position++) {
      if (this.drawn.has(position)) continue;
      const nodes = this.nodesOf(position);
      this.drawn.set(position, nodes);
      (position < kept && next !== null ? before : after).append(...nodes);
    }
    this.body.insertBefore(before, next);
    this.body.append(after);
    this.first = first;
    this.end = end;
    if (this.isWhole) return this.setSpaces();
    this.setSpaces();
    this.measure();
    this.setSpaces();
    if (anchor === undefined) return;
    const moved = anchor.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= 1) this.region.scrollTop += moved;
  }

  // A row that is in sight and stays: what is read must not move when heights become known.
  anchorIn(first, end) {
    if (this.isWhole || this.drawn.size === 0) return undefined;
    const { top } = this.region.getBoundingClientRect();
    for (let position = Math.max(first, this.first); position < Math.min(end, this.end); position++) {
      const row = this.row(position);
      if (row?.getBoundingClientRect().bottom > top) return row;
    }
    return undefined;
  }

  measure() {
    if (this.isWhole) return;
    let sum = 0;
    for (const [position, nodes] of this.drawn) {
      const height = nodes.reduce((all, node) => all + node.getBoundingClientRect().height, 0);
      this.heights[position] = height;
      sum += height;
    }
    if (this.hasMean || sum === 0) return;
    this.mean = sum / this.drawn.size;
    this.hasMean = true;
  }

  setSpaces() {
    const before = this.isWhole ? 0 : this.offsetOf(this.first);
    let after = 0;
    for (let i = this.end; i < this.count; i++) after += this.heightOf(i);
    this.above.style.height = `${before}px`;
    this.below.style.height = `${after}px`;
  }
}
