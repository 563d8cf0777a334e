// A register: its filters, its order and its rows.

const kindsOfActor = [
  ["human", "people"],
  ["serviceaccount", "service accounts"],
  ["node", "nodes"],
  ["system", "system components"],
  ["anonymous", "anonymous"],
  ["unauthenticated", "no identity (401)"],
];
const outcomes = [
  ["success", "success"],
  ["denied", "refused"],
  ["failed", "failed"],
  ["unknown", "not known"],
];
const fields = ["search", "actor", "outcome", "namespace", "from", "to"];

function debounced(action) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, 120);
  };
}

class Register {
  constructor(node) {
    this.node = node;
    this.form = node.querySelector("form");
    this.table = node.querySelector("table");
    this.body = this.table.tBodies[0];
    this.region = node.querySelector(".scroll");
    this.status = node.querySelector("[role=status]");
    this.descending = false;
  }

  // Rows are unpacked when the register comes near the window: a page of many registers opens at once. Gives whether
  // they are there.
  load() {
    return (this.loading ??= this.read());
  }

  async read() {
    try {
      this.status.textContent = "Unpacking the rows";
      this.store = await RowStore.read(document.getElementById(this.node.dataset.rows).textContent);
    } catch {
      this.keepPlainRows();
      return false;
    }
    const { about } = this.store;
    this.columns = about.cells.map((cell, place) => ({ ...cell, place }));
    this.own = this.columns.length;
    this.hiddenColumns = new Set();
    this.fillChoices();
    this.fillColumns();
    this.column = this.timeColumn = this.columns.findIndex((column) => column.sort === null);
    this.order = this.store.sorted(null, false);
    this.window = new RowWindow(this.region, this.table, (position) => this.nodesAt(position));
    this.wire();
    this.apply();
    return true;
  }

  // A browser that cannot unpack the rows shows those that are plain HTML; the note above says where all are.
  keepPlainRows() {
    const count = number.format(this.body.querySelectorAll("tr.row").length);
    this.form.hidden = true;
    this.form.before(
      element(
        "p",
        { class: "note register-note" },
        `This browser cannot unpack the embedded rows: the first ${count} stand here, as without JavaScript.`,
      ),
    );
  }

  fillChoices() {
    const { filters } = this.store.about;
    const { actor, outcome, namespace } = this.form.elements;
    const kinds = this.store.counts(filters.actorKind);
    const kindGroup = element("optgroup", { label: "Kinds" });
    for (const [kind, label] of kindsOfActor) {
      if (kinds.has(kind))
        kindGroup.append(element("option", { value: `kind:${kind}` }, `${label} (${number.format(kinds.get(kind))})`));
    }
    const names = element("optgroup", { label: "Actors" });
    this.addOptions(names, this.store.counts(filters.actor), "actor:", "no name");
    actor.append(kindGroup, names);
    const ends = this.store.counts(filters.outcome);
    for (const [value, label] of outcomes) {
      if (ends.has(value)) outcome.append(element("option", { value }, `${label} (${number.format(ends.get(value))})`));
    }
    this.addOptions(namespace, this.store.counts(filters.namespace), "in:", "none: cluster-wide or all");
    const sort = this.form.elements.sort;
    this.columns.forEach((column, index) => {
      sort.append(element("option", { value: `${index}` }, `↑ ${column.head}`));
      sort.append(element("option", { value: `-${index}` }, `↓ ${column.head}`));
    });
  }

  // Every column of the register can be shown; those of the printed table are at first.
  fillColumns() {
    const { columns, own } = this;
    const fieldset = this.form.querySelector(".columns-choice fieldset");
    this.heads = [...this.table.tHead.rows[0].cells];
    this.store.about.details.forEach((head, index) => {
      columns.push({ head, className: "is-other", sort: own + index, numeric: false, place: own + index });
      this.hiddenColumns.add(own + index);
      this.heads.push(element("th", { scope: "col" }, head));
    });
    columns.forEach(({ head }, index) => {
      const box = element("input", { type: "checkbox" });
      box.checked = index < own;
      box.addEventListener("change", () => {
        if (box.checked) this.hiddenColumns.delete(index);
        else this.hiddenColumns.add(index);
        this.question = "";
        this.showColumns();
        this.apply();
      });
      fieldset.append(element("label", {}, box, head));
    });
    this.showColumns();
  }

