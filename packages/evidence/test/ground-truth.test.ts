import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPolicy } from "@kaudit/policy";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { registerNames } from "../src/index.js";
import type { RegisterName, RegisterRow } from "../src/index.js";
import { plainReading } from "./support/event-reading.js";
import { rowsIn } from "./support/gathered.js";
import { absenceOf, isRecorded, registersOfAction } from "./support/ground-truth.js";
import type { Action } from "./support/ground-truth.js";
import { logFiles, sampleEvidence } from "./support/sample-evidence.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const originals = here("../../../../shared/data/logs/");

const folders = [
  {
    name: "examples/recommended-policy",
    folder: here("../../../examples/recommended-policy"),
    actions: here("fixtures/recommended-policy.actions.jsonl"),
  },
  ...[
    "recommended-policy",
    "request-response",
    "compressed-rotation",
    "kill-9",
    "retention-gap",
    "truncated-events",
    "webhook-batches",
  ].map((name) => ({ name, folder: `${originals}${name}`, actions: `${originals}${name}/actions.jsonl` })),
].filter(({ actions }) => existsSync(actions));

interface Found {
  readonly expected: number;
  readonly absent: readonly string[];
  readonly unexplained: readonly string[];
}

async function compare(folder: string, actionsFile: string): Promise<Found> {
  const actions = readFileSync(actionsFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Action);
  const events: AuditEvent[] = [];
  for await (const { event } of plainReading(logFiles(folder))) events.push(event);
  const evidence = await sampleEvidence(folder);
  const rows = Object.fromEntries(
    await Promise.all(registerNames.map(async (name) => [name, await rowsIn(evidence, name)])),
  ) as Record<RegisterName, RegisterRow[]>;
  const { policy } = loadPolicy(readFileSync(`${folder}/policy.yaml`, "utf8"));
  let expected = 0;
  const absent: string[] = [];
  const unexplained: string[] = [];
  for (const action of actions) {
    for (const register of registersOfAction(action)) {
      expected++;
      if (isRecorded(action, rows[register])) continue;
      const why = absenceOf(action, register, events, policy);
      (why === null ? unexplained : absent).push(`${action.seq} ${action.what}: ${register}: ${why}`);
    }
  }
  return { expected, absent, unexplained };
}

const selector = "78 delete secrets by selector with kubectl: deletions: never sent";
const approved = [
  "163 approve CSR: rbac: never sent",
  "163 approve CSR: credentials: never sent",
  "188 EXEC missing pod (404 on get): sessions: never sent",
];
const constrained =
  "334 frank --as bob delete secret (403: not on the impersonate-on list): impersonation: impersonation refused";
const recommended = [
  selector,
  "129 anonymous GET /metrics: authorization: level None",
  ...approved,
  "290 POST to nonresource: authorization: level None",
  constrained,
];

/** How many rows the actions ask for, how many of these were lost with their file, and which others there are not, and why. */
const known: Readonly<Record<string, readonly [expected: number, lost: number, others: readonly string[]]>> = {
  "examples/recommended-policy": [317, 0, recommended],
  "recommended-policy": [317, 0, recommended],
  "request-response": [317, 0, [selector, ...approved, constrained]],
  "compressed-rotation": [147, 0, [selector]],
  "kill-9": [147, 0, [selector, "79 legacy SA token secret: credentials: content not recorded"]],
  "retention-gap": [248, 64, [selector, ...approved]],
  "truncated-events": [153, 0, [selector, "102 EXEC missing pod (404 on get): sessions: never sent"]],
  "webhook-batches": [197, 0, [selector, "139 EXEC missing pod (404 on get): sessions: never sent"]],
};

describe.each(folders)(
  "the actions done while $name was written",
  { timeout: 120_000 },
  ({ name, folder, actions }) => {
    test("are in the registers in which they belong, or left no event that says so", async () => {
      const { expected, absent, unexplained } = await compare(folder, actions);
      expect(unexplained).toEqual([]);
      const lost = absent.filter((line) => line.endsWith(": lost"));
      expect([expected, lost.length, absent.filter((line) => !lost.includes(line))]).toEqual(known[name]);
      // What was rotated away is the beginning, without a hole: everything that was done before some moment.
      const last = Math.max(0, ...lost.map((line) => Number.parseInt(line, 10)));
      for (const line of absent) if (!lost.includes(line)) expect(Number.parseInt(line, 10)).toBeGreaterThan(last);
    });
  },
);

test("an action that left no row is not taken for found", async () => {
  const [{ folder, actions } = { folder: "", actions: "" }] = folders;
  const lines = readFileSync(actions, "utf8").trim().split("\n");
  const action = JSON.parse(lines[9] ?? "") as Action;
  const evidence = await sampleEvidence(folder);
  const rows = await rowsIn(evidence, "secrets");
  expect(registersOfAction(action)).toEqual(["secrets"]);
  expect(isRecorded(action, rows)).toBe(true);
  expect(
    isRecorded(
      action,
      rows
        .filter(({ auditIDs }) => !action.auditIDs.some((id) => auditIDs.includes(id)))
        .filter(({ actor }) => actor !== "bob"),
    ),
  ).toBe(false);
});
