import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of the example log, and its policy. */
export const exampleFolder = fileURLToPath(new URL("../../../examples/recommended-policy", import.meta.url));

/** The fields of a raw event that expectations are made from. */
export interface RawEvent {
  readonly auditID: string;
  readonly level: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly user: { readonly username?: string };
  readonly impersonatedUser?: unknown;
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly namespace?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** A line of the example and where it is. */
export interface RawLine {
  readonly file: string;
  readonly byteOffset: number;
  readonly text: string;
  readonly event: RawEvent;
}

/** The log files of the example, in the order in which they were written. */
export const exampleLogs: readonly string[] = [
  ...readdirSync(exampleFolder)
    .filter((name) => /^audit-.*\.log$/.test(name))
    .toSorted(),
  "audit.log",
];

/** Every line of the example, in the order in which it was written, read without any of the code under test. */
export const rawLines: readonly RawLine[] = exampleLogs.flatMap((file) => {
  let byteOffset = 0;
  return readFileSync(`${exampleFolder}/${file}`, "utf8")
    .split("\n")
    .map((text) => {
      const line = { file, byteOffset, text };
      byteOffset += Buffer.byteLength(text) + 1;
      return line;
    })
    .filter(({ text }) => text !== "")
    .map((line) => ({ ...line, event: JSON.parse(line.text) as RawEvent }));
});
