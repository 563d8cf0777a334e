/** The fields of a record in docker's json-file format, and of the same where a shipper took CRI's tags over. */
const dockerFields: ReadonlySet<string> = new Set(["log", "stream", "time", "attrs", "_p", "logtag"]);

/** A record of a container's log that may hold only a piece of a line. */
export interface DockerPiece {
  readonly text: string;
  readonly stream: string;
  readonly isLast: boolean;
}

/**
 * Recognises a record of docker's json-file log. Docker cuts lines of more than 16 KiB: only the last piece ends in a
 * newline. Where CRI's tag was kept beside the text (`logtag`, `_p`: `P` or `F`), it decides.
 */
export function dockerPiece(value: Readonly<Record<string, unknown>>): DockerPiece | undefined {
  const { log, stream, time, _p, logtag = _p } = value;
  if (typeof log !== "string" || typeof stream !== "string" || typeof time !== "string") return undefined;
  for (const field in value) if (!dockerFields.has(field)) return undefined;
  const isTagged = logtag === "P" || logtag === "F";
  return { text: log, stream, isLast: isTagged ? logtag === "F" : log.endsWith("\n") };
}
