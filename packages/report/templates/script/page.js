// The page as a whole: registers, addresses, the section being read, and keys.

const root = document.documentElement;
root.classList.add("scripted");

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

async function followAddress() {
  const [, ofRow] = /^#([a-z]+)-[0-9a-z]+$/.exec(location.hash) ?? [];
  const holder = registers.find(({ node }) => node.dataset.register === ofRow);
  if (holder !== undefined) {
    if (!(await holder.showRow(location.hash.slice(1)))) holder.node.scrollIntoView();
    return;
  }
  const [, name, view] = /^#([a-z]+)\?(.*)$/.exec(location.hash) ?? [];
  const register = registers.find(({ node }) => node.dataset.register === name);
  await register?.readAddress(new URLSearchParams(view));
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
async function stepBy(by) {
  const register = registerInReach();
  if (register !== undefined && (await register.load())) register.mark(register.current + by, true);
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
