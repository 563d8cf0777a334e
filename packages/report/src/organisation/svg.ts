import { LogoProblem } from "./logo.js";

/** A shape of an SVG as a path. */
export interface SvgShape {
  readonly path: string;
  /** `#rrggbb` */
  readonly fill: string;
  readonly evenOdd: boolean;
  /** Matrices from the outermost group inwards. */
  readonly transforms: readonly (readonly [number, number, number, number, number, number])[];
}

/** An SVG of plain filled shapes. */
export interface SvgPicture {
  readonly width: number;
  readonly height: number;
  /** Where the picture begins in its own coordinates. */
  readonly left: number;
  readonly top: number;
  readonly shapes: readonly SvgShape[];
}

interface State {
  readonly fill: string;
  readonly evenOdd: boolean;
  readonly transforms: SvgShape["transforms"];
}

const silent = new Set(["title", "desc", "metadata", "defs"]);
const number = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
const colours: Readonly<Record<string, string>> = {
  black: "#000000",
  white: "#ffffff",
  currentcolor: "#161b24",
  none: "",
};
const mostShapes = 2_000;

/**
 * Reads an SVG of filled shapes: `path`, `rect`, `circle`, `ellipse`, `polygon` in groups, with `fill`, `fill-rule`, `transform` and a
 * `viewBox`. Throws {@link LogoProblem} for anything else (text, styles, gradients, scripts, references), and names it: nothing is
 * left out silently.
 */
export function readSvg(text: string): SvgPicture {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new LogoProblem("the SVG has a document type");
  const tags = text
    .replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, "")
    .matchAll(/<(\/?)([\w:-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/g);
  const shapes: SvgShape[] = [];
  const stack: State[] = [{ fill: "#000000", evenOdd: false, transforms: [] }];
  let box: readonly number[] | undefined;
  let skipping = "";
  for (const [, closing, name = "", rest = "", selfClosing] of tags) {
    if (skipping !== "") {
      if (closing !== "" && name === skipping) skipping = "";
      continue;
    }
    if (closing !== "") {
      if (name === "g" || name === "svg") stack.pop();
      continue;
    }
    if (silent.has(name)) {
      if (name === "defs" && selfClosing === "") throw new LogoProblem("the SVG has definitions");
      if (selfClosing === "") skipping = name;
      continue;
    }
    const attributes = attributesOf(rest);
    const state = stateOf(attributes, stack.at(-1));
    if (name === "svg" && box === undefined) box = boxOf(attributes);
    if (name === "svg" || name === "g") {
      if (selfClosing === "") stack.push(state);
      continue;
    }
    const path = pathOf(name, attributes);
    if (state.fill !== "") shapes.push({ path, ...state });
    if (shapes.length > mostShapes) throw new LogoProblem(`the SVG has more than ${mostShapes} shapes`);
  }
  const [left = 0, top = 0, width = 0, height = 0] = box ?? [];
  if (!(width > 0 && height > 0)) throw new LogoProblem("the SVG has neither a viewBox nor a width and height");
  if (shapes.length === 0) throw new LogoProblem("the SVG has no filled shape");
  return { left, top, width, height, shapes };
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map(
    Array.from(text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g), ([, name = "", one, two]) => [
      name,
      one ?? two ?? "",
    ]),
  );
  for (const declaration of (found.get("style") ?? "").split(";")) {
    const [name = "", value = ""] = declaration.split(":").map((part) => part.trim());
    if (name !== "") found.set(name, value);
  }
  for (const name of ["stroke", "filter", "mask", "clip-path"])
    if (!["none", undefined].includes(found.get(name)))
      throw new LogoProblem(`the SVG uses ${name}; turn it into filled paths`);
  return found;
}

function boxOf(attributes: ReadonlyMap<string, string>): readonly number[] {
  const box = numbersOf(attributes.get("viewBox") ?? "");
  if (box.length === 4) return box;
  return [0, 0, Number.parseFloat(attributes.get("width") ?? ""), Number.parseFloat(attributes.get("height") ?? "")];
}

function stateOf(attributes: ReadonlyMap<string, string>, outer: State | undefined): State {
  const fill = attributes.get("fill");
  const rule = attributes.get("fill-rule");
  const transform = attributes.get("transform");
  return {
    fill: fill === undefined ? (outer?.fill ?? "#000000") : colourOf(fill),
    evenOdd: rule === undefined ? outer?.evenOdd === true : rule === "evenodd",
    transforms: [...(outer?.transforms ?? []), ...(transform === undefined ? [] : transformsOf(transform))],
  };
}

function colourOf(value: string): string {
  const colour = value.toLowerCase().trim();
  const known = Object.hasOwn(colours, colour) ? colours[colour] : undefined;
  if (known !== undefined) return known;
  const [, r, g, b] = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(colour) ?? [];
  if (r !== undefined) return `#${r}${r}${g}${g}${b}${b}`;
  if (/^#[0-9a-f]{6}$/.test(colour)) return colour;
  throw new LogoProblem(`the SVG fills with ${value.slice(0, 40)}; give colours as #rrggbb`);
}

function transformsOf(text: string): SvgShape["transforms"] {
  return Array.from(text.matchAll(/(\w+)\s*\(([^)]*)\)/g), ([, name = "", list = ""]) => {
    const [a = 0, b, ...more] = numbersOf(list);
    if (name === "translate") return [1, 0, 0, 1, a, b ?? 0] as const;
    if (name === "scale") return [a, 0, 0, b ?? a, 0, 0] as const;
    if (name === "matrix" && more.length === 4)
      return [a, b ?? 0, more[0] ?? 0, more[1] ?? 0, more[2] ?? 0, more[3] ?? 0] as const;
    if (name === "rotate" && b === undefined) {
      const angle = (a * Math.PI) / 180;
      return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0] as const;
    }
    throw new LogoProblem(`the SVG has the transform ${name.slice(0, 40)}`);
  });
}

function pathOf(name: string, attributes: ReadonlyMap<string, string>): string {
  const of = (attribute: string) => Number.parseFloat(attributes.get(attribute) ?? "0") || 0;
  if (name === "path") {
    const path = attributes.get("d") ?? "";
    if (!/^\s*[Mm][MmLlHhVvCcSsQqTtAaZz0-9eE+\-.,\s]*$/.test(path))
      throw new LogoProblem("the SVG has a path that is none");
    return path;
  }
  if (name === "rect" && of("rx") === 0 && of("ry") === 0)
    return `M${of("x")} ${of("y")}h${of("width")}v${of("height")}h${-of("width")}z`;
  if (name === "circle" || name === "ellipse") {
    const [rx, ry] = name === "circle" ? [of("r"), of("r")] : [of("rx"), of("ry")];
    return `M${of("cx") - rx} ${of("cy")}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
  }
  if (name === "polygon") return `M${numbersOf(attributes.get("points") ?? "").join(" ")}z`;
  throw new LogoProblem(`the SVG has an element <${name.slice(0, 40)}>; turn it into paths`);
}

function numbersOf(text: string): readonly number[] {
  return Array.from(text.matchAll(new RegExp(number, "g")), ([value]) => Number(value));
}
