import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { kauditFile } from "./spawn-kaudit.js";

/** The packages that a built file loads at once, itself and through its own chunks. */
function packagesLoadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, name = ""] of source.matchAll(/^(?:import|export)\s[^;]*?from\s*["']([^"']+)["']/gm)) {
    if (name.startsWith("."))
      for (const inner of packagesLoadedBy(join(dirname(file), name), seen)) packages.add(inner);
    else if (!isBuiltin(name)) packages.add(name);
  }
  return packages;
}

/** How long a run of node takes, in milliseconds. */
async function timeOf(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await promisify(execFile)(process.execPath, args);
  return performance.now() - start;
}

describe("the start of kaudit", () => {
  test("loads commander and nothing else before it knows the command", () => {
    expect([...packagesLoadedBy(kauditFile)]).toEqual(["commander"]);
  });

  test("kaudit --help takes less than 150 ms, of which node itself takes most", async () => {
    const best = { node: Number.POSITIVE_INFINITY, kaudit: Number.POSITIVE_INFINITY };
    for (let run = 0; run < 9; run++) {
      best.node = Math.min(best.node, await timeOf(["-e", "0"]));
      best.kaudit = Math.min(best.kaudit, await timeOf([kauditFile, "--help"]));
    }
    // On a machine so busy that an empty program takes long, only our own share can be judged.
    expect(best.kaudit).toBeLessThan(Math.max(150, 3 * best.node));
  });
});
