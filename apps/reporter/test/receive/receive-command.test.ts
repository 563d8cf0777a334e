import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { auditEvent, auditID, eventList } from "@kaudit/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runProgramHere } from "../run-program.js";
import { startKaudit } from "../spawn-kaudit.js";

let folder: string;
let store: string;
let running: ChildProcessWithoutNullStreams | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kaudit-receive-test-"));
  store = join(folder, "store");
});

afterEach(async () => {
  running?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** Starts a receiver on this machine; gives its address when it listens. */
async function startReceiving(...more: readonly string[]): Promise<string> {
  const child = startKaudit([
    ..."receive --cluster c1 --listen 127.0.0.1:0 --insecure-loopback --commit-seconds 0.5 --min-free 1".split(" "),
    "--store",
    store,
    ...more,
  ]);
  running = child;
  let text = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const [, url] = /listening on (http:\S+)\n/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.on("exit", () => reject(new Error(`it ended: ${text}`)));
  });
}

function batch(first: number, count: number): string {
  return JSON.stringify(
    eventList(Array.from({ length: count }, (_, n) => auditEvent({ auditID: auditID(first + n) }))),
  );
}

async function post(url: string, body: string): Promise<number> {
  const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  return response.status;
}

/** The audit ids in the store, each as often as it is there. */
async function stored(): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await runProgramHere(["query", "events", "--store", store, "-o", "jsonl"]);
  expect(exitCode, stderr).toBe(0);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { auditID: string }).auditID);
}

async function whenStored(count: number): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt++) {
    const ids = await stored().catch(() => []);
    if (ids.length >= count || attempt === 60) return ids;
    await wait(500);
  }
}

function ended(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => child.on("exit", (code) => resolve(code)));
}

