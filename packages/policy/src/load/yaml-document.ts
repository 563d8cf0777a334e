import { Composer, CST, isCollection, Lexer, Parser } from "yaml";
import type { Document, ParsedNode, YAMLParseError } from "yaml";

import { failAt } from "./loading-failure.js";
import { maxDepth } from "./policy-value.js";
import type { Position } from "./policy-value.js";

const refused = "failed decoding: yaml: ";

/**
 * Parses the first document of a YAML text; what follows it is not even looked at, as in kube-apiserver.
 *
 * Gives undefined for a text without a document. Throws a `LoadingFailure` for the first syntax error.
 */
export function parseFirstDocument(
  text: string,
  position: (offset: number) => Position,
): Document.Parsed<ParsedNode> | undefined {
  const composer = new Composer<ParsedNode>({
    version: "1.1",
    schema: "failsafe",
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  for (const token of firstDocumentTokens(text, position)) {
    if (token.type === "document") refuseDeepNesting(token, position);
    if (token.type === "directive") refuseDirective(token, position);
    for (const document of composer.next(token)) return checked(document, text, position);
  }
  for (const document of composer.end(true, text.length)) return checked(document, text, position);
  return undefined;
}

/** The CST tokens up to the end of the first document: the marker of the second ends the reading. */
function* firstDocumentTokens(text: string, position: (offset: number) => Position): Generator<CST.Token> {
  const parser = new Parser();
  let offset = 0;
  let open = 0;
  let begun = false;
  let previous = "";
  for (const lexeme of createLexer().lex(text)) {
    if ((lexeme === "---" || lexeme === "...") && previous !== CST.SCALAR && begun) break;
    begun ||= !beforeDocument.has(CST.tokenType(lexeme) ?? "scalar");
    previous = lexeme;
    if (lexeme === "[" || lexeme === "{") open++;
    if (lexeme === "]" || lexeme === "}") open--;
    if (open > maxDepth) throw tooDeep(position(offset));
    offset += lexeme.length;
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

/** What can stand before a document without being part of it. */
const beforeDocument: ReadonlySet<string> = new Set([
  "byte-order-mark",
  "doc-mode",
  "directive-line",
  "space",
  "comment",
  "newline",
]);

/**
 * A lexer that lets the lines inside brackets and quotes begin in any column, as yaml.v2 does.
 *
 * Later YAML asks for indentation there, so the lexer of this exact release of `yaml` keeps the least column in
 * `indentNext`; inside brackets and quotes it now reads 0.
 */
function createLexer(): Lexer {
  const lexer = new Lexer();
  const readQuoted = Reflect.get(lexer, "parseQuotedScalar") as () => Generator<string, unknown>;
  let indent: unknown = 0;
  let isQuoted = false;
  Object.defineProperties(lexer, {
    indentNext: {
      get: () => (isQuoted || Number(Reflect.get(lexer, "flowLevel")) > 0 ? 0 : indent),
      set: (value: unknown) => {
        indent = value;
      },
    },
    parseQuotedScalar: {
      value: function* parseQuotedScalar(): Generator<string, unknown> {
        isQuoted = true;
        const scalar = readQuoted.call(lexer);
        const first = scalar.next();
        isQuoted = false;
        if (first.done === true) return first.value;
        yield first.value;
        return yield* scalar;
      },
    },
  });
  return lexer;
}

function checked(
  document: Document.Parsed<ParsedNode>,
  text: string,
  position: (offset: number) => Position,
): Document.Parsed<ParsedNode> {
  const error = document.errors.find((one) => !one.message.startsWith(commentMessage));
  if (error === undefined || isBehindEnd(error, document, text)) return document;
  const place = position(error.pos[0]);
  const reason = error.message.split("\n")[0] ?? error.message;
  throw failAt(
    "KAUDIT_POLICY_SYNTAX",
    place,
    `Not valid YAML: ${reason}. Mend the text there; indentation must be spaces.`,
    `${refused}line ${place.line}: ${reason}`,
  );
}

/** yaml.v2 lets a comment stand right behind a bracket or a quote. */
const commentMessage = "Comments must be separated from other tokens";

/**
 * Tells whether the error is about text behind the first document's value, which yaml.v2 never looks at. Such a value
 * ends with its closing bracket, or where a line begins further to the left.
 */
function isBehindEnd(error: YAMLParseError, { contents }: Document.Parsed<ParsedNode>, text: string): boolean {
  if (contents === null || error.pos[0] < contents.range[1]) return false;
  if (!/ at node end$| in YAML stream: /.test(error.message)) return false;
  const isBlock = isCollection(contents) && contents.flow !== true;
  return !isBlock || indentAt(text, error.pos[0]) < indentAt(text, contents.range[0]);
}

/** How many spaces the line around `offset` begins with. */
function indentAt(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return (/^ */.exec(text.slice(start, offset)) ?? [""])[0].length;
}

/** yaml.v2 knows YAML 1.1 only, and of directives %YAML and %TAG. */
function refuseDirective(token: CST.Directive, position: (offset: number) => Position): void {
  const isTag = /^%TAG[ \t]/.test(token.source);
  const isYaml = /^%YAML[ \t]/.test(token.source);
  if (isTag || /^%YAML[ \t]+1\.1[ \t]*(#.*)?$/.test(token.source)) return;
  throw failAt(
    "KAUDIT_POLICY_SYNTAX",
    position(token.offset),
    "This directive is refused: kube-apiserver reads YAML 1.1, with %YAML 1.1 or without. Remove the line.",
    `${refused}${isYaml ? "found incompatible YAML document" : "found unknown directive name"}`,
  );
}

function refuseDeepNesting(token: CST.Document, position: (offset: number) => Position): void {
  const open: (readonly [token: CST.Token, depth: number])[] = token.value === undefined ? [] : [[token.value, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [at, depth] = next;
    if (depth > maxDepth) throw tooDeep(position(at.offset));
    if (!("items" in at)) continue;
    for (const item of at.items) {
      if ("key" in item && item.key !== undefined && item.key !== null) open.push([item.key, depth + 1]);
      if (item.value !== undefined) open.push([item.value, depth + 1]);
    }
  }
}

function tooDeep(place: Position): Error {
  return failAt(
    "KAUDIT_POLICY_LIMIT",
    place,
    `The YAML is nested more than ${maxDepth} levels deep; a policy needs 6. Remove what is not part of the policy.`,
    "",
  );
}
