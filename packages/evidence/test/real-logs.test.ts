import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AuditEvent } from "@kaudit/schema";
import { describe, expect, test } from "vitest";
import { registerCsv, registerNames, registerSchemas } from "../src/index.js";
import type { Evidence, RegisterRow, RegisterRows } from "../src/index.js";
import { plainReading } from "./support/event-reading.js";
import { rowsIn } from "./support/gathered.js";
import { logFiles, sampleEvidence } from "./support/sample-evidence.js";
import { expectedRegisters } from "./support/straightforward.js";

const examples = fileURLToPath(new URL("../../../examples/", import.meta.url));
const originals = fileURLToPath(new URL("../../../../shared/data/logs/", import.meta.url));

/** Rows of each register, as a separate script counted them in the raw files. */
const counts: Readonly<Record<string, readonly number[]>> = {
  // secrets, rbac, sessions, authentication, authorization, credentials, impersonation, deletions, configuration
  // The example is the same log without most of what the control plane did by itself.
  "examples/recommended-policy": [115, 191, 40, 8, 47, 40, 9, 68, 63],
  "recommended-policy": [115, 191, 40, 8, 47, 84, 9, 68, 85],
  "request-response": [115, 191, 40, 8, 49, 84, 9, 68, 84],
  "webhook-batches": [80, 185, 39, 1, 20, 60, 8, 16, 55],
  "kill-9": [82, 186, 0, 0, 58, 55, 6, 15, 50],
  "truncated-events": [79, 151, 39, 1, 14, 60, 7, 10, 53],
  "retention-gap": [36, 37, 39, 7, 33, 24, 8, 17, 4],
  "compressed-rotation": [79, 185, 0, 0, 15, 58, 6, 14, 50],
  copytruncate: [1, 137, 0, 0, 0, 0, 0, 2, 48],
  "disk-full": [1, 137, 0, 0, 0, 0, 0, 1, 47],
};

const folders = [
  { name: "examples/recommended-policy", folder: `${examples}recommended-policy`, log: "examples/recommended-policy" },
  ...Object.keys(counts)
    .filter((log) => !log.startsWith("examples/"))
    .map((log) => ({ name: log, folder: `${originals}${log}`, log })),
].filter(({ folder }) => existsSync(folder));

async function eventsOf(folder: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const { event } of plainReading(logFiles(folder))) events.push(event);
  return events;
}

/** What identifies a row's request, without the row. */
function identity(row: RegisterRow): string {
  return JSON.stringify([row.time, row.actor, row.verb, row.code, row.auditIDs]);
}

async function allRows(evidence: Evidence): Promise<{ readonly [Name in keyof RegisterRows]: RegisterRows[Name][] }> {
  const entries = await Promise.all(registerNames.map(async (name) => [name, await rowsIn(evidence, name)]));
  return Object.fromEntries(entries) as { [Name in keyof RegisterRows]: RegisterRows[Name][] };
}

test("the example log is there", () => {
  expect(existsSync(`${examples}recommended-policy`)).toBe(true);
});

