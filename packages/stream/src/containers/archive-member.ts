import { createHash } from "node:crypto";
import type { DecompressionFailure } from "./gzip.js";

/** One entry of an archive that is, or could be, a file. */
export interface ArchiveMember {
  /** As the archive gives it: hostile. */
  readonly name: string;
  /** Its size as the archive gives it. */
  readonly bytes: number;
  readonly content:
    | {
        readonly kind: "file";
        /** Gives the member's bytes once, then why the rest is missing, if so. To be called before the next member is asked for. */
        readonly open: () => AsyncGenerator<Uint8Array, DecompressionFailure | undefined>;
      }
    /** Its bytes are there but cannot be read as a file, and why. */
    | {
        readonly kind: "unread";
        readonly detail: string;
        readonly open: () => AsyncGenerator<Uint8Array, DecompressionFailure | undefined>;
      }
    /** It has no content of its own (a link, a device). */
    | { readonly kind: "none"; readonly reason: string };
}

/** Longest name in an account; a longer one is cut and told apart by a hash. */
const longestName = 512;

/**
 * Gives a member's name as a path below its archive that is safe to show, to join and to write: `/` between parts, no
 * empty part, and percent signs with two digits for `%`, control and invisible characters, `!` at the end of a part, `#`
 * before a number there, and the dots of `.` and `..`.
 */
export function safeMemberName(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const safe = parts.map((part) => (part === ".." ? "%2E%2E" : safePart(part))).join("/");
  if (safe === "") return "unnamed";
  if (safe.length <= longestName) return safe;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${safe.slice(0, longestName)}…${hash}`;
}

// Controls, format characters (among them those of bidirectional text), lone surrogates, line and paragraph separators.
const unsafe = /[%\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|!$|#(?=\d+$)/gu;

function safePart(part: string): string {
  return part.replace(unsafe, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}
