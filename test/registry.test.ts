import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRegistry, type LocalRegistry } from "./local-registry.js";
import { packPackages } from "./packed-packages.js";
import { mustRun, runCommand } from "./run-command.js";
import { publicPackages, repository, repositoryFiles } from "./workspace.js";

const folder = mkdtempSync(join(tmpdir(), "kaudit-registry-"));
const user = join(folder, "user");
let registry: LocalRegistry | undefined;

/** Every file of the repository with its time of change: what publishing must leave alone. */
function workingTree(): readonly string[] {
  return repositoryFiles()
    .filter((path) => /package(?:-lock)?\.json$|^\.npmrc$|CHANGELOG/u.test(path))
    .map((path) => `${path} ${statSync(join(repository, path)).mtimeMs}`);
}

beforeAll(async () => {
  const before = workingTree();
  registry = await startLocalRegistry(join(folder, "registry"));
  const publisher = join(folder, "publisher");
  mkdirSync(publisher);
  writeFileSync(join(publisher, ".npmrc"), registry.npmrc);
  writeFileSync(join(publisher, "package.json"), '{ "name": "publisher", "private": true }\n');
  for (const { tarball } of await packPackages(join(folder, "tarballs"))) {
    // Provenance is signed in CI only.
    const args = ["publish", tarball, "--provenance=false", "--access=public", "--ignore-scripts"];
    await mustRun("npm", args, { cwd: publisher });
  }
  expect(workingTree()).toEqual(before);

  mkdirSync(user);
  // The lock file is to say where each package came from, whatever npm is told elsewhere.
  writeFileSync(join(user, ".npmrc"), `${registry.npmrc}omit-lockfile-registry-resolved=false\n`);
  writeFileSync(join(user, "package.json"), '{ "name": "user", "private": true }\n');
  await mustRun("npm", ["install", "@kaudit/reporter", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: user });
  cpSync(join(repository, "examples"), join(user, "examples"), { recursive: true });
}, 240_000);

afterAll(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the published packages", () => {
  test("are installed from the registry they were published to, not from the repository", () => {
    const lock = JSON.parse(readFileSync(join(user, "package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly link?: boolean }>>;
    };
    const own = Object.entries(lock.packages).filter(([path]) => path.startsWith("node_modules/@kaudit/"));
    expect(own.length).toBeGreaterThan(3);
    for (const [, entry] of own) {
      expect(entry.link).toBeUndefined();
      expect(entry.resolved?.startsWith(registry?.url ?? "no registry")).toBe(true);
    }
    const names = publicPackages.map(({ manifest }) => `node_modules/${manifest.name}`);
    expect(names).toEqual(expect.arrayContaining(own.map(([path]) => path)));
  });

  test("npx kaudit report makes a pack from the example log, with templates and fonts found", async () => {
    const { version } = JSON.parse(readFileSync(join(user, "node_modules/@kaudit/reporter/package.json"), "utf8")) as {
      readonly version: string;
    };
    expect((await mustRun("npx", ["--offline", "kaudit", "--version"], { cwd: user })).trim()).toBe(version);

    const period = ["--from", "2026-11-22T12:18:00Z", "--to", "2026-11-22T12:20:00Z"];
    const args = ["kaudit", "report", "examples", "--framework", "soc2", ...period, "--cluster", "c", "--out", "pack"];
    const { code, stderr } = await runCommand("npx", ["--offline", ...args], { cwd: user });
    expect({ code, stderr }).toMatchObject({ code: 0 });

    const pack = join(user, "pack");
    expect(readFileSync(join(pack, "soc2.pdf")).subarray(0, 5).toString("latin1")).toBe("%PDF-");
    expect(readFileSync(join(pack, "soc2.html"), "utf8")).toContain("</html>");
    const secrets = readFileSync(join(pack, "registers/secrets.csv"), "utf8").trimEnd().split("\n");
    expect(secrets.length).toBeGreaterThan(100);
  }, 120_000);

  test("the pack's SHA256SUMS holds, file by file", () => {
    const pack = join(user, "pack");
    const lines = readFileSync(join(pack, "SHA256SUMS"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const [sha256 = "", path = ""] = line.split(/ [ *]/u);
      expect(existsSync(join(pack, path))).toBe(true);
      expect(
        createHash("sha256")
          .update(readFileSync(join(pack, path)))
          .digest("hex"),
      ).toBe(sha256);
    }
  });
});
