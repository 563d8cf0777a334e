import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EvidenceSupport } from "../src/inspect/evidence-support.js";
import type { Inspection } from "../src/inspect/inspection.js";
import { exampleFolder, exampleLogs, type RawEvent, rawLines } from "./raw-example.js";
import { runProgramHere } from "./run-program.js";

const raw = rawLines.map(({ event }) => event);

/** Counts raw events by a key, as `top` lists them. */
function countsOf(keyOf: (event: RawEvent) => string): readonly { readonly key: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const event of raw) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1);
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

async function inspected(...args: readonly string[]): Promise<Inspection> {
  const { exitCode, stdout, stderr } = await runProgramHere(["inspect", ...args, "-o", "json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Inspection;
}

/** A request for this resource of this group, with one of these verbs, by an authenticated user. */
function asks(resources: readonly string[], group: string, verbs: readonly string[]): (event: RawEvent) => boolean {
  return ({ objectRef, verb, user }) => {
    const { resource = "", subresource, apiGroup = "" } = objectRef ?? {};
    const full = subresource === undefined ? resource : `${resource}/${subresource}`;
    return user.username !== undefined && apiGroup === group && resources.includes(full) && verbs.includes(verb);
  };
}

const changes = ["create", "update", "patch", "delete", "deletecollection"];
const rbacGroup = "rbac.authorization.k8s.io";

function supportFor(inspection: Inspection, name: string): EvidenceSupport | undefined {
  return inspection.evidence.find((one) => one.evidenceClass === name);
}

describe("kaudit inspect -o json of the example log", () => {
  test("counts what the raw log has", async () => {
    const inspection = await inspected(exampleFolder, "--top", "9999");
    const { users, verbs, levels, stages, codes, shapes, origins } = inspection;
    expect(users.top).toEqual(countsOf(({ user }) => user.username ?? ""));
    expect(verbs.top).toEqual(countsOf(({ verb }) => verb));
    expect(levels.top).toEqual(countsOf(({ level }) => level));
    expect(stages.top).toEqual(countsOf(({ stage }) => stage));
    expect(codes.top).toEqual(countsOf(({ responseStatus }) => String(responseStatus?.code ?? "none")));
    expect(shapes.top).toEqual([{ key: "json-lines", count: raw.length }]);
    expect(origins.top).toEqual([{ key: "kube-apiserver", count: raw.length }]);
    for (const { others, capped } of [users, verbs, levels, stages, codes]) {
      expect({ others, capped }).toEqual({ others: 0, capped: false });
    }
    // objectRef names what the URL names, but where a create takes it from the body.
    const fromUrl = (resource: string): number =>
      raw.filter(({ requestURI }) => new RegExp(`^/api/v1/(namespaces/[^/?]+/)?${resource}([/?]|$)`).test(requestURI))
        .length;
    const plain = inspection.resources.top.filter(({ key }) => /^configmaps(\/|$)/.test(key));
    expect(plain.reduce((sum, { count }) => sum + count, 0)).toBe(fromUrl("configmaps"));
    const all = inspection.resources.top.reduce((sum, { count }) => sum + count, 0);
    expect(all).toBe(raw.length);
  });

  test("--top lists no more, and the rest adds up", async () => {
    const { users, verbs, largest } = await inspected(exampleFolder, "--top", "2");
    const expected = countsOf(({ verb }) => verb);
    expect(verbs.top).toEqual(expected.slice(0, 2));
    expect(verbs.others).toBe(expected.slice(2).reduce((sum, { count }) => sum + count, 0));
    expect(users.top).toHaveLength(2);
    expect(largest).toHaveLength(2);
  });

  test("names the files, times and the API server", async () => {
    const { files, totals, time, servers, skipped, schemaVersion } = await inspected(exampleFolder);
    const times = (key: "requestReceivedTimestamp" | "stageTimestamp"): readonly string[] =>
      raw.map((event) => event[key]).toSorted();
    expect(schemaVersion).toBe(1);
    expect(files.map(({ file }) => file)).toEqual(exampleLogs);
    expect(skipped.map(({ file }) => file)).toEqual(["policy.yaml"]);
    expect(totals).toMatchObject({ records: raw.length, events: raw.length, rejected: 0, foreign: 0 });
    const bytes = exampleLogs.reduce((sum, name) => sum + readFileSync(join(exampleFolder, name)).length, 0);
    const [firstRecorded, lastRecorded] = [times("stageTimestamp")[0] ?? "", times("stageTimestamp").at(-1) ?? ""];
    const seconds = (Date.parse(lastRecorded) - Date.parse(firstRecorded)) / 1000;
    expect(time).toEqual({
      firstReceived: times("requestReceivedTimestamp")[0],
      lastReceived: times("requestReceivedTimestamp").at(-1),
      firstRecorded,
      lastRecorded,
      recordedSeconds: seconds,
      anHour: { events: Math.round((raw.length / seconds) * 3600), bytes: Math.round((bytes / seconds) * 3600) },
    });
    expect(servers).toEqual([
      {
        cluster: null,
        instance: "recommended-policy",
        basis: "directory",
        files: exampleLogs.length,
        events: raw.length,
        firstRecorded,
        lastRecorded,
        gaps: expect.objectContaining({ count: 0, complete: true }) as unknown,
        kubernetesVersions: {
          top: [
            {
              key: "v1.36.2",
              count: raw.filter(
                ({ user, userAgent = "" }) =>
                  user.username === "system:apiserver" && userAgent.startsWith("kube-apiserver/v1.36.2 "),
              ).length,
            },
          ],
          others: 0,
          capped: false,
        },
      },
    ]);
  });

  test("finds the largest events and where they are", async () => {
    const { largest } = await inspected(exampleFolder, "--top", "7");
    const expected = rawLines
      .map(({ file, byteOffset, text, event: { level, stage, verb } }) => {
        return { file, byteOffset, bytes: Buffer.byteLength(text), level, stage, verb };
      })
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, 7);
    expect(largest).toMatchObject(expected);
  });

  test("counts evidence by what the requests ask for and how they ended", async () => {
    const inspection = await inspected(exampleFolder);
    const reads = ["get", "list", "watch"];
    const expected: Readonly<Record<string, (event: RawEvent) => boolean>> = {
      secrets: asks(["secrets"], "", [...reads, ...changes]),
      rbac: asks(["roles", "clusterroles", "rolebindings", "clusterrolebindings"], rbacGroup, changes),
      authentication: ({ responseStatus }) => responseStatus?.code === 401,
      authorization: ({ responseStatus }) => responseStatus?.code === 403,
      impersonation: ({ impersonatedUser }) => impersonatedUser !== undefined,
      deletions: ({ verb, user, objectRef }) =>
        ["delete", "deletecollection"].includes(verb) && user.username !== undefined && objectRef !== undefined,
    };
    for (const [name, isSeen] of Object.entries(expected)) {
      const seen = raw.filter(isSeen).length;
      expect(seen, name).toBeGreaterThan(0);
      expect(supportFor(inspection, name), name).toEqual({
        evidenceClass: name,
        seen,
        recordable: null,
        recordableByActor: {},
        blindSpots: [],
        answer: "seen",
      });
    }
  });

  test("with --policy says what the policy in force can record", async () => {
    const inspection = await inspected(exampleFolder, "--policy", join(exampleFolder, "policy.yaml"));
    expect(inspection.policy).toBe("policy.yaml");
    // The policy records Secrets and sessions of everybody; requests for /healthz and the like it leaves out.
    for (const name of ["secrets", "rbac", "sessions", "deletions"]) {
      expect(supportFor(inspection, name)).toMatchObject({ recordable: "yes", answer: "seen" });
    }
    expect(supportFor(inspection, "authentication")?.recordable).toBe("partly");
  });
});

describe("kaudit inspect of the example log, as text", () => {
  test.each([80, 100, 200])("fits a terminal of %i columns", async (terminal) => {
    const args = ["inspect", exampleFolder, "--policy", join(exampleFolder, "policy.yaml"), "--no-color", "--quiet"];
    const { stdout, exitCode } = await runProgramHere(args, { terminal });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1,214 records = 1,214 events + 0 rejected + 0 foreign\n");
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(terminal);
  });

  test("shows progress on standard error, and with --quiet nothing", async () => {
    const loud = await runProgramHere(["inspect", exampleFolder], { terminal: 80 });
    expect(loud.stderr).toContain("reading ");
    const quiet = await runProgramHere(["inspect", exampleFolder, "--quiet"], { terminal: 80 });
    expect(quiet).toEqual({ ...loud, stderr: "" });
  });
});
