import { access, constants } from "node:fs/promises";
import { fileBytes } from "./file-bytes.js";
import type { FoundFile } from "./found-file.js";
import { openRandomAccess } from "./random-access.js";
import { unreadable } from "./unreadable.js";

/** A file of the file system, by what its folder and `stat` say about it. */
export function localFile(found: Omit<FoundFile, "open" | "check" | "openRandomAccess">): FoundFile {
  const { path } = found;
  return {
    ...found,
    open: () => fileBytes(path),
    openRandomAccess: () => openRandomAccess(path),
    check: () =>
      access(path, constants.R_OK).catch((cause: unknown) => {
        throw unreadable(path, cause);
      }),
  };
}
