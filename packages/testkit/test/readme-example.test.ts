import { describe, expect, test } from "vitest";
import { readmeExamples, runReadmeExample } from "../src/index.js";

const readme = `# x

\`\`\`ts
import { one } from "numbers";
import type { Two } from "numbers";

const two: Two = one + (await Promise.resolve(1));
console.log("two is", two);
console.log({ a: [two] });
\`\`\`

\`\`\`text
two is 2
{ a: [ 2 ] }
\`\`\`

\`\`\`ts
throw new Error("boom");
\`\`\`

\`\`\`ts
console.log("last");
\`\`\`

\`\`\`
last
\`\`\`
`;

describe("readmeExamples", () => {
  test("gives every ts block with the output that follows it", () => {
    expect(readmeExamples(readme).map(({ title, output }) => [title, output])).toEqual([
      ['import { one } from "numbers";', "two is 2\n{ a: [ 2 ] }\n"],
      ['throw new Error("boom");', null],
      ['console.log("last");', "last\n"],
    ]);
  });
});

describe("runReadmeExample", () => {
  const [first, second] = readmeExamples(readme);

  test("runs TypeScript with imports and await, and gives what it logged", async () => {
    expect(await runReadmeExample(first!.code, { numbers: { one: 1 } })).toBe(first!.output);
  });

  test("gives other output for other modules, so it does run the code", async () => {
    expect(await runReadmeExample(first!.code, { numbers: { one: 2 } })).toBe("two is 3\n{ a: [ 3 ] }\n");
  });

  test("rejects with what the code throws, and for an unknown import", async () => {
    await expect(runReadmeExample(second!.code, {})).rejects.toThrow("boom");
    await expect(runReadmeExample(first!.code, {})).rejects.toThrow("it imports numbers");
  });
});
