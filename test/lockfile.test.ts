import { describe, expect, test } from "vitest";
import type { Manifest } from "./workspace.js";
import { readRepositoryFile } from "./workspace.js";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const lockfile = JSON.parse(readRepositoryFile("package-lock.json")) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const locked = Object.entries(lockfile.packages);
const downloaded = locked.filter(([path, entry]) => path.includes("node_modules/") && entry.link !== true);

/** Finds a package as Node would from `path`: in its own node_modules, then further up. */
function resolve(path: string, name: string): string | undefined {
  for (let folder = path; ; folder = folder.replace(/(?:^|\/)(?:node_modules\/)?(?:@[^/]+\/)?[^/]+$/u, "")) {
    const candidate = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in lockfile.packages) return candidate;
    if (folder === "") return undefined;
  }
}

function missing(names: (entry: LockedPackage) => readonly string[]): readonly string[] {
  return locked.flatMap(([path, entry]) =>
    names(entry)
      .filter((name) => resolve(path, name) === undefined)
      .map((name) => `${path === "" ? "package.json" : path}: ${name}`),
  );
}

function requiredPeers(entry: LockedPackage): readonly string[] {
  return Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => entry.peerDependenciesMeta?.[name]?.optional !== true,
  );
}

describe("package-lock.json", () => {
  test("holds no download addresses, so that any registry serves", () => {
    const addresses = locked.filter(([, entry]) => entry.link !== true && entry.resolved !== undefined);
    expect(addresses.map(([path]) => path)).toEqual([]);
    expect(readRepositoryFile("package-lock.json")).not.toMatch(/"resolved": "[a-z+]+:/u);
  });

  test("holds a hash of every package", () => {
    expect(downloaded.length).toBeGreaterThan(300);
    const unverified = downloaded.filter(
      ([, entry]) => entry.inBundle !== true && !/^sha512-[\w+/]{86}==/u.test(entry.integrity ?? ""),
    );
    expect(unverified.map(([path]) => path)).toEqual([]);
  });

  test("holds every dependency", () => {
    expect(missing((entry) => Object.keys(entry.dependencies ?? {}))).toEqual([]);
  });

  test("holds the optional packages of every platform, not only of the one it was written on", () => {
    const optional = locked.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(optional).toEqual(expect.arrayContaining(["@esbuild/win32-x64", "@esbuild/darwin-arm64"]));
    expect(missing((entry) => Object.keys(entry.optionalDependencies ?? {}))).toEqual([]);
  });

  test("holds every peer dependency that is not optional", () => {
    expect(missing(requiredPeers)).toEqual([]);
  });

  test("has install scripts only where package.json denies them", () => {
    const root = JSON.parse(readRepositoryFile("package.json")) as Manifest & {
      readonly allowScripts?: Readonly<Record<string, boolean>>;
    };
    const withScripts = downloaded
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
    expect(withScripts.length).toBeGreaterThan(0);
    for (const name of withScripts) expect(root.allowScripts).toHaveProperty([name], false);
  });
});