describe.each(folders)("the registers of $name", { timeout: 60_000 }, ({ folder, log }) => {
  let made: Promise<Evidence> | undefined;
  const gatheredOnce = (): Promise<Evidence> => (made ??= sampleEvidence(folder));

  test("hold the requests that a plain grouping of the raw events gives", async () => {
    const expected = expectedRegisters(await eventsOf(folder));
    const rows = await allRows(await gatheredOnce());
    for (const name of registerNames) {
      const wanted = (expected[name] ?? []).map(({ received, user, verb, code, auditIDs }) =>
        JSON.stringify([received, user, verb, code, auditIDs]),
      );
      expect([name, rows[name].map(identity).toSorted()]).toEqual([name, wanted.toSorted()]);
      for (const row of rows[name]) registerSchemas[name].parse(row);
    }
    expect(registerNames.map((name) => rows[name].length)).toEqual(counts[log]);
  });

  test("totals tie with the raw lines", async () => {
    const events = await eventsOf(folder);
    const { bundle } = await gatheredOnce();
    expect(bundle.totals.events).toBe(events.length);
    expect(bundle.totals.unique).toBe(new Set(events.map((event) => JSON.stringify(event))).size);
    expect(bundle.coverage.reduce((sum, { events: count }) => sum + count, 0)).toBe(bundle.totals.insidePeriod);
  });

  test("every session has its start and end from the stages, and the verb tells the protocol", async () => {
    const events = await eventsOf(folder);
    for (const row of await rowsIn(await gatheredOnce(), "sessions")) {
      const own = events.filter(({ auditID, verb }) => auditID === row.auditID && verb === row.verb);
      const at = (...stages: string[]): string => own.find(({ stage }) => stages.includes(stage))?.stageTimestamp ?? "";
      if (row.kind === "ephemeralcontainer") continue;
      if (row.established) expect(row.start).toBe(at("ResponseStarted"));
      expect(row.end).toBe(at("ResponseComplete", "Panic") || at("ResponseStarted"));
      if (row.established) expect(row.durationSeconds).toBeGreaterThan(0);
      else expect(row.durationSeconds).toBeNull();
      if (row.kind !== "proxy")
        expect(row.protocol).toBe(
          ({ get: "websocket", create: "spdy" } as Record<string, string>)[row.verb] ?? "unknown",
        );
    }
  });

  test("are inert as CSV", async () => {
    const evidence = await gatheredOnce();
    for (const name of registerNames) {
      let text = "";
      for await (const piece of registerCsv(name, evidence.rows(name))) text += piece;
      const entry = evidence.bundle.registers.find((register) => register.name === name);
      expect(text.split("\r\n")).toHaveLength((entry?.rows ?? 0) + 2);
      // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
      expect(text).not.toMatch(/(?:^|[,\n])"?[=+\-@]/);
    }
  });
});

describe("the example log", { timeout: 60_000 }, () => {
  const evidence = sampleEvidence(`${examples}recommended-policy`);

  test("holds the eight failed authentications, which exist at ResponseStarted only", async () => {
    const rows = await rowsIn(await evidence, "authentication");
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      expect(row).toMatchObject({
        code: 401,
        outcome: "denied",
        actor: "",
        actorKind: "unauthenticated",
        groups: [],
        method: "",
      });
    }
  });

  test("shows exec over WebSocket and over SPDY, established, with start and end", async () => {
    const exec = (await rowsIn(await evidence, "sessions")).filter(
      ({ kind, established }) => kind === "exec" && established,
    );
    for (const protocol of ["websocket", "spdy"]) {
      const own = exec.filter((row) => row.protocol === protocol);
      expect(own.length).toBeGreaterThan(3);
      for (const row of own) expect(row).toMatchObject({ code: 101, open: false, outcome: "success" });
    }
    expect(exec.map(({ command }) => command)).toContainEqual(["echo", '雪 "q" \\ \n newline', "$(id)", "a b"]);
  });

  test("shows carol's exec, refused over WebSocket and then SPDY, as one denied attempt", async () => {
    const own = (await rowsIn(await evidence, "sessions")).filter(
      ({ actor, kind }) => actor === "carol" && kind === "exec",
    );
    expect(own.map(({ outcome, auditIDs, verb }) => [outcome, auditIDs.length, verb])).toEqual([
      ["denied", 2, "get"],
      ["denied", 1, "create"],
    ]);
    expect(own.every(({ established, code }) => !established && code === 403)).toBe(true);
  });

  test("keeps the requests of the client-set Audit-ID apart", async () => {
    const { secrets, authorization } = await allRows(await evidence);
    const own = [...secrets, ...authorization].filter(({ auditID }) => auditID === "my-own-audit-id-1");
    const raw = (await eventsOf(`${examples}recommended-policy`)).filter(
      ({ auditID }) => auditID === "my-own-audit-id-1",
    );
    expect(new Set(raw.map(({ requestReceivedTimestamp }) => requestReceivedTimestamp)).size).toBe(3);
    expect(new Set(own.map(({ time }) => time)).size).toBe(own.length);
  });

  test("shows the secret listing through //api//v1 as an attempt", async () => {
    const rows = await rowsIn(await evidence, "secrets");
    const others = rows.filter(({ access, code }) => access === "other" && code === 404);
    expect(others.map(({ namespace, name, actor }) => [namespace, name, actor])).toEqual([
      ["team-a", "..", "bob"],
      ["team-a", "", "bob"],
      ["payments", "", "bob"],
    ]);
  });

  test("tells who refused each 403", async () => {
    const raw = await eventsOf(`${examples}recommended-policy`);
    for (const row of await rowsIn(await evidence, "authorization")) {
      const event = raw.find(
        ({ auditID, responseStatus, verb }) =>
          auditID === row.auditID && responseStatus?.code === 403 && verb === row.verb,
      );
      const message = event?.responseStatus?.message ?? "";
      const decision = event?.annotations?.["authorization.k8s.io/decision"];
      if (decision === "forbid") expect(row.deniedBy).toBe("rbac");
      else if (message.includes("attempting to grant RBAC permissions")) expect(row.deniedBy).toBe("escalation");
      else if (message.includes("cannot impersonate")) expect(row.deniedBy).toBe("impersonation");
      else expect(row.deniedBy).toBe("admission");
    }
    const summary = (await evidence).bundle.registers.find(({ name }) => name === "authorization")?.summary;
    expect(summary?.byKind).toEqual({ admission: 4, escalation: 3, impersonation: 2, rbac: 38 });
  });

  test("says in plain words what changes of access gave", async () => {
    const rows = await rowsIn(await evidence, "rbac");
    const own = (actor: string, resource: string, name: string): readonly (readonly string[])[] =>
      rows
        .filter((row) => row.actor === actor && row.resource === resource && row.name === name)
        .map((row) => [row.grants, row.raisesPrivilege, row.outcome]);
    expect(own("kubernetes-admin", "clusterrolebindings", "alice-admin")).toEqual([
      ["lets user alice do everything (ClusterRole cluster-admin) in every namespace", "true", "success"],
      ["", "false", "success"],
    ]);
    expect(own("bob", "clusterroles", "god")).toEqual([
      ["lets holders of ClusterRole god do everything with every resource", "true", "denied"],
    ]);
    expect(own("kubernetes-admin", "rolebindings", "app-secrets")).toEqual([
      [
        "lets service account app of namespace payments read Secrets (Role app-secrets) in namespace payments",
        "true",
        "success",
      ],
    ]);
    expect(own("kubernetes-admin", "clusterrolebindings", "cluster-admin")).toEqual([
      ["lets user mallory do everything (ClusterRole cluster-admin) in every namespace", "true", "success"],
    ]);
  });

  test("knows the content before a deletion from the changes that went before", async () => {
    const rows = await rowsIn(await evidence, "rbac");
    const gone = rows.find(({ change, name }) => change === "delete" && name === "alice-admin");
    expect(JSON.parse(gone?.before ?? "")).toEqual({
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "alice" }],
      roleRef: { kind: "ClusterRole", apiGroup: "rbac.authorization.k8s.io", name: "cluster-admin" },
    });
    expect(gone?.after).toBe("");
  });
});

