import { readPackageFile } from "../package-files.js";
import { contentSecurityPolicy } from "./content-security-policy.js";

/** Style and script of the page, and the policy that lets exactly these two in. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  readonly contentSecurityPolicy: string;
}

const latin =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const latinExtended =
  "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";

/** IBM Plex in the cuts that the page uses; other scripts are drawn in the reader's own fonts. */
const fontFaces = [
  { family: "IBM Plex Sans", weight: 300, style: "normal", range: latin, file: "ibm-plex-sans-latin-300-normal" },
  { family: "IBM Plex Sans", weight: 400, style: "normal", range: latin, file: "ibm-plex-sans-latin-400-normal" },
  { family: "IBM Plex Sans", weight: 400, style: "italic", range: latin, file: "ibm-plex-sans-latin-400-italic" },
  { family: "IBM Plex Sans", weight: 500, style: "normal", range: latin, file: "ibm-plex-sans-latin-500-normal" },
  { family: "IBM Plex Sans", weight: 600, style: "normal", range: latin, file: "ibm-plex-sans-latin-600-normal" },
  {
    family: "IBM Plex Sans",
    weight: 400,
    style: "normal",
    range: latinExtended,
    file: "ibm-plex-sans-latin-ext-400-normal",
  },
  { family: "IBM Plex Mono", weight: 400, style: "normal", range: latin, file: "ibm-plex-mono-latin-400-normal" },
  { family: "IBM Plex Mono", weight: 500, style: "normal", range: latin, file: "ibm-plex-mono-latin-500-normal" },
  {
    family: "IBM Plex Mono",
    weight: 400,
    style: "normal",
    range: latinExtended,
    file: "ibm-plex-mono-latin-ext-400-normal",
  },
] as const;

/** The page's own script: files that see each other's names, in one function. Without it the page is whole but for filters, sorting and row details. */
const scriptFiles = ["elements", "row-store", "row-window", "row-nodes", "register", "page"] as const;

let assets: PageAssets | undefined;

/** Reads the page's style, script and fonts from the package, once. Throws `KAUDIT_REPORT_FILE_MISSING` if one is not there. */
export function pageAssets(): PageAssets {
  if (assets !== undefined) return assets;
  const fonts = fontFaces.map(
    (face) =>
      `@font-face{font-family:"${face.family}";font-style:${face.style};font-weight:${face.weight};` +
      `src:url(data:font/woff2;base64,${readPackageFile("fonts", "web", `${face.file}.woff2`).toString("base64")}) format("woff2");` +
      `unicode-range:${face.range}}\n`,
  );
  const style = fonts.join("") + readPackageFile("templates", "report.css").toString("utf8");
  const parts = scriptFiles.map((file) => readPackageFile("templates", "script", `${file}.js`).toString("utf8"));
  const script = `"use strict";\n(() => {\n${parts.join("\n")}})();\n`;
  assets = { style, script, contentSecurityPolicy: contentSecurityPolicy(style, script) };
  return assets;
}
