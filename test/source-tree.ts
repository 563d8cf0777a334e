import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A parsed source file. */
export interface ParsedSource {
  /** Relative to the folder that was read. */
  readonly path: string;
  readonly tree: ts.SourceFile;
  /** What it imports, requires or re-exports, as written. */
  readonly imports: readonly string[];
}

/** Parses every TypeScript file below a folder; none if there is no such folder. */
export function parseSources(folder: string): readonly ParsedSource[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(folder, path), "utf8");
      return {
        path,
        tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
        imports: ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName),
      };
    });
}

/** Calls `visit` for every node of a tree. */
export function visitNodes(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => visitNodes(child, visit));
}

/** Tells whether a name stands for a value here: no property, no key, no type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent)) return false;
  return !ts.isPropertySignature(parent) && !ts.isPropertyDeclaration(parent) && !ts.isMethodDeclaration(parent);
}

/** Names every use of one of `globals` as a value, and every use of one of the dotted `members`: `Date.now`. */
export function usesOf(tree: ts.SourceFile, globals: readonly string[], members: readonly string[]): readonly string[] {
  const found: string[] = [];
  visitNodes(tree, (node) => {
    if (ts.isIdentifier(node) && globals.includes(node.text) && isValue(node)) found.push(node.text);
    if (ts.isPropertyAccessExpression(node) && members.includes(node.getText(tree))) found.push(node.getText(tree));
    const called = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (called && node.expression.getText(tree) === "Date" && (node.arguments ?? []).length === 0) found.push("Date()");
  });
  return found;
}