  showColumns() {
    this.table.tHead.rows[0].replaceChildren(...this.heads.filter((_, index) => !this.hiddenColumns.has(index)));
    [...this.table.querySelectorAll("col")].forEach((col, index) => (col.hidden = this.hiddenColumns.has(index)));
    const boxes = this.form.querySelectorAll(".columns-choice input");
    boxes.forEach((box, index) => (box.checked = !this.hiddenColumns.has(index)));
    this.table.classList.toggle("wide", this.columns.length - this.hiddenColumns.size > this.own);
  }

  // The columns that differ from the printed table's, as "-2.14": those taken away and those added.
  columnsInAddress() {
    const changed = this.places().filter((index) => this.hiddenColumns.has(index) === index < this.own);
    return changed.join(".");
  }

  readColumns(text) {
    this.hiddenColumns = new Set(this.places().filter((index) => index >= this.own));
    for (const part of text.split(".")) {
      const index = Number(part);
      if (part === "" || !this.places().includes(index)) continue;
      if (index < this.own) this.hiddenColumns.add(index);
      else this.hiddenColumns.delete(index);
    }
    this.question = "";
    this.showColumns();
  }

  places() {
    return this.columns.map(({ place }) => place);
  }

  async setTimes(from, to) {
    if (!(await this.load())) return;
    this.form.elements.from.value = from;
    this.form.elements.to.value = to;
    this.apply();
  }

  addOptions(parent, counts, prefix, empty) {
    const most = 300;
    const sorted = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    for (const [text, count] of sorted.slice(0, most)) {
      const label = text === "" ? empty : text.length > 80 ? `${text.slice(0, 79)}…` : text;
      parent.append(element("option", { value: prefix + text }, `${label} (${number.format(count)})`));
    }
  }

