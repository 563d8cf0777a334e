import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { parseSources, visitNodes } from "./source-tree.js";
import { publicPackages, readRepositoryFile, repository, repositoryFiles } from "./workspace.js";

const binary = new Set([".ttf", ".woff", ".woff2", ".png", ".jpg", ".gz", ".pdf", ".xlsx", ".ico"]);
/** Files that others wrote: data and licences. */
const foreign = /^examples\/.*\.log$|\/fixtures\/|^package-lock\.json$|(?:^|\/)LICENSE[^/]*$|\/fonts\//u;
const texts = repositoryFiles()
  .filter((path) => !binary.has(extname(path)) && !foreign.test(path))
  .map((path) => ({ path, text: readRepositoryFile(path) }));
const templates = texts.filter(({ path }) => /(?:^|\/)templates\//u.test(path));

/** Names the files, and lines in them, that a pattern finds. */
function found(pattern: RegExp, files = texts): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : [])),
  );
}

describe("the repository's own text", () => {
  test("there is some, and this file is part of it", () => {
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.map(({ path }) => path)).toContain("test/source-hygiene.test.ts");
  });

  test("no work is left behind as a note", () => {
    expect(found(/\b(?:TOD[O]|FIXM[E]|XX[X])\b/u)).toEqual([]);
  });

  test("no path of a machine stands in it", () => {
    expect(found(/(?<![\w.~])\/(?:home|Users|root)\/[\w.-]/u)).toEqual([]);
    const parent = `${dirname(repository)}/`;
    // Above a clone in the folder for temporary files stands a path that tests may well name.
    if (parent !== "//" && parent !== `${tmpdir()}/`)
      expect(texts.filter(({ text }) => text.includes(parent)).map(({ path }) => path)).toEqual([]);
  });

  test("no invisible or direction-changing character stands in it", () => {
    // Test tables of such characters are written with escapes, so that a reader sees them.
    expect(found(/[\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff]/u)).toEqual([]);
  });

  test("each published package carries the licence", () => {
    const licence = readRepositoryFile("LICENSE");
    for (const { path } of publicPackages) expect(readRepositoryFile(`${path}/LICENSE`)).toBe(licence);
  });
});

describe("code that makes code", () => {
  test.each(publicPackages)("$path makes no code from text", ({ folder }) => {
    const uses = parseSources(join(folder, "src")).flatMap(({ path, tree, imports }) => {
      const names: string[] = imports.filter((name) => name === "node:vm" || name === "vm");
      visitNodes(tree, (node) => {
        if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
        const callee = node.expression.getText(tree);
        if (/^(?:globalThis\.)?(?:eval|Function)$/u.test(callee)) names.push(callee);
        const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
        if (dynamic && !ts.isStringLiteralLike(node.arguments?.[0] ?? node)) names.push("import() of a computed name");
      });
      return names.map((name) => `${path}: ${name}`);
    });
    expect(uses).toEqual([]);
  });
});

describe("templates", () => {
  /** The only files that may say that a text needs no escaping. */
  const mayTrustText = ["packages/report/src/html/inline-asset.ts"];
  const code = texts.filter(({ path }) => /\/src\/.*\.ts$/u.test(path));

  test("escape every value: no triple braces, no {{&", () => {
    expect(templates.filter(({ path }) => path.endsWith(".hbs")).length).toBeGreaterThan(0);
    expect(found(/\{\{\{|\{\{~?&/u, templates)).toEqual([]);
  });

  test("escaping is never turned off", () => {
    expect(found(/\bnoEscape\s*:/u, code)).toEqual([]);
    expect(code.filter(({ text }) => /new [\w.]*SafeString\(/u.test(text)).map(({ path }) => path)).toEqual(
      mayTrustText,
    );
  });

  test("prototypes stay closed", () => {
    expect(found(/allowProto(?:Properties|Methods)ByDefault\s*:\s*true|allowCallsToHelperMissing\s*:/u, code)).toEqual(
      [],
    );
  });

  test("scripts set text, never markup, and make no code", () => {
    const scripts = templates.filter(({ path }) => path.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(0);
    const markup =
      /\.(?:inner|outer)HTML\s*[+=]|insertAdjacentHTML\(|document\.write|\beval\(|new Function\(|setTimeout\(\s*["'`]/u;
    expect(found(markup, scripts)).toEqual([]);
  });

  test("no event handlers, no javascript: addresses and nothing from elsewhere in the markup", () => {
    const markup = templates.filter(({ path }) => path.endsWith(".hbs"));
    expect(found(/<[^>]*\son[a-z]+\s*=|javascript:|(?:src|href|url\()=?["'(]?\s*(?:https?:)?\/\//iu, markup)).toEqual(
      [],
    );
  });
});
