import { usageError } from "../errors.js";
import { plainName, type ReceiveClient } from "./receive-client.js";

/** The options that say who may send. */
export interface ClientOptions {
  readonly cluster?: string;
  readonly instance?: string;
  readonly clientCa?: string;
  readonly clientName?: readonly string[];
  readonly tokenFile?: readonly string[];
  readonly insecureLoopback?: boolean;
}

const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host);

/**
 * Gives the clients that the options name: one for each `--client-name` (or one for every certificate of the client CA) and
 * one for each token file. All send for the same cluster.
 *
 * Throws `KAUDIT_CLI_USAGE` where nothing is asked of clients, unless that was said and only this machine can reach the
 * listener; and for names that cannot be part of a path.
 */
export async function chooseClients(
  options: ClientOptions,
  host: string,
  readToken: (path: string) => Promise<string>,
): Promise<readonly ReceiveClient[]> {
  const cluster = requireName("--cluster", options.cluster ?? "");
  const instance = options.instance === undefined ? null : requireName("--instance", options.instance);
  const { clientCa, clientName = [], tokenFile = [], insecureLoopback } = options;
  if (clientName.length > 0 && clientCa === undefined) {
    throw usageError("--client-name needs the CA that signs the clients' certificates: --client-ca ca.pem");
  }
  if (insecureLoopback === true) {
    if (!isLoopback(host)) {
      throw usageError(`--insecure-loopback with --listen ${host}: others could reach it; listen on 127.0.0.1`);
    }
    if (clientCa === undefined && tokenFile.length === 0) {
      return [{ name: "loopback", cluster, instance, credential: { kind: "none" } }];
    }
  }
  const clients: ReceiveClient[] = [];
  if (clientCa !== undefined) {
    const names = clientName.length === 0 ? [null] : clientName;
    for (const commonName of names) {
      const name = commonName === null ? "certificate" : pathName(commonName);
      clients.push({ name, cluster, instance, credential: { kind: "certificate", commonName, fingerprint: null } });
    }
  }
  for (const [index, path] of tokenFile.entries()) {
    const token = (await readToken(path)).trim();
    if (!/^[\x21-\x7e]{16,4096}$/.test(token)) {
      throw usageError(`--token-file ${path}: expected one token of 16 to 4096 printable characters`);
    }
    const name = tokenFile.length === 1 ? "token" : `token-${index + 1}`;
    clients.push({ name, cluster, instance, credential: { kind: "token", token } });
  }
  if (clients.length === 0) {
    throw usageError(
      "nobody could be told from anybody; give --client-ca ca.pem or --token-file FILE, or listen on 127.0.0.1 with --insecure-loopback",
    );
  }
  return clients;
}

function requireName(option: string, name: string): string {
  if (name === "") throw usageError(`${option} is needed: under what name are the events kept?`);
  if (plainName.test(name)) return name;
  throw usageError(`${option} ${name}: expected letters, digits, '.', '_' and '-', at most 128`);
}

/** A common name as part of a file's name. */
function pathName(commonName: string): string {
  const name = commonName.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  if (plainName.test(name)) return name;
  throw usageError(`--client-name ${commonName}: has no letter or digit to name its files by`);
}
