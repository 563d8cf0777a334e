// What a row of a register looks like: its cells, and below it all its columns when it is open.

// An exception of which this page has no entry stands in the workbook; the section says so.
function exceptionLink(id, nodes) {
  return element("a", { href: document.getElementById(id) === null ? "#exceptions" : `#${id}` }, ...nodes);
}

// `columns`: those shown, each with its place in the store, its head and its class.
function rowNode(store, row, columns, { position, rowId, isOpen, isCurrent }) {
  const node = element("tr", { class: "row", "aria-rowindex": String(position + 2), id: rowId });
  node.classList.toggle("opened", isOpen);
  node.classList.toggle("current", isCurrent);
  node.dataset.position = String(position);
  for (const { place, head, className } of columns) {
    const text = store.plainOf(place, row);
    const nodes = nodesOf(store.textOf(place, row));
    const linked = className === "is-exception" && text !== "" ? [exceptionLink(text, nodes)] : nodes;
    const content =
      node.cells.length === 0
        ? [element("button", { type: "button", class: "open-row", "aria-expanded": String(isOpen) }, ...linked)]
        : linked;
    const cell = element("td", { class: className }, ...content);
    cell.dataset.head = head;
    node.append(cell);
  }
  return node;
}

// `own`: the cells of the printed table, after which all columns of the register follow.
function detailsNode(store, row, own, width) {
  const { details } = store.about;
  const list = element("dl", {});
  details.forEach((name, index) => {
    const text = store.plainOf(own + index, row);
    const value =
      text === "" ? [element("span", { class: "muted" }, "empty")] : nodesOf(store.textOf(own + index, row));
    const wide = text.length > 60 ? { class: "wide" } : {};
    list.append(element("div", wide, element("dt", {}, name), element("dd", {}, ...value)));
  });
  const values = details.map((name, index) => [name, store.plainOf(own + index, row)]);
  return element(
    "tr",
    { class: "details" },
    element("td", { colspan: String(width) }, list, copyButton(Object.fromEntries(values))),
  );
}

function copyButton(values) {
  const button = element("button", { type: "button", class: "button" }, "Copy as JSON");
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    const json = JSON.stringify(values, null, 2);
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
