import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSources, usesOf } from "./source-tree.js";
import { workspacePackages } from "./workspace.js";

/**
 * Who may import whom, among the packages of this repository. The direction is always downwards, so nothing flows back.
 * `schema` may be imported by all: the base of errors lives there.
 */
const mayImport: Readonly<Record<string, readonly string[] | "all">> = {
  "@kaudit/schema": [],
  "@kaudit/policy": ["@kaudit/schema"],
  "@kaudit/stream": ["@kaudit/schema"],
  "@kaudit/rules": ["@kaudit/schema"],
  "@kaudit/controls": ["@kaudit/schema", "@kaudit/rules"],
  "@kaudit/evidence": ["@kaudit/schema", "@kaudit/policy", "@kaudit/rules", "@kaudit/controls"],
  "@kaudit/report": ["@kaudit/schema", "@kaudit/evidence", "@kaudit/controls"],
  "@kaudit/store": ["@kaudit/schema", "@kaudit/stream", "@kaudit/evidence"],
  "@kaudit/forward": ["@kaudit/schema"],
  "@kaudit/testkit": ["@kaudit/schema"],
  "@kaudit/reporter": "all",
};

/** Packages without clock, environment, randomness and Node's own modules: time and ids come in as arguments. */
const pure = ["schema", "policy", "rules", "controls", "evidence"].map((name) => `@kaudit/${name}`);

function ownNames(dependencies: Readonly<Record<string, string>> | undefined): readonly string[] {
  return Object.keys(dependencies ?? {}).filter((name) => name.startsWith("@kaudit/"));
}

const byName = workspacePackages.map((workspace) => ({ name: workspace.manifest.name, ...workspace }));

describe("the import table", () => {
  test("names every package", () => {
    expect(Object.keys(mayImport)).toEqual(expect.arrayContaining(byName.map(({ name }) => name)));
  });

  test.each(byName)(
    "$name depends on what the table allows, at the version of this repository",
    ({ name, manifest }) => {
      const { dependencies, peerDependencies, optionalDependencies } = manifest;
      const own = { ...dependencies, ...peerDependencies, ...optionalDependencies };
      const allowed = mayImport[name] ?? [];
      for (const dependency of ownNames(own)) {
        if (allowed === "all") expect(dependency).not.toBe("@kaudit/testkit");
        else expect(allowed).toContain(dependency);
        const version = byName.find((other) => other.name === dependency)?.manifest.version;
        expect(`${dependency}@${own[dependency]}`).toBe(`${dependency}@^${version}`);
      }
    },
  );

  test.each(byName)("$name has nothing of this repository but testkit as a development dependency", ({ manifest }) => {
    expect(ownNames(manifest.devDependencies).filter((name) => name !== "@kaudit/testkit")).toEqual([]);
  });

  test.each(byName)("$name imports only what its package.json names, and no inside of another package", (workspace) => {
    const { dependencies, peerDependencies, optionalDependencies } = workspace.manifest;
    const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies };
    const undeclared = parseSources(join(workspace.folder, "src")).flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("@kaudit/") && !(name in declared))
        .map((name) => `${path} imports ${name}`),
    );
    expect(undeclared).toEqual([]);
  });

  test.each([
    ["@kaudit/stream", "@kaudit/policy"],
    ["@kaudit/policy", "@kaudit/stream"],
  ])("%s never imports %s, not even in tests", (name, other) => {
    const workspace = byName.find((candidate) => candidate.name === name);
    for (const folder of ["src", "test"]) {
      const sources = workspace === undefined ? [] : parseSources(join(workspace.folder, folder));
      expect(sources.flatMap(({ imports }) => imports)).not.toContain(other);
    }
  });
});

describe("purity", () => {
  const packages = byName.filter(({ name }) => pure.includes(name));

  test.each(packages)("$name imports no module of Node", ({ folder }) => {
    const imported = parseSources(join(folder, "src")).flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("node:") || builtinModules.includes(name))
        .map((name) => `${path} imports ${name}`),
    );
    expect(imported).toEqual([]);
  });

  test.each(packages)("$name asks neither clock nor environment nor chance", ({ folder }) => {
    const globals = ["process", "Buffer", "require", "__dirname", "__filename", "setTimeout", "setInterval", "crypto"];
    const members = ["Date.now", "Math.random", "performance.now", "globalThis.process", "globalThis.crypto"];
    const uses = parseSources(join(folder, "src")).flatMap(({ path, tree }) =>
      usesOf(tree, globals, members).map((use) => `${path} uses ${use}`),
    );
    expect(uses).toEqual([]);
  });
});
