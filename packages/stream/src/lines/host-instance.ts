import type { EnvelopeFacts } from "../envelopes/envelope.js";

/** What stands for "no host name", or names every machine alike. */
const namesNoMachine: ReadonlySet<string> = new Set(["-", "localhost", "127.0.0.1", "::1", "unknown"]);

/** The node that a line came from is the API server's instance: there is at most one on each. */
export function hostInstance(host: string | undefined): EnvelopeFacts {
  return host === undefined || namesNoMachine.has(host.toLowerCase()) ? {} : { instance: host };
}
