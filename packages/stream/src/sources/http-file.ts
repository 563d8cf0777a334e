import { throwIfAborted } from "../abort.js";
import { StreamError } from "../errors.js";
import type { StreamErrorCode } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import type { FoundInput } from "./found-file.js";
import { maskedAddress } from "./masked-address.js";
import { streamBytes } from "./stream-bytes.js";
import { unreadable } from "./unreadable.js";

const mostRedirects = 5;
const adviceForNetwork = "Check the address and the network, then run again.";

/**
 * Gives an `http://` or `https://` address as a file that was named: its name is the last part of the path. It is asked
 * for when it is read, not before.
 *
 * Throws StreamError `KAUDIT_STREAM_OPTION_INVALID` unless `allowHttp` is set and it is an address.
 */
export function findAddress(input: string, { allowHttp, signal }: ResolvedOptions): FoundInput {
  if (!URL.canParse(input)) throw invalid("an input begins like the address of a web server, but is none.");
  const address = new URL(input);
  address.hash = "";
  if (allowHttp !== true) {
    throw invalid(
      `${maskedAddress(address)}: addresses of web servers are only read when that is asked for. Set allowHttp: true.`,
    );
  }
  const slash = address.pathname.lastIndexOf("/");
  const lastPart = address.pathname.slice(slash + 1);
  // A name with a slash in it would make several parts of one.
  const name = /%2f/i.test(lastPart) ? lastPart : decoded(lastPart) || address.hostname;
  const folder = `${address.origin}${address.pathname.slice(0, slash)}`;
  const open = () => httpBytes(address, signal);
  const file = { path: address.href, relativePath: name, bytes: 0, identity: address.href, isLink: false, open };
  return { folder, named: true, files: [file], passedOver: [] };
}

function invalid(message: string): StreamError {
  return new StreamError("KAUDIT_STREAM_OPTION_INVALID", message, { details: { option: "inputs" } });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Gives what a web server sends as the content of an address. Follows at most five redirects, none of them from https to
 * http; user name and password of the address go to its own origin only.
 *
 * A content coding of the transfer is taken off; what is compressed then is a file that was compressed itself.
 *
 * Throws StreamError `KAUDIT_STREAM_INPUT_MISSING` for status 404 and 410, `KAUDIT_STREAM_INPUT_UNREADABLE` for other
 * statuses and for a connection that fails, `KAUDIT_STREAM_ABORTED`. No message holds a password or a query's value.
 */
async function* httpBytes(address: URL, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal);
  const call = new AbortController();
  const end = (): void => call.abort();
  signal?.addEventListener("abort", end, { once: true });
  try {
    const { body } = await answerOf(address, call.signal).catch((cause: unknown) => {
      throwIfAborted(signal);
      throw cause;
    });
    if (body !== null) yield* streamBytes(() => body, maskedAddress(address), signal, adviceForNetwork);
  } finally {
    signal?.removeEventListener("abort", end);
    end();
  }
}

async function answerOf(address: URL, signal: AbortSignal): Promise<Response> {
  let at = address;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await ask(at, at.origin === address.origin ? credentialsOf(address) : {}, signal);
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
    if (location === null) {
      if (answer.status === 200) return answer;
      await answer.body?.cancel();
      throw refused(at, answer.status);
    }
    await answer.body?.cancel();
    if (!URL.canParse(location, at.href)) throw failure("redirects to something that is no address", at);
    const next = new URL(location, at.href);
    if (!/^https?:$/.test(next.protocol) || (at.protocol === "https:" && next.protocol !== "https:"))
      throw failure("redirects to an address that is not read (from https only to https)", at);
    next.username = "";
    next.password = "";
    at = next;
  }
  throw failure(`more than ${mostRedirects} redirects`, address);
}

function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

async function ask(at: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  const plain = new URL(at);
  // fetch refuses addresses with a password, and quotes them.
  plain.username = "";
  plain.password = "";
  try {
    // The bytes as they lie there: what a server would compress only for the way need not be hashed so.
    return await fetch(plain, { redirect: "manual", signal, headers: { ...headers, "accept-encoding": "identity" } });
  } catch (cause) {
    throw unreadable(maskedAddress(at), cause, adviceForNetwork);
  }
}

function refused(at: URL, status: number): StreamError {
  if (status === 404 || status === 410)
    return failure(`no such address (status ${status}). Check it`, at, "KAUDIT_STREAM_INPUT_MISSING", status);
  return failure(`cannot be read (status ${status})`, at, "KAUDIT_STREAM_INPUT_UNREADABLE", status);
}

function failure(
  why: string,
  at: URL,
  code: StreamErrorCode = "KAUDIT_STREAM_INPUT_UNREADABLE",
  status?: number,
): StreamError {
  const path = maskedAddress(at);
  return new StreamError(code, `${path}: ${why}.`, { details: { path, ...(status === undefined ? {} : { status }) } });
}
