import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mustRun } from "./run-command.js";
import type { Manifest } from "./workspace.js";
import { publicPackages, repository, workspacePackages } from "./workspace.js";

const copy = mkdtempSync(join(tmpdir(), "kaudit-version-"));
const effect = "Rehearses a release.";

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

function readJson<Value>(...path: readonly string[]): Value {
  return JSON.parse(readFileSync(join(...path), "utf8")) as Value;
}

function nextMinor(version: string): string {
  const [major = "0", minor = "0"] = version.split(".");
  return `${major}.${Number(minor) + 1}.0`;
}

/** Copies what a release changes: manifests, lock file and changesets, as a Git repository of its own. */
beforeAll(async () => {
  const manifests = workspacePackages.map(({ path }) => `${path}/package.json`);
  for (const path of ["package.json", "package-lock.json", ".npmrc", ".gitignore", ".changeset", ...manifests]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(repository, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  const names = publicPackages.map(({ manifest }) => `"${manifest.name}": minor\n`).join("");
  writeFileSync(join(copy, ".changeset/rehearsal.md"), `---\n${names}---\n\n${effect}\n`);
  const git = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.invalid", "-c", "commit.gpgsign=false"];
  await mustRun("git", ["init", "--quiet", "--initial-branch=main"], { cwd: copy });
  await mustRun("git", ["add", "--all"], { cwd: copy });
  await mustRun("git", [...git, "commit", "--quiet", "--message=Rehearsal"], { cwd: copy });
  const changeset = join(repository, "node_modules/@changesets/cli/bin.js");
  await mustRun(process.execPath, [changeset, "version"], { cwd: copy });
}, 60_000);

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("changeset version", () => {
  test.each(publicPackages)(
    "$path gets the next version and a changelog that says what changed",
    ({ path, manifest }) => {
      expect(readJson<Manifest>(copy, path, "package.json").version).toBe(nextMinor(manifest.version));
      expect(readFileSync(join(copy, path, "CHANGELOG.md"), "utf8")).toContain(effect);
    },
  );

  test("every dependency on a package of the repository follows, also those of private packages", () => {
    const versions = new Map(publicPackages.map(({ manifest }) => [manifest.name, nextMinor(manifest.version)]));
    for (const { path } of workspacePackages) {
      for (const [name, range] of Object.entries(readJson<Manifest>(copy, path, "package.json").dependencies ?? {})) {
        if (versions.has(name)) expect(`${path}: ${range}`).toBe(`${path}: ^${versions.get(name)}`);
      }
    }
  });

  test("private packages keep their version and get no changelog", () => {
    for (const { path, manifest } of workspacePackages.filter((workspace) => workspace.manifest.private)) {
      expect(readJson<Manifest>(copy, path, "package.json").version).toBe(manifest.version);
      expect(readdirSync(join(copy, path))).toEqual(["package.json"]);
    }
  });

  test("all changesets are used up", () => {
    expect(readdirSync(join(copy, ".changeset")).toSorted()).toEqual(["README.md", "config.json"]);
  });

  test("the lock file can be refreshed, and changes in the versions only", async () => {
    const before = readJson<Lockfile>(copy, "package-lock.json");
    rmSync(join(copy, "node_modules"));
    const args = ["install", "--package-lock-only", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    await mustRun("npm", args, { cwd: copy });
    const after = readJson<Lockfile>(copy, "package-lock.json");
    expect(Object.keys(after.packages)).toEqual(Object.keys(before.packages));
    const changed = Object.keys(after.packages).filter(
      (path) => after.packages[path]?.version !== before.packages[path]?.version,
    );
    expect(changed.toSorted()).toEqual(publicPackages.map(({ path }) => path).toSorted());
    expect(JSON.stringify(after)).not.toMatch(/"resolved":"[a-z+]+:/u);
  }, 120_000);
});
