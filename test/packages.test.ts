import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packPackages, type PackedPackage } from "./packed-packages.js";
import { mustRun, runCommand } from "./run-command.js";
import { publicPackages, readRepositoryFile, repository, repositoryFiles } from "./workspace.js";

const folder = mkdtempSync(join(tmpdir(), "kaudit-packages-"));
const consumer = join(folder, "consumer");
const libraries = publicPackages.filter(({ manifest }) => manifest.bin === undefined);
/** Every name that code can be imported by: each library, and each of its subpaths. */
const entries = libraries.flatMap(({ manifest }) =>
  Object.keys((manifest.exports ?? {}) as object)
    .filter((subpath) => !subpath.endsWith(".json"))
    .map((subpath) => ({ entry: manifest.name + subpath.slice(1) })),
);
/** Every name of data that can be read: the JSON Schemas. */
const schemas = libraries.flatMap(({ manifest }) =>
  Object.keys((manifest.exports ?? {}) as object)
    .filter((subpath) => subpath.endsWith(".schema.json"))
    .map((subpath) => ({ entry: manifest.name + subpath.slice(1) })),
);
let packed: readonly PackedPackage[] = [];

beforeAll(async () => {
  packed = await packPackages(join(folder, "tarballs"));
  mkdirSync(consumer);
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const tarballs = packed.map(({ tarball }) => tarball);
  await mustRun("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs], { cwd: consumer });
}, 180_000);

// Some ten thousand files: on a busy machine that takes a while.
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

function contentOf(name: string): PackedPackage {
  const found = packed.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${name} was not packed`);
  return found;
}

function hashes(set: readonly PackedPackage[]): readonly string[] {
  return set.map(({ name, tarball }) => `${name} ${createHash("sha256").update(readFileSync(tarball)).digest("hex")}`);
}

describe("tarballs", () => {
  test.each(publicPackages)("$path holds what its files say, and its licence and readme", ({ manifest }) => {
    const { files } = contentOf(manifest.name);
    const declared = manifest.files ?? [];
    const always = /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/u;
    const undeclared = files.filter(
      (path) => !always.test(path) && !declared.some((entry) => path === entry || path.startsWith(`${entry}/`)),
    );
    expect(undeclared).toEqual([]);
    expect(["LICENSE", "README.md", "package.json"].filter((path) => !files.includes(path))).toEqual([]);
    for (const entry of declared) {
      expect(
        files.some((path) => path === entry || path.startsWith(`${entry}/`)),
        entry,
      ).toBe(true);
    }
  });

  test.each(publicPackages)("$path holds no tests, no fixtures and no leftovers", ({ manifest }) => {
    const unwanted =
      /(?:^|\/)(?:tests?|fixtures|bench|node_modules|\.turbo)\/|\.test\.|\.tsbuildinfo$|\.tgz$|\.env|^coverage\//u;
    expect(contentOf(manifest.name).files.filter((path) => unwanted.test(path))).toEqual([]);
  });

  test.each(publicPackages)("$path holds every file that its package.json names", ({ manifest }) => {
    const named = [...JSON.stringify([manifest.exports, manifest.bin]).matchAll(/"\.\/([^"*]+\.[a-z.]+)"/gu)];
    const paths = named.map(([, path]) => path ?? "");
    expect(paths.length).toBeGreaterThan(0);
    const { files } = contentOf(manifest.name);
    expect(paths.filter((path) => !files.includes(path))).toEqual([]);
  });

  test("the templates and fonts of the report are all in it", () => {
    const assets = repositoryFiles()
      .filter((path) => /^packages\/report\/(?:templates|fonts)\//u.test(path))
      .map((path) => path.slice("packages/report/".length));
    expect(assets.length).toBeGreaterThan(10);
    const { files } = contentOf("@kaudit/report");
    expect(assets.filter((path) => !files.includes(path))).toEqual([]);
  });

  test.each(publicPackages)(
    "$path holds no key, no token and no path of the machine it was built on",
    ({ manifest }) => {
      const installed = join(consumer, "node_modules", manifest.name);
      const secret =
        /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[\w+/]{40}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|_authToken=\w/u;
      const leaks = contentOf(manifest.name).files.filter((path) => {
        const text = readFileSync(join(installed, path), "latin1");
        return secret.test(text) || text.includes(`${repository}/`);
      });
      expect(leaks).toEqual([]);
    },
  );

  test("packing again gives the same bytes", async () => {
    const again = await packPackages(join(folder, "again"));
    expect(hashes(again)).toEqual(hashes(packed));
  }, 60_000);

  test.each(publicPackages)(
    "building $path again gives the same code",
    async ({ path, folder: source }) => {
      // As deep as dist: source maps name their sources relative to it, and chunks are named by what is in them.
      const built = join(source, ".test-output");
      const tsup = join(repository, "node_modules/tsup/dist/cli-default.js");
      try {
        await mustRun(process.execPath, [tsup, "--no-dts", "--out-dir", built], { cwd: source });
        const code = readdirSync(built).filter((name) => /\.c?js$/u.test(name));
        expect(code.length).toBeGreaterThan(0);
        const old = `${path}/dist is not what its source builds; was it built before the source changed?`;
        expect(
          readdirSync(join(source, "dist")).filter((name) => /\.c?js$/u.test(name)),
          old,
        ).toEqual(code);
        for (const name of code) {
          const same = readFileSync(join(built, name)).equals(readFileSync(join(source, "dist", name)));
          expect(same, `${old} (${name})`).toBe(true);
        }
      } finally {
        rmSync(built, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe("installed packages", () => {
  test("no package of the installation runs a script when it is installed", () => {
    const lock = JSON.parse(readFileSync(join(consumer, "package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
    };
    expect(Object.keys(lock.packages).length).toBeGreaterThan(publicPackages.length);
    const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true);
    expect(scripted.map(([path]) => path)).toEqual([]);
  });

  test.each(entries)("$entry gives the same names to import and to require", async ({ entry }) => {
    const print = "console.log(JSON.stringify(Object.keys(api).filter((key) => key !== 'default').sort()))";
    writeFileSync(join(consumer, "consume.mjs"), `import * as api from "${entry}";\n${print}\n`);
    writeFileSync(join(consumer, "consume.cjs"), `const api = require("${entry}");\n${print}\n`);
    const imported = JSON.parse(await mustRun(process.execPath, ["consume.mjs"], { cwd: consumer })) as string[];
    const required = JSON.parse(await mustRun(process.execPath, ["consume.cjs"], { cwd: consumer })) as string[];
    expect(imported.length).toBeGreaterThan(0);
    expect(required.filter((name) => name !== "__esModule" && name !== "module.exports")).toEqual(imported);
  });

  test.each(schemas)("$entry gives a JSON Schema to import and to require", async ({ entry }) => {
    const print = "console.log(schema.$schema, Object.keys(schema.properties).length > 0)";
    const load = `import { createRequire } from "node:module";\nconst schema = createRequire(import.meta.url)("${entry}");`;
    writeFileSync(join(consumer, "consume.mjs"), `import schema from "${entry}" with { type: "json" };\n${print}\n`);
    writeFileSync(join(consumer, "require.mjs"), `${load}\n${print}\n`);
    for (const file of ["consume.mjs", "require.mjs"]) {
      expect(await mustRun(process.execPath, [file], { cwd: consumer })).toBe(
        "https://json-schema.org/draft/2020-12/schema true\n",
      );
    }
  });

  test.each([
    ["consume.mjs", 'import { readEvents } from "@kaudit/stream";'],
    ["consume.cjs", 'const { readEvents } = require("@kaudit/stream");'],
  ])("reading from S3 names the package that is not installed (%s)", async (file, load) => {
    const read = 'readEvents("s3://bucket/")[Symbol.asyncIterator]().next().catch(({ code }) => console.log(code));';
    writeFileSync(join(consumer, file), `${load}\n${read}\n`);
    expect(await mustRun(process.execPath, [file], { cwd: consumer })).toBe("KAUDIT_STREAM_PACKAGE_MISSING\n");
  });

  test.each([
    { module: "node16", moduleResolution: "node16", files: ["consume.mts", "consume.cts"] },
    { module: "nodenext", moduleResolution: "nodenext", files: ["consume.mts", "consume.cts"] },
    { module: "esnext", moduleResolution: "bundler", files: ["consume.ts"] },
  ])(
    "TypeScript finds the types with moduleResolution $moduleResolution in $files",
    async ({ module, moduleResolution, files }) => {
      const lines = entries.flatMap(({ entry: name }, i) => [
        `import * as api${i} from "${name}";`,
        `export const typed${i}: 0 extends 1 & typeof api${i} ? never : true = true;`,
        `export const names${i}: readonly string[] = Object.keys(api${i});`,
        `// @ts-expect-error -- a name that is not exported`,
        `api${i}.thereIsNoSuchExport;`,
      ]);
      for (const file of files) writeFileSync(join(consumer, file), `${lines.join("\n")}\n`);
      const config = {
        compilerOptions: {
          target: "es2022",
          lib: ["es2023"],
          strict: true,
          noEmit: true,
          skipLibCheck: false,
          types: ["node"],
          typeRoots: [join(repository, "node_modules/@types")],
          module,
          moduleResolution,
        },
        files,
      };
      writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(config));
      const tsc = join(repository, "node_modules/typescript/bin/tsc");
      const { code, stdout } = await runCommand(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: consumer });
      expect(stdout).toBe("");
      expect(code).toBe(0);
    },
    60_000,
  );
});

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe("production dependencies", () => {
  test("are those of the reviewed list, each with who brings it", () => {
    const { packages } = JSON.parse(readRepositoryFile("package-lock.json")) as {
      readonly packages: Readonly<Record<string, LockedPackage>>;
    };
    const broughtBy = new Map<string, Set<string>>();
    const walk = (path: string, name: string): void => {
      const { dependencies, optionalDependencies } = packages[path] ?? {};
      for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
        if (needed.startsWith("@kaudit/")) continue;
        const known = broughtBy.get(needed);
        broughtBy.set(needed, (known ?? new Set()).add(name));
        if (known !== undefined) continue;
        const nested = `${path}/node_modules/${needed}`;
        walk(nested in packages ? nested : `node_modules/${needed}`, needed);
      }
    };
    for (const { path, manifest } of publicPackages) walk(path, manifest.name);
    const found = [...broughtBy].map(([name, by]) => [name, [...by].toSorted()] as const);
    const reviewed = JSON.parse(readRepositoryFile("test/production-dependencies.json")) as unknown;
    expect(Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)))).toEqual(reviewed);
  });
});
