import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { loadPolicy, PolicyError } from "../../src/index.js";

interface LoadCase {
  readonly name: string;
  readonly text: string;
  readonly error?: string;
  /** What 1.33 and older say, with lists in Go syntax. */
  readonly errorBefore1_34?: string;
  readonly warning?: string;
  readonly policy?: unknown;
}

const fixture = JSON.parse(readFileSync(new URL("../fixtures/load.json", import.meta.url), "utf8")) as {
  readonly cases: readonly LoadCase[];
};

/** What loading gives, in the form of the recorded answers. */
function outcomeOf(text: string | Uint8Array, kubernetesVersion?: string): Omit<LoadCase, "name" | "text"> {
  try {
    const { policy, warnings } = loadPolicy(text, kubernetesVersion === undefined ? {} : { kubernetesVersion });
    return { policy, ...warningOf(warnings) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { error: error.apiServerMessage, ...warningOf(error.warnings) };
  }
}

function warningOf(warnings: readonly string[]): { warning?: string } {
  return warnings[0] === undefined ? {} : { warning: warnings.join("\n") };
}

/** The words of YAML syntax errors differ between parsers; that it is one does not. */
function classOf(error: string | undefined): string | undefined {
  return error?.startsWith("failed decoding: yaml: ") ? "failed decoding: yaml" : error;
}

describe("loadPolicy", () => {
  test("knows 177 recorded answers of kube-apiserver", () => {
    expect(fixture.cases).toHaveLength(177);
  });

  test.each(fixture.cases)("answers as kube-apiserver does: $name", ({ text, error, warning, policy }) => {
    const outcome = outcomeOf(text);
    expect({ ...outcome, error: classOf(outcome.error) }).toEqual({ error: classOf(error), warning, policy });
  });

  test.each(fixture.cases)("reads bytes as it reads text: $name", ({ text }) => {
    expect(outcomeOf(new TextEncoder().encode(text))).toEqual(outcomeOf(text));
  });

  test.each(fixture.cases.filter((one) => one.errorBefore1_34 !== undefined))(
    "prints lists as Go syntax before 1.34: $name",
    ({ text, errorBefore1_34 }) => {
      expect(outcomeOf(text, "1.33").error).toBe(errorBefore1_34);
    },
  );
});
