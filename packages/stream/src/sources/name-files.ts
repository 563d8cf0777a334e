import { basename, sep } from "node:path";
import type { SkippedFile } from "@kaudit/schema";
import type { FoundFile, FoundInput } from "./found-file.js";
import type { InputFile } from "./input-file.js";
import { distinguishingLabels } from "./labels.js";
import { mustGatherInstance } from "./must-gather.js";

/** What is to be read, in order, and what was found but will not be. */
export interface NamedInputs {
  readonly files: readonly InputFile[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Gives each file its name in provenance and its API-server instance; a file that was found twice is read once.
 *
 * A name is the path relative to the input, the instance the folder relative to it (the input's own name for a file
 * right below it); the names of an OpenShift must-gather give the node. Where two inputs lead to the same name, the inputs' own names are put before it. `instance` is the
 * name that an option gives to all of them.
 */
export async function nameFiles(
  parts: readonly (FoundInput | InputFile)[],
  instance: string | undefined,
): Promise<NamedInputs> {
  const found = parts.filter((part) => "files" in part);
  const labels = distinguishingLabels(found.map((part) => part.folder));
  const ambiguousNames = repeated(found, (file) => file.relativePath);
  const ambiguousFolders = repeated(found, (file) => folderOf(file.relativePath));
  const ownPaths = preferredPaths(found);

  const files: InputFile[] = [];
  const skipped: SkippedFile[] = [];
  const namesByPath = new Map<string, string>();
  const taken = new Set(parts.flatMap((part) => ("files" in part ? [] : [part.file])));
  const again: { readonly file: FoundFile; readonly name: string }[] = [];
  for (const part of parts) {
    if (!("files" in part)) {
      files.push(part);
      continue;
    }
    const label = labels.get(part.folder) ?? basename(part.folder);
    const nameOf = (path: string): string => (ambiguousNames.has(path) ? `${label}/${path}` : path);
    for (const file of part.files) {
      let name = nameOf(file.relativePath);
      if (ownPaths.get(file.identity) !== file.path || namesByPath.has(file.path)) {
        again.push({ file, name });
        continue;
      }
      while (taken.has(name)) name = `${label}/${name}`;
      taken.add(name);
      namesByPath.set(file.path, name);
      await file.check?.();
      const inside = folderOf(file.relativePath);
      const folder = inside === "" ? label : ambiguousFolders.has(inside) ? `${label}/${inside}` : inside;
      files.push({
        file: name,
        instance: instance ?? mustGatherInstance(file.path.replaceAll(sep, "/")) ?? folder,
        instanceBasis: instance === undefined ? "directory" : "option",
        bytes: file.bytes,
        named: part.named,
        open: () => file.open(),
        ...(file.openRandomAccess === undefined ? {} : { openRandomAccess: file.openRandomAccess }),
      });
    }
    for (const { relativePath, bytes, reason } of part.passedOver) {
      skipped.push({ file: nameOf(relativePath), bytes, reason });
    }
  }
  for (const { file, name } of again) {
    const readAs = namesByPath.get(ownPaths.get(file.identity) ?? "") ?? name;
    skipped.push({ file: name, bytes: file.bytes, reason: `the same file as ${readAs}, which is read once` });
  }
  return { files, skipped };
}

/** For each file the path to read it by: the first that is no link, or else the first. */
function preferredPaths(found: readonly FoundInput[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const all = found.flatMap((part) => part.files);
  for (const file of [...all.filter((file) => !file.isLink), ...all]) {
    if (!paths.has(file.identity)) paths.set(file.identity, file.path);
  }
  return paths;
}

function folderOf(relativePath: string): string {
  const end = relativePath.lastIndexOf("/");
  return end < 0 ? "" : relativePath.slice(0, end);
}

/** The texts that occur under more than one folder. */
function repeated(found: readonly FoundInput[], textOf: (file: FoundFile) => string): ReadonlySet<string> {
  const folderOfText = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const { folder, files } of found) {
    for (const text of files.map(textOf)) {
      const known = folderOfText.get(text);
      if (known === undefined) folderOfText.set(text, folder);
      else if (known !== folder) ambiguous.add(text);
    }
  }
  return ambiguous;
}