  wire() {
    const later = debounced(() => this.apply());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.elements.search.addEventListener("input", later);
    for (const name of ["actor", "outcome", "namespace", "from", "to"]) {
      this.form.elements[name].addEventListener("change", () => this.apply());
    }
    this.form.elements.sort.addEventListener("change", ({ target }) => {
      this.sortBy(Math.abs(Number(target.value)), target.value.startsWith("-"));
    });
    const toggle = this.form.querySelector(".filters-toggle");
    // On a phone the filters are a sheet over the page.
    const setSheet = (isOpen) => {
      toggle.setAttribute("aria-expanded", String(isOpen));
      (isOpen ? this.form.elements.actor : toggle).focus();
    };
    toggle.addEventListener("click", () => setSheet(toggle.getAttribute("aria-expanded") !== "true"));
    this.form.querySelector(".sheet-close").addEventListener("click", () => setSheet(false));
    this.form.querySelector(".filters-more").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
      event.stopPropagation();
      setSheet(false);
    });
    this.heads.forEach((head, index) => {
      const button = element("button", { type: "button" }, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => this.sortBy(index, this.column === index ? !this.descending : false));
    });
    this.markSort();
    this.body.addEventListener("click", (event) => this.clicked(event));
  }

  apply() {
    const { filters } = this.store.about;
    const { search, actor, outcome, namespace, from, to } = this.form.elements;
    const question = JSON.stringify([
      search.value,
      actor.value,
      outcome.value,
      namespace.value,
      from.value,
      to.value,
      this.columnsInAddress(),
      this.column,
      this.descending,
    ]);
    if (question === this.question) return;
    this.question = question;
    this.writeAddress();
    const { store } = this;
    const tests = [];
    const equals = (column, wanted) => tests.push((row) => store.plainOf(column, row) === wanted);
    if (actor.value.startsWith("kind:")) equals(filters.actorKind, actor.value.slice(5));
    else if (actor.value !== "") equals(filters.actor, actor.value.slice(6));
    if (outcome.value !== "") equals(filters.outcome, outcome.value);
    if (namespace.value !== "") equals(filters.namespace, namespace.value.slice(3));
    // Times of the log and of the fields are both UTC and begin alike, so that they compare as texts.
    if (from.value !== "") tests.push((row) => store.plainOf(filters.time, row) >= from.value);
    if (to.value !== "") tests.push((row) => store.plainOf(filters.time, row) < to.value);
    for (const word of new Set(search.value.toLowerCase().split(/\s+/))) {
      if (word === "") continue;
      const hits = store.rowsWith(word);
      tests.push((row) => hits[row] === 1);
    }
    this.matching = tests.length === 0 ? this.order : this.order.filter((row) => tests.every((test) => test(row)));
    this.show();
  }

  // The address carries search, filters and order, so that a view can be sent to somebody: #secrets?actor=actor:bob
  writeAddress() {
    const view = new URLSearchParams();
    for (const name of fields) {
      if (this.form.elements[name].value !== "") view.set(name, this.form.elements[name].value);
    }
    if (this.column !== this.timeColumn || this.descending) view.set("sort", this.form.elements.sort.value);
    const columns = this.columnsInAddress();
    if (columns !== "") view.set("columns", columns);
    if (this.openedRow !== undefined) view.set("row", this.openedRow);
    const known = location.hash.startsWith(`#${this.node.dataset.register}?`);
    if (view.size === 0 && !known) return;
    history.replaceState(null, "", `#${this.node.dataset.register}${view.size === 0 ? "" : `?${view}`}`);
  }

  async readAddress(view) {
    if (!(await this.load())) return this.node.scrollIntoView();
    this.readColumns(view.get("columns") ?? "");
    for (const name of fields) this.form.elements[name].value = view.get(name) ?? "";
    for (const name of ["actor", "outcome", "namespace"]) {
      if (this.form.elements[name].selectedIndex === -1) this.form.elements[name].value = "";
    }
    const order = view.get("sort") ?? "";
    const column = Math.abs(Number(order));
    if (order !== "" && column < this.columns.length) this.sortBy(column, order.startsWith("-"));
    else this.apply();
    if (!(await this.showRow(view.get("row") ?? ""))) this.node.scrollIntoView();
  }

  // Brings a row into view and opens it; filters that hide it are put back. Gives whether the page holds it.
  async showRow(rowId) {
    if (!(await this.load())) return false;
    const row = rowId === "" ? -1 : this.store.rowOf(this.store.about.filters.rowId, rowId);
    if (row === -1) return false;
    if (!this.matching.includes(row)) {
      for (const name of fields) this.form.elements[name].value = "";
      this.apply();
    }
    const position = this.matching.indexOf(row);
    this.mark(position, true);
    if (!this.opened.has(position)) this.toggle(position);
    this.window.bring(position).scrollIntoView({ block: "center" });
    return true;
  }

  sortBy(column, descending) {
    this.column = column;
    this.descending = descending;
    const { sort, numeric } = this.columns[column];
    const order = this.store.sorted(sort, numeric);
    this.order = descending ? order.toReversed() : order;
    this.markSort();
    this.apply();
  }

  markSort() {
    this.heads.forEach((head, index) => {
      if (index === this.column) head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.form.elements.sort.value = this.descending ? `-${this.column}` : `${this.column}`;
  }

  show() {
    this.current = -1;
    this.opened = new Set();
    this.openedRow = undefined;
    const { count } = this.store;
    const { total } = this.store.about;
    const all = total > count ? `${number.format(count)} embedded rows` : `${number.format(total)} rows`;
    this.status.textContent = `${number.format(this.matching.length)} of ${all}`;
    this.table.setAttribute("aria-rowcount", String(this.matching.length + 1));
    this.window.reset(this.matching.length);
    if (this.matching.length > 0) return;
    const cell = element("td", { class: "nothing", colspan: String(this.shownColumns().length) }, "No row matches.");
    this.body.append(element("tr", { class: "nothing-row" }, cell));
  }

  shownColumns() {
    return this.columns.filter(({ place }) => !this.hiddenColumns.has(place));
  }

  rowIdAt(position) {
    return this.store.plainOf(this.store.about.filters.rowId, this.matching[position]);
  }

  nodesAt(position) {
    const { store } = this;
    const row = this.matching[position];
    const columns = this.shownColumns();
    const isOpen = this.opened.has(position);
    const state = { position, rowId: this.rowIdAt(position), isOpen, isCurrent: position === this.current };
    const node = rowNode(store, row, columns, state);
    return isOpen ? [node, detailsNode(store, row, this.own, columns.length)] : [node];
  }

  clicked(event) {
    const row = event.target.closest("tr.row");
    if (event.target.closest("a") !== null) return;
    // Whoever drags over a text wants to copy it, not to open the row.
    if (row === null || (event.detail > 0 && !window.getSelection().isCollapsed)) return;
    const position = Number(row.dataset.position);
    this.mark(position, false);
    this.toggle(position);
  }

  toggle(position) {
    const isOpen = this.opened.has(position);
    if (isOpen) this.opened.delete(position);
    else this.opened.add(position);
    this.openedRow = isOpen ? undefined : this.rowIdAt(position);
    this.writeAddress();
    this.window.redraw(position);
  }

  mark(position, focus) {
    if (position < 0 || position >= this.matching.length) return;
    this.window.row(this.current)?.classList.remove("current");
    this.current = position;
    const row = focus ? this.window.bring(position) : this.window.row(position);
    row.classList.add("current");
    if (!focus) return;
    row.querySelector(".open-row").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}
