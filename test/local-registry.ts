import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { repository } from "./workspace.js";

/** An npm registry on this machine, for the `@kaudit` packages only. */
export interface LocalRegistry {
  /** With a slash at its end. */
  readonly url: string;
  /** Lines for an `.npmrc`: this registry for `@kaudit`, and the right to publish to it. */
  readonly npmrc: string;
  stop(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? found(address.port) : failed()));
    });
  });
}

async function token(url: string): Promise<string> {
  const user = {
    name: "publisher",
    password: "only-for-this-test",
    type: "user",
    roles: [],
    date: "2026-01-01T00:00:00Z",
  };
  const response = await fetch(`${url}-/user/org.couchdb.user:publisher`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  });
  const answer = (await response.json()) as { readonly token?: string };
  if (answer.token === undefined) throw new Error(`The local registry made no user: ${response.status}`);
  return answer.token;
}

/**
 * Starts Verdaccio on a free loopback port with its storage in `folder`. It knows no other registry, so a package of
 * `@kaudit` that comes from it was published to it. Throws if it does not answer within 30 seconds.
 */
export async function startLocalRegistry(folder: string): Promise<LocalRegistry> {
  mkdirSync(folder, { recursive: true });
  const url = `http://127.0.0.1:${await freePort()}/`;
  const settings = [
    `storage: ${JSON.stringify(join(folder, "storage"))}`,
    `auth: { htpasswd: { file: ${JSON.stringify(join(folder, "htpasswd"))}, max_users: 10 } }`,
    "uplinks: {}",
    "packages: { '@kaudit/*': { access: $all, publish: $authenticated } }",
    "web: { enable: false }",
    "max_body_size: 100mb",
    "log: { type: stdout, format: json, level: error }",
  ];
  const config = join(folder, "config.yaml");
  writeFileSync(config, `${settings.join("\n")}\n`);
  const verdaccio = join(repository, "node_modules/verdaccio/bin/verdaccio");
  const child = spawn(process.execPath, [verdaccio, "--config", config, "--listen", url.slice(0, -1)], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill();
    await ended;
  };
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answers = await fetch(`${url}-/ping`).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`The local registry did not start:\n${said}`);
    }
    await sleep(100);
  }
  const npmrc = `@kaudit:registry=${url}\n${url.replace("http:", "")}:_authToken=${await token(url)}\n`;
  return { url, npmrc, stop };
}
