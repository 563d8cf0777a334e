import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository, without a slash at its end. */
export const repository = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/u, "");

/** The parts of a package.json that the tests of the repository look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly engines?: Readonly<Record<string, string>>;
}

/** One npm workspace of the repository. */
export interface WorkspacePackage {
  /** Relative to the repository: `packages/schema`. */
  readonly path: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every npm workspace, by path. */
export const workspacePackages: readonly WorkspacePackage[] = ["apps", "packages"].flatMap((parent) =>
  readdirSync(join(repository, parent))
    .toSorted()
    .map((name) => ({ path: `${parent}/${name}`, folder: join(repository, parent, name) }))
    .filter(({ folder }) => existsSync(join(folder, "package.json")))
    .map(({ path, folder }) => ({
      path,
      folder,
      manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest,
    })),
);

/** The packages that are published. */
export const publicPackages: readonly WorkspacePackage[] = workspacePackages.filter(
  ({ manifest }) => !manifest.private,
);

/** Every file that is in the repository or about to be: tracked, or untracked and not ignored. Paths with `/`. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  return listed
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(repository, path)))
    .toSorted();
}

/** Reads a file of the repository as text. */
export function readRepositoryFile(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}
