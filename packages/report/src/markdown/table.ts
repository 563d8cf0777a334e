/** Gives a table of GitHub's form of Markdown; `right`: the columns of numbers. Cells must hold no `|` and no line end. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const rule = heads.map((_, index) => (right.includes(index) ? "---:" : "---"));
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
