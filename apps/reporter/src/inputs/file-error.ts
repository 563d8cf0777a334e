/** Why a file could not be read, for a person: `no such file; check the path`. */
export function reasonOf({ code }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "no such file; check the path";
  if (code === "EISDIR") return "is a folder; name the file in it";
  return `cannot be read (${code ?? "unknown error"})`;
}
