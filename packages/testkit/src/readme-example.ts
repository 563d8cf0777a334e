import { inspect } from "node:util";

/** A runnable example of a README: a fenced `ts` block, and what the fenced block right after it says it prints. */
export interface ReadmeExample {
  /** The first line of code, to name a test by. */
  readonly title: string;
  readonly code: string;
  /** With a line end after each line; null when no block of output follows. */
  readonly output: string | null;
}

/** Gives the examples of a README in their order. Output stands in a fenced block after one empty line. */
export function readmeExamples(markdown: string): readonly ReadmeExample[] {
  const blocks = markdown.matchAll(/^```ts\n([^]*?)^```\n(?:\n```(?!ts\n)\w*\n([^]*?)^```$)?/gm);
  return [...blocks].map(([, code = "", output]) => ({
    title: code.split("\n", 1)[0] ?? "",
    code,
    output: output ?? null,
  }));
}

/**
 * Runs the code of an example and gives what it logged, a line for each call of `console.log`.
 *
 * The code is TypeScript with `import` and top-level `await`; types are removed, not checked. `modules` holds what its
 * imports stand for, so that an example runs against the sources of this checkout. Rejects with what the code throws,
 * and with an `Error` for an import that `modules` does not have.
 */
export async function runReadmeExample(
  code: string,
  modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Promise<string> {
  // Loaded here, because it takes a while and most users of the testkit have no README to run.
  const { default: ts } = await import("typescript");
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, isolatedModules: true },
  });
  const lines: string[] = [];
  const log = (...values: readonly unknown[]): void => {
    lines.push(values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" "));
  };
  const require = (name: string): unknown => {
    if (Object.hasOwn(modules, name)) return modules[name];
    throw new Error(`README example: it imports ${name}, which the test does not provide; add it to the modules`);
  };
  // oxlint-disable-next-line typescript/no-implied-eval -- the text comes from a README of this repository
  const example = new Function("require", "exports", "console", `return (async () => {${outputText}\n})();`) as (
    ...values: readonly unknown[]
  ) => Promise<void>;
  await example(require, {}, { log });
  return lines.map((line) => `${line}\n`).join("");
}
