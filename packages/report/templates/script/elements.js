// Elements made of texts. Text from the log is only ever set as text; Trusted Types forbid anything else.

const unbrokenLength = 16;
const mostPieces = 24;
const classOfKind = { b: "strong", m: "muted", n: "none", e: "escape", c: "code" };
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

// A text of the data: a string is one run of the log; else kind and text alternate.
function nodesOf(text) {
  if (typeof text === "string") return text === "" ? [] : [logNode(text)];
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
