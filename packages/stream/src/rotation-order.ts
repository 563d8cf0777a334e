import { compareByCodePoint } from "@kaudit/schema";

/** What a log file's name says about its age among the files of the same log. */
export interface RotationName {
  /** The name of the log the file belongs to: `audit.log` for `audit-2026-11-22T12-18-26.954.log.gz`. */
  readonly log: string;
  /** 0 for a rotated file with a time in its name, 1 for a numbered one, 2 for the one being written. */
  readonly generation: 0 | 1 | 2;
  readonly time: string;
  readonly number: number;
}

const compressedSuffix = /\.(?:gz|zst|bz2|xz)$/;
/** kube-apiserver (lumberjack): `<name>-<UTC to the millisecond><ext>`. */
const lumberjack = /^(.*)-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})(\.[^.]*)?$/;
/** logrotate `dateext`: `audit.log-20260304`, with an hour or a Unix time behind it where rotation is more frequent. */
const dated = /^(.*)-(\d{8}(?:-?\d{2,10})?)$/;
/** logrotate: `audit.log.2` is older than `audit.log.1`. */
const numbered = /^(.*)\.(\d{1,6})$/;

/** Takes a file's name apart. Any name that is no rotated one is the log's own. */
export function rotationName(name: string): RotationName {
  const plain = name.replace(compressedSuffix, "");
  let match = lumberjack.exec(plain);
  if (match) return { log: `${match[1]}${match[3] ?? ""}`, generation: 0, time: match[2] ?? "", number: 0 };
  match = dated.exec(plain);
  if (match) return { log: match[1] ?? "", generation: 0, time: match[2] ?? "", number: 0 };
  match = numbered.exec(plain);
  if (match) return { log: match[1] ?? "", generation: 1, time: "", number: Number(match[2]) };
  return { log: plain, generation: 2, time: "", number: 0 };
}

/** Tells by its name that a log file was rotated away or compressed: nobody should write to it any more. */
export function isRotatedName(name: string): boolean {
  return compressedSuffix.test(name) || rotationName(name).generation < 2;
}

/**
 * Compares two file names of one folder by the order in which their events were written: rotated files by the time in
 * their name, then numbered ones from the highest number down, then the file being written; different logs by code point.
 *
 * The time in a rotated file's name is when it was rotated: it holds events before that time. `audit-<time>.log` comes
 * before `audit-<time>.log.gz`, which exists beside it while kube-apiserver compresses.
 */
export function compareRotationOrder(a: string, b: string): number {
  const x = rotationName(a);
  const y = rotationName(b);
  return (
    compareByCodePoint(x.log, y.log) ||
    x.generation - y.generation ||
    compareByCodePoint(x.time, y.time) ||
    y.number - x.number ||
    compareByCodePoint(a, b)
  );
}
