import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../fixtures/envelopes/", import.meta.url));

/** The text of a fixture, without the last line end. */
export function fixtureText(name: string): string {
  return readFileSync(folder + name, "utf8").replace(/\n$/, "");
}

/** The records of a fixture: one document (`.json`), or one a line (`.jsonl`). */
export function fixtureRecords(name: string): readonly unknown[] {
  const text = fixtureText(name);
  const documents = name.endsWith(".jsonl") ? text.split("\n") : [text];
  return documents.map((document): unknown => JSON.parse(document));
}
