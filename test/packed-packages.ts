import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "./run-command.js";
import { publicPackages, repository } from "./workspace.js";

/** A package as npm would publish it. */
export interface PackedPackage {
  readonly name: string;
  /** Where the package lives in the repository: `packages/schema`. */
  readonly path: string;
  readonly tarball: string;
  /** The files in the tarball, relative to the package. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs every public package into `folder`, as built. Throws if one has not been built. */
export async function packPackages(folder: string): Promise<readonly PackedPackage[]> {
  const unbuilt = publicPackages.filter((workspace) => !existsSync(join(workspace.folder, "dist")));
  if (unbuilt.length > 0)
    throw new Error(`${unbuilt.map(({ path }) => path).join(", ")}: not built. Run npm run build`);
  mkdirSync(folder, { recursive: true });
  const selected = publicPackages.flatMap(({ manifest }) => ["--workspace", manifest.name]);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...selected];
  const packed = JSON.parse(await mustRun("npm", args, { cwd: repository })) as readonly PackReport[];
  return publicPackages.map(({ path, manifest: { name } }) => {
    const report = packed.find((candidate) => candidate.name === name);
    if (report === undefined) throw new Error(`npm pack said nothing about ${name}`);
    const files = report.files.map((file) => file.path).toSorted();
    return { name, path, tarball: join(folder, report.filename.replace("@", "").replace("/", "-")), files };
  });
}