describe("kaudit receive", () => {
  test("what was sent, also twice, is in the store once, under the API server of the path", async () => {
    const url = await startReceiving();
    expect(await post(`${url}/cp-1`, batch(1, 40))).toBe(200);
    expect(await post(`${url}/cp-1`, batch(1, 40))).toBe(200);
    expect(await post(`${url}/cp-1`, batch(30, 40))).toBe(200);
    const ids = await whenStored(69);
    expect([...ids].toSorted()).toEqual(Array.from({ length: 69 }, (_, n) => auditID(n + 1)));
    const { stdout } = await runProgramHere(["inspect", "--store", store, "-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ totals: { events: 69, rejected: 0 } });
    expect(stdout).toContain("cp-1");
  }, 60_000);

  test("nothing that was acknowledged is lost when it is killed at any moment, and nothing is there twice", async () => {
    const acknowledged = new Set<string>();
    let next = 1;
    for (let round = 0; round < 6; round++) {
      const url = await startReceiving();
      const child = running;
      const senders = Array.from({ length: 4 }, async () => {
        for (;;) {
          const first = next;
          next += 5;
          if ((await post(url, batch(first, 5)).catch(() => 0)) !== 200) return;
          for (let n = 0; n < 5; n++) acknowledged.add(auditID(first + n));
        }
      });
      await wait(150 + ((round * 397) % 900));
      const exited = child === null ? null : ended(child);
      child?.kill("SIGKILL");
      await Promise.all([...senders, exited]);
    }
    expect(acknowledged.size).toBeGreaterThan(50);
    await startReceiving();
    const ids = await whenStored(acknowledged.size);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of acknowledged) expect(ids).toContain(id);
    expect((await runProgramHere(["store", "verify", store])).exitCode).toBe(0);
  }, 120_000);

  test("SIGTERM ends it with 0 and a line that says what was received", async () => {
    const url = await startReceiving();
    expect(await post(url, batch(1, 3))).toBe(200);
    const child = running;
    if (child === null) throw new Error("it does not run");
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const code = ended(child);
    child.kill("SIGTERM");
    expect(await code).toBe(143);
    expect(output).toBe("3 events received in 1 batch, 0 items rejected\n");
    // What came in and was not yet in the store is there after the next start.
    await startReceiving();
    expect(await whenStored(3)).toHaveLength(3);
  }, 60_000);

  test("two cannot have the same folder: the second ends with 75", async () => {
    await startReceiving();
    const first = running;
    const second = startKaudit(
      ["receive", "--cluster", "c1", "--listen", "127.0.0.1:0", "--insecure-loopback", "--store", store],
      {},
    );
    expect(await ended(second)).toBe(75);
    expect(first?.exitCode).toBeNull();
  }, 60_000);
});

describe("kaudit receive does not start", () => {
  test.each([
    [
      "where anybody could send (abuse case 1)",
      ["--listen", "0.0.0.0:0", "--insecure-loopback"],
      "listen on 127.0.0.1",
    ],
    ["in the clear", ["--listen", "127.0.0.1:0"], "--insecure-loopback"],
    ["with a certificate and no key", ["--tls-certificate", "c.crt"], "--tls-key"],
    ["with a client CA and no TLS", ["--client-ca", "ca.crt"], "--tls-certificate"],
    [
      "with a client's name and no CA",
      ["--client-name", "x", "--insecure-loopback", "--listen", "127.0.0.1:0"],
      "--client-ca",
    ],
    ["on no port", ["--listen", "127.0.0.1"], "expected a port"],
    ["on a port that is none", ["--listen", "70000"], "expected a port"],
    ["with a cluster that climbs", ["--cluster", "../x", "--insecure-loopback", "--listen", "127.0.0.1:0"], "letters"],
    ["with a size that is none", ["--max-body", "big"], "expected a size"],
  ])("%s", async (_name, args, named) => {
    const given = args.includes("--cluster") ? args : ["--cluster", "c1", ...args];
    const { exitCode, stderr } = await runProgramHere(["receive", "--store", store, ...given]);
    expect([exitCode, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toContain(named);
  });

  test("with a token that is too short, which it does not show", async () => {
    const file = join(folder, "token");
    await writeFile(file, "short\n");
    const { exitCode, stderr } = await runProgramHere([
      ..."receive --cluster c1 --listen 127.0.0.1:0 --insecure-loopback --store".split(" "),
      store,
      "--token-file",
      file,
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("expected one token of 16 to 4096 printable characters");
    expect(stderr).not.toContain("short");
  });
});

describe("kaudit receive --print-kubeconfig", () => {
  test("prints what kube-apiserver reads, with the flags as comments and no secret", async () => {
    const { exitCode, stdout } = await runProgramHere([
      ..."receive --print-kubeconfig --url https://kaudit.example:9443/audit/cp-1 --client-certificate /pki/c.crt".split(
        " ",
      ),
      ..."--client-key /pki/c.key --certificate-authority /pki/ca.crt".split(" "),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("#   --audit-webhook-config-file=");
    const config = parse(stdout);
    const [context] = config.contexts;
    expect(config["current-context"]).toBe(context.name);
    expect(config.clusters).toEqual([
      {
        name: context.context.cluster,
        cluster: { server: "https://kaudit.example:9443/audit/cp-1", "certificate-authority": "/pki/ca.crt" },
      },
    ]);
    expect(config.users).toEqual([
      { name: context.context.user, user: { "client-certificate": "/pki/c.crt", "client-key": "/pki/c.key" } },
    ]);
  });

  test.each([
    [[], "--url is needed"],
    [["--url", "kaudit.example"], "expected an address"],
    [["--url", "https://user:secret@kaudit.example/audit"], "without user or password"],
    [["--url", "https://kaudit.example/other"], "expected an address"],
    [["--url", "https://kaudit.example/audit", "--client-key", "x"], "--client-certificate"],
  ])("%j ends with 2", async (args, named) => {
    const { exitCode, stderr } = await runProgramHere(["receive", "--print-kubeconfig", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain("secret");
  });
});
