import { readdirSync } from "node:fs";
import Handlebars from "handlebars";
import { packageFilePath, readPackageFile } from "../package-files.js";

/**
 * Compiles the page's templates.
 *
 * They are compiled when the first page is made, not at build time: the files in `templates` are then the only form
 * there is, the same in the repository and in the installed package, and an auditor can read what made the page. It
 * costs about 30 ms once.
 *
 * `strict` makes a misspelt or missing field an error instead of an empty place. Prototype properties and methods
 * cannot be reached (Handlebars' default, stated again below), and there are no helpers but Handlebars' own `if`,
 * `unless` and `each`.
 */
function compilePage(): (view: object) => string {
  const handlebars = Handlebars.create();
  for (const helper of ["helperMissing", "blockHelperMissing", "log", "lookup", "with"]) {
    handlebars.unregisterHelper(helper);
  }
  for (const file of readdirSync(packageFilePath("templates", "blocks")).toSorted()) {
    if (file.endsWith(".hbs")) handlebars.registerPartial(file.slice(0, -4), readTemplate("blocks", file));
  }
  const template = handlebars.compile(readTemplate("page.hbs"), {
    strict: true,
    preventIndent: true,
    knownHelpers: { if: true, unless: true, each: true },
    knownHelpersOnly: true,
  });
  return (view) =>
    template(view, {
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
      allowedProtoProperties: {},
    });
}

/** The last line break of a template file belongs to the file, not to the text. */
function readTemplate(...parts: readonly string[]): string {
  return readPackageFile("templates", ...parts)
    .toString("utf8")
    .replace(/\n$/, "");
}

let page: ((view: object) => string) | undefined;

/** Fills the page's templates with a view. Throws if the view lacks a field that a template names. */
export function fillPage(view: object): string {
  page ??= compilePage();
  return page(view);
}