function ids(rows: readonly RegisterRow[]): Set<string> {
  return new Set(rows.flatMap(({ auditIDs }) => auditIDs));
}

interface Action {
  readonly who: string;
  readonly what: string;
  readonly start: string;
  readonly end: string;
  readonly auditIDs: readonly string[];
}

/** A row received while the action was going on: how to join where no id was printed. */
function during(rows: readonly RegisterRow[], { start, end }: Action): boolean {
  return rows.some(({ time }) => time >= start && time <= end);
}

const truthFile = `${originals}recommended-policy/truth.json`;

describe.skipIf(!existsSync(truthFile))("the actions that were done to the cluster", { timeout: 60_000 }, () => {
  const truth = existsSync(truthFile) ? (JSON.parse(readFileSync(truthFile, "utf8")) as Record<string, Action[]>) : {};
  const evidence = existsSync(truthFile)
    ? sampleEvidence(`${originals}recommended-policy`)
    : Promise.reject(new Error());
  evidence.catch(() => {});

  test("every failed login is in the authentication register", async () => {
    const { authentication, sessions } = await allRows(await evidence);
    const found = ids([...authentication, ...sessions]);
    for (const action of truth["authenticationFailures"] ?? []) {
      expect([action.what, action.auditIDs.some((id) => found.has(id))]).toEqual([action.what, true]);
    }
  });

  test("every access to a Secret is in the secrets register", async () => {
    const { secrets } = await allRows(await evidence);
    const found = ids(secrets);
    const missing = (truth["secretAccess"] ?? []).filter(
      (action) => !action.auditIDs.some((id) => found.has(id)) && !during(secrets, action),
    );
    // Not a request on Secrets: GET /api/v1/namespaces/team-a/%3Csecrets%3E/x, which truth.json counts by its words.
    expect(missing.map(({ what }) => what)).toEqual(["odd resource"]);
  });

  test("every denied action is in the authorization register", async () => {
    const { authorization } = await allRows(await evidence);
    const found = ids(authorization);
    const missing = (truth["denied"] ?? []).filter(
      (action) => !action.auditIDs.some((id) => found.has(id)) && !during(authorization, action),
    );
    // The policy in force records nothing (level None) for /metrics and /healthz.
    expect(missing.map(({ what }) => what)).toEqual(["anonymous GET /metrics", "POST to nonresource"]);
  });

  test("every session is in the sessions register, joined by time where kubectl prints no id", async () => {
    const { sessions } = await allRows(await evidence);
    const missing = (truth["interactive"] ?? []).filter((action) => !during(sessions, action));
    // kubectl asks for the pod first; it was not there, so no session was ever asked for.
    expect(missing.map(({ what }) => what)).toEqual(["EXEC missing pod (404 on get)"]);
  });
});
