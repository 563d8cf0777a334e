"use strict";

// The page's own script. Without it the page is whole but for filters, sorting and row details.
// Text from the log is only ever set as text; Trusted Types forbid anything else.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  const step = 100;
  const unbrokenLength = 16;
  const mostPieces = 24;
  const classOfKind = { b: "strong", m: "muted", n: "none", e: "escape", c: "code" };
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
  const number = new Intl.NumberFormat("en-US");

  function element(name, properties, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key === "class") made.className = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // A text of the data: a string is our own words; else kind and text alternate.
  function nodesOf(text) {
    if (typeof text === "string") return text === "" ? [] : [document.createTextNode(text)];
    const nodes = [];
    for (let i = 0; i < text.length; i += 2) {
      const kind = text[i];
      if (kind === "p") nodes.push(document.createTextNode(text[i + 1]));
      else if (kind === "l") nodes.push(logNode(text[i + 1]));
      else nodes.push(element("span", { class: classOfKind[kind] }, text[i + 1]));
    }
    return nodes;
  }

  // A name may break after ":" and "/"; each piece is an inline block, so that it breaks inside only where it must.
  function logNode(value) {
    const node = element("bdi", { class: "log", translate: "no" });
    const pieces = value.length <= unbrokenLength ? [value] : (value.match(/[^:/]*[:/]+|[^:/]+$/g) ?? [value]);
    if (pieces.length === 1 || pieces.length > mostPieces) node.textContent = value;
    else for (const piece of pieces) node.append(element("span", {}, piece));
    return node;
  }

  function plainText(text) {
    if (typeof text === "string") return text;
    let plain = "";
    for (let i = 1; i < text.length; i += 2) plain += text[i];
    return plain;
  }

  class Register {
    constructor(node) {
      this.node = node;
      this.form = node.querySelector("form");
      this.table = node.querySelector("table");
      this.body = this.table.tBodies[0];
      this.region = node.querySelector(".scroll");
      this.status = node.querySelector("[role=status]");
      this.more = node.querySelector(".more");
      this.column = null;
      this.descending = false;
      this.current = -1;
      this.wired = false;
    }

    // Data is read when the register comes near the window: a page of many registers opens at once.
    load() {
      if (this.data !== undefined) return;
      this.data = JSON.parse(document.getElementById(this.node.dataset.rows).textContent);
      this.plain = this.data.texts.map(plainText);
      this.order = this.data.rows.map((_, index) => index);
      this.matching = this.order;
      this.places = this.data.columns.map((_, index) => index);
      this.hiddenColumns = new Set();
      this.fillChoices();
      this.fillColumns();
      this.wire();
      this.apply();
    }

    fillChoices() {
      const { filters } = this.data;
      const { actor, outcome, namespace } = this.form.elements;
      const kinds = this.counts(filters.actorKind);
      const kindGroup = element("optgroup", { label: "Kinds" });
      for (const [kind, label] of kindsOfActor) {
        if (kinds.has(kind))
          kindGroup.append(
            element("option", { value: `kind:${kind}` }, `${label} (${number.format(kinds.get(kind))})`),
          );
      }
      const names = element("optgroup", { label: "Actors" });
      this.addOptions(names, this.counts(filters.actor), "actor:", "no name");
      actor.append(kindGroup, names);
      const ends = this.counts(filters.outcome);
      for (const [value, label] of outcomes) {
        if (ends.has(value))
          outcome.append(element("option", { value }, `${label} (${number.format(ends.get(value))})`));
      }
      this.addOptions(namespace, this.counts(filters.namespace), "in:", "none: cluster-wide or all");
      const sort = this.form.elements.sort;
      this.data.columns.forEach((column, index) => {
        sort.append(element("option", { value: `${index}` }, `↑ ${column.head}`));
        sort.append(element("option", { value: `-${index}` }, `↓ ${column.head}`));
      });
    }

    // Every column of the register can be shown; those of the printed table are at first.
    fillColumns() {
      const { columns, details } = this.data;
      const fieldset = this.form.querySelector(".columns-choice fieldset");
      const own = columns.length;
      this.heads = [...this.table.tHead.rows[0].cells];
      details.forEach((head, index) => {
        columns.push({ head, className: "is-other", sort: own + index, numeric: false });
        this.places.push(own + index);
        this.hiddenColumns.add(own + index);
        this.heads.push(element("th", { scope: "col" }, head));
      });
      this.own = own;
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
      this.table.classList.toggle("wide", this.places.length - this.hiddenColumns.size > this.own);
    }

    // The columns that differ from the printed table's, as "-2.14": those taken away and those added.
    columnsInAddress() {
      const changed = this.places.filter((index) => this.hiddenColumns.has(index) === index < this.own);
      return changed.join(".");
    }

    readColumns(text) {
      this.hiddenColumns = new Set(this.places.filter((index) => index >= this.own));
      for (const part of text.split(".")) {
        const index = Number(part);
        if (part === "" || !this.places.includes(index)) continue;
        if (index < this.own) this.hiddenColumns.add(index);
        else this.hiddenColumns.delete(index);
      }
      this.question = "";
      this.showColumns();
    }

    setTimes(from, to) {
      this.form.elements.from.value = from;
      this.form.elements.to.value = to;
      this.apply();
    }

    counts(place) {
      const counts = new Map();
      for (const row of this.data.rows) {
        const text = this.plain[row[place]];
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      return counts;
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
      toggle.addEventListener("click", () => {
        toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
      });
      this.heads.forEach((head, index) => {
        const button = element("button", { type: "button" }, ...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => this.sortBy(index, this.column === index ? !this.descending : false));
      });
      this.column = this.data.columns.findIndex((column) => column.sort === null);
      this.markSort();
      this.more.querySelector("button").addEventListener("click", () => this.showMore());
      this.region.addEventListener("scroll", () => {
        const left = this.region.scrollHeight - this.region.scrollTop - this.region.clientHeight;
        if (left < 400 && this.region.scrollHeight > this.region.clientHeight) this.showMore();
      });
      this.body.addEventListener("click", (event) => this.clicked(event));
    }

    apply() {
      const { filters, rows } = this.data;
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
      const tests = [];
      const equals = (place, wanted) => tests.push((row) => this.plain[row[place]] === wanted);
      if (actor.value.startsWith("kind:")) equals(filters.actorKind, actor.value.slice(5));
      else if (actor.value !== "") equals(filters.actor, actor.value.slice(6));
      if (outcome.value !== "") equals(filters.outcome, outcome.value);
      if (namespace.value !== "") equals(filters.namespace, namespace.value.slice(3));
      // Times of the log and of the fields are both UTC and begin alike, so that they compare as texts.
      if (from.value !== "") tests.push((row) => this.plain[row[filters.time]] >= from.value);
      if (to.value !== "") tests.push((row) => this.plain[row[filters.time]] < to.value);
      // Each word is looked for once among the different texts, not in every row.
      for (const word of search.value.toLowerCase().split(/\s+/)) {
        if (word === "") continue;
        const hits = new Uint8Array(this.plain.length);
        this.plain.forEach((text, place) => {
          if (text.toLowerCase().includes(word)) hits[place] = 1;
        });
        tests.push((row) => row.some((place) => hits[place] === 1));
      }
      this.matching =
        tests.length === 0 ? this.order : this.order.filter((index) => tests.every((test) => test(rows[index])));
      this.show();
    }

    // The address carries search, filters and order, so that a view can be sent to somebody: #secrets?actor=actor:bob
    writeAddress() {
      const view = new URLSearchParams();
      for (const name of fields) {
        if (this.form.elements[name].value !== "") view.set(name, this.form.elements[name].value);
      }
      const byTime = this.data.columns.findIndex((column) => column.sort === null);
      if (this.column !== byTime || this.descending) view.set("sort", this.form.elements.sort.value);
      const columns = this.columnsInAddress();
      if (columns !== "") view.set("columns", columns);
      if (this.openedRow !== undefined) view.set("row", this.openedRow);
      const known = location.hash.startsWith(`#${this.node.dataset.register}?`);
      if (view.size === 0 && !known) return;
      history.replaceState(null, "", `#${this.node.dataset.register}${view.size === 0 ? "" : `?${view}`}`);
    }

    readAddress(view) {
      this.load();
      this.readColumns(view.get("columns") ?? "");
      for (const name of fields) this.form.elements[name].value = view.get(name) ?? "";
      for (const name of ["actor", "outcome", "namespace"]) {
        if (this.form.elements[name].selectedIndex === -1) this.form.elements[name].value = "";
      }
      const order = view.get("sort") ?? "";
      const column = Math.abs(Number(order));
      if (order !== "" && column < this.places.length) this.sortBy(column, order.startsWith("-"));
      else this.apply();
      if (!this.showRow(view.get("row") ?? "")) this.node.scrollIntoView();
    }

    // Brings a row into view and opens it; filters that hide it are put back. Gives whether the page holds it.
    showRow(rowId) {
      this.load();
      const { rows, filters } = this.data;
      const index = rowId === "" ? -1 : rows.findIndex((row) => this.plain[row[filters.rowId]] === rowId);
      if (index === -1) return false;
      if (!this.matching.includes(index)) {
        for (const name of fields) this.form.elements[name].value = "";
        this.apply();
      }
      this.mark(this.matching.indexOf(index), true);
      const row = this.nodes[this.current];
      if (!row.classList.contains("opened")) this.toggle(row);
      row.scrollIntoView({ block: "center" });
      return true;
    }

    sortBy(column, descending) {
      this.column = column;
      this.descending = descending;
      const { sort, numeric } = this.data.columns[column];
      const { rows } = this.data;
      let order = rows.map((_, index) => index);
      if (sort !== null) {
        const keys = rows.map((row) => (numeric ? toNumber(this.plain[row[sort]]) : this.plain[row[sort]]));
        const compare = numeric ? (a, b) => a - b : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
        order = order.toSorted((a, b) => compare(keys[a], keys[b]) || a - b);
      }
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
      this.shown = 0;
      this.current = -1;
      this.nodes = [];
      this.body.replaceChildren();
      this.region.scrollTop = 0;
      const { rows, total } = this.data;
      const all = total > rows.length ? `${number.format(rows.length)} embedded rows` : `${number.format(total)} rows`;
      this.status.textContent = `${number.format(this.matching.length)} of ${all}`;
      this.openedRow = undefined;
      this.table.setAttribute("aria-rowcount", String(this.matching.length + 1));
      if (this.matching.length === 0) {
        const cell = element(
          "td",
          { class: "nothing", colspan: String(this.places.length - this.hiddenColumns.size) },
          "No row matches.",
        );
        this.body.append(element("tr", { class: "nothing-row" }, cell));
      }
      this.showMore();
    }

    showMore() {
      const end = Math.min(this.shown + step, this.matching.length);
      const fragment = document.createDocumentFragment();
      for (; this.shown < end; this.shown++) {
        const node = this.rowNode(this.shown);
        this.nodes.push(node);
        fragment.append(node);
      }
      this.body.append(fragment);
      const left = this.matching.length - this.shown;
      this.more.hidden = left === 0;
      this.more.firstElementChild.textContent = `Show ${number.format(Math.min(step, left))} more of ${number.format(left)} rows`;
    }

    rowNode(position) {
      const { columns, rows, texts } = this.data;
      const row = rows[this.matching[position]];
      const rowId = this.plain[row[this.data.filters.rowId]];
      const node = element("tr", { class: "row", "aria-rowindex": String(position + 2), id: rowId });
      node.dataset.position = String(position);
      columns.forEach((column, index) => {
        if (this.hiddenColumns.has(index)) return;
        const text = this.plain[row[index]];
        const nodes =
          column.className === "is-exception" && text !== ""
            ? [exceptionLink(text, nodesOf(texts[row[index]]))]
            : nodesOf(texts[row[index]]);
        const content =
          node.cells.length === 0
            ? [element("button", { type: "button", class: "open-row", "aria-expanded": "false" }, ...nodes)]
            : nodes;
        const cell = element("td", { class: column.className }, ...content);
        cell.dataset.head = column.head;
        node.append(cell);
      });
      return node;
    }

    clicked(event) {
      const row = event.target.closest("tr.row");
      if (event.target.closest("a") !== null) return;
      // Whoever drags over a text wants to copy it, not to open the row.
      if (row === null || (event.detail > 0 && !window.getSelection().isCollapsed)) return;
      this.mark(Number(row.dataset.position), false);
      this.toggle(row);
    }

    toggle(row) {
      const button = row.querySelector(".open-row");
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      row.classList.toggle("opened", !open);
      this.openedRow = open ? undefined : row.id;
      this.writeAddress();
      if (open) row.nextElementSibling.remove();
      else row.after(this.detailsNode(this.data.rows[this.matching[Number(row.dataset.position)]]));
    }

    detailsNode(row) {
      const { details, texts } = this.data;
      const list = element("dl", {});
      details.forEach((name, index) => {
        const place = row[this.own + index];
        const text = this.plain[place];
        const value = text === "" ? [element("span", { class: "muted" }, "empty")] : nodesOf(texts[place]);
        const wide = text.length > 60 ? { class: "wide" } : {};
        list.append(element("div", wide, element("dt", {}, name), element("dd", {}, ...value)));
      });
      const shown = this.places.length - this.hiddenColumns.size;
      return element("tr", { class: "details" }, element("td", { colspan: String(shown) }, list, this.copyButton(row)));
    }

    copyButton(row) {
      const { details } = this.data;
      const button = element("button", { type: "button", class: "button" }, "Copy as JSON");
      button.addEventListener("click", async (event) => {
        event.stopPropagation();
        const values = details.map((name, index) => [name, this.plain[row[this.own + index]]]);
        const json = JSON.stringify(Object.fromEntries(values), null, 2);
        try {
          await navigator.clipboard.writeText(json);
          button.textContent = "Copied";
        } catch {
          // Without leave to use the clipboard the text is shown, to be copied by hand.
          const area = element("textarea", { rows: "8", "aria-label": "The row as JSON", readonly: "" });
          area.value = json;
          button.replaceWith(area);
          area.select();
        }
      });
      return button;
    }

    mark(position, focus) {
      if (position < 0 || position >= this.matching.length) return;
      while (position >= this.shown) this.showMore();
      this.nodes[this.current]?.classList.remove("current");
      const row = this.nodes[position];
      row.classList.add("current");
      this.current = position;
      if (!focus) return;
      row.querySelector(".open-row").focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }

  // An exception of which this page has no entry stands in the workbook; the section says so.
  function exceptionLink(id, nodes) {
    return element("a", { href: document.getElementById(id) === null ? "#exceptions" : `#${id}` }, ...nodes);
  }

  function toNumber(text) {
    const value = Number(text);
    return text === "" || Number.isNaN(value) ? -1 : value;
  }

  function debounced(action) {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, 120);
    };
  }

  const registers = [...document.querySelectorAll(".register")]
    .filter((node) => node.querySelector("table") !== null)
    .map((node) => new Register(node));
  const registerOf = new Map(registers.map((register) => [register.node, register]));
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        registerOf.get(target).load();
      }
    },
    { rootMargin: "1200px" },
  );
  for (const register of registers) near.observe(register.node);

  function followAddress() {
    const [, ofRow] = /^#([a-z]+)-[0-9a-z]+$/.exec(location.hash) ?? [];
    const holder = registers.find(({ node }) => node.dataset.register === ofRow);
    if (holder !== undefined) {
      if (!holder.showRow(location.hash.slice(1))) holder.node.scrollIntoView();
      return;
    }
    const [, name, view] = /^#([a-z]+)\?(.*)$/.exec(location.hash) ?? [];
    const register = registers.find(({ node }) => node.dataset.register === name);
    register?.readAddress(new URLSearchParams(view));
  }
  window.addEventListener("hashchange", followAddress);

  // The section being read is marked in the list of sections.
  const sections = [document.getElementById("top"), ...document.querySelectorAll("main > section")];
  const linkOf = new Map(
    sections.map((section) => [section, document.querySelector(`.sections a[href="#${CSS.escape(section.id)}"]`)]),
  );
  let reading = sections[0];
  function markReading() {
    const line = window.innerHeight * 0.35;
    const last = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
    reading = (last ? sections.at(-1) : passed.at(-1)) ?? sections[0];
    for (const [section, link] of linkOf) {
      if (section === reading) link?.setAttribute("aria-current", "location");
      else link?.removeAttribute("aria-current");
    }
  }
  window.addEventListener("scroll", markReading, { passive: true });
  window.addEventListener("resize", markReading);
  followAddress();
  markReading();

  function toSection(offset) {
    const target = sections[sections.indexOf(reading) + offset];
    if (target === undefined) return;
    target.scrollIntoView();
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    markReading();
  }

  function registerInReach() {
    markReading();
    const focused = document.activeElement?.closest(".register");
    if (focused !== null && focused !== undefined) return registerOf.get(focused);
    const inSection = registers.find((register) => reading.contains(register.node));
    return inSection ?? registers.find((register) => register.node.getBoundingClientRect().bottom > 0);
  }

  // Bars over time choose the times of the register below them.
  function brush(figure) {
    const group = [...figure.closest("section").querySelectorAll(".bars, .register")];
    const register = registerOf.get(group.slice(group.indexOf(figure)).find((node) => registerOf.has(node)));
    if (register === undefined) {
      figure.querySelector(".brush-note")?.remove();
      return;
    }
    const from = Date.parse(figure.dataset.from);
    const length = Date.parse(figure.dataset.to) - from;
    const plots = [...figure.querySelectorAll("svg.plot")];
    const space = "http://www.w3.org/2000/svg";
    const marks = plots.map((plot) => {
      const mark = document.createElementNS(space, "rect");
      mark.setAttribute("class", "brush");
      mark.setAttribute("height", "100%");
      mark.setAttribute("width", "0");
      plot.append(mark);
      return mark;
    });
    let start;
    const shareAt = (event) => {
      const box = plots[0].getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    const paint = (low, high) => {
      for (const mark of marks) {
        mark.setAttribute("x", `${low * 100}%`);
        mark.setAttribute("width", `${(high - low) * 100}%`);
      }
    };
    const at = (share) => new Date(from + share * length).toISOString().slice(0, 19);
    for (const plot of plots) {
      plot.addEventListener("pointerdown", (event) => {
        start = shareAt(event);
        plot.setPointerCapture(event.pointerId);
      });
      plot.addEventListener("pointermove", (event) => {
        if (start !== undefined) paint(Math.min(start, shareAt(event)), Math.max(start, shareAt(event)));
      });
      plot.addEventListener("pointerup", (event) => {
        if (start === undefined) return;
        const [low, high] = [Math.min(start, shareAt(event)), Math.max(start, shareAt(event))];
        start = undefined;
        register.load();
        // A click puts all times back.
        if (high - low < 0.005) {
          paint(0, 0);
          register.setTimes("", "");
        } else register.setTimes(at(low), at(high));
      });
      plot.addEventListener("pointercancel", () => (start = undefined));
    }
  }
  for (const figure of document.querySelectorAll("figure.bars")) brush(figure);

  // Walks from one entry of the open exceptions to the next.
  function nextException() {
    const links = [...document.querySelectorAll("#exceptions tr[id]")];
    const now = links.findIndex((row) => row.contains(document.activeElement));
    const row = links[(now + 1) % links.length];
    const target = row?.querySelector("a") ?? row;
    if (target === undefined) return;
    if (target === row) row.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }

  const keys = document.querySelector("dialog.keys");
  const actions = {
    "/": () => {
      const register = registerInReach();
      register?.load();
      register?.form.elements.search.focus();
    },
    j: () => stepBy(1),
    k: () => stepBy(-1),
    "[": () => toSection(-1),
    "]": () => toSection(1),
    e: nextException,
    "?": () => keys.showModal(),
  };
  function stepBy(by) {
    const register = registerInReach();
    register?.load();
    register?.mark(register.current + by, true);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape") {
      if (location.hash === "#sections") location.hash = "#top";
      else typing?.blur();
      return;
    }
    if (typing || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });

  document.querySelector("[data-action=keys]").addEventListener("click", () => keys.showModal());
  document.querySelector("[data-action=theme]").addEventListener("click", () => {
    const dark = root.dataset.theme ?? (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = dark === "dark" ? "light" : "dark";
  });
})();
