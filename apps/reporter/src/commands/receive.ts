import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { collect, storePlace, type StorePlace, takeLock, type WriterOptions } from "@kaudit/store";
import { isKauditError } from "@kaudit/schema";
import type { CommandContext } from "../command-context.js";
import { ReporterError, usageError } from "../errors.js";
import { type ExitCode, exitCodes } from "../exit-codes.js";
import { millisecondsOf } from "../inputs/seconds.js";
import { parseSize } from "../inputs/size.js";
import { type CertificateFiles, readCertificates, watchCertificates } from "../receive/certificate-files.js";
import { chooseClients, type ClientOptions } from "../receive/choose-clients.js";
import { defaultMinFreeBytes, watchDisk } from "../receive/disk-watch.js";
import { storeIncoming } from "../receive/incoming-batches.js";
import { type IncomingLog, openIncomingLog } from "../receive/incoming-log.js";
import { defaultReceiveLimits, type Receiver, startReceiver } from "../receive/receiver.js";
import { readKeyFile } from "../signing/key-file.js";
import { type StoreWritingOptions, writerOptions } from "../store/writer-options.js";
import { formatCount, formatQuantity } from "../terminal/numbers.js";

/** The options of `kaudit receive` as they come from the command line and the environment. */
export interface ReceiveOptions extends ClientOptions, StoreWritingOptions {
  readonly store?: string;
  readonly listen: string;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly incoming?: string;
  readonly commitSeconds: string;
  readonly maxBody?: string;
  readonly minFree?: string;
  readonly metrics?: boolean;
  readonly quiet?: boolean;
}

/** How long batches that were begun may take to end after a signal; the process is ended a second later. */
const stopMs = 2000;

/** Where it listens: `9443`, `127.0.0.1:9443` or `[::1]:9443`. */
function parseListen(listen: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ""] = /^(?:(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(listen) ?? [];
  const port = digits === "" ? Number.NaN : Number(digits);
  if (port <= 65_535) return { host: bracketed ?? plain ?? "0.0.0.0", port };
  throw usageError(`--listen ${listen}: expected a port, or an address and a port: 9443, 127.0.0.1:9443`);
}

function chooseBytes(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const bytes = parseSize(text);
  if (bytes <= 2 ** 40) return bytes;
  throw usageError(`${option} ${text}: expected a size such as 64Mi or 67108864`);
}

function certificateFiles(options: ReceiveOptions): CertificateFiles | null {
  const { tlsCertificate, tlsKey, clientCa, insecureLoopback } = options;
  if (tlsCertificate !== undefined && tlsKey !== undefined) {
    return { tlsCertificate, tlsKey, clientCa: clientCa ?? null };
  }
  if (tlsCertificate !== undefined || tlsKey !== undefined) {
    throw usageError("--tls-certificate and --tls-key go together; give both");
  }
  if (clientCa !== undefined) throw usageError("--client-ca needs --tls-certificate and --tls-key");
  if (insecureLoopback === true) return null;
  throw usageError(
    "events would cross the network in the clear; give --tls-certificate and --tls-key, or listen on 127.0.0.1 with --insecure-loopback",
  );
}

function incomingFolder({ incoming }: ReceiveOptions, { folder, address }: StorePlace): string {
  if (incoming !== undefined) return incoming;
  if (folder !== null) return join(folder, "incoming");
  throw usageError(
    `--store ${address}: give --incoming DIR, a local folder where batches are safe until they are there`,
  );
}

/**
 * Runs `kaudit receive` until a signal: takes batches of kube-apiserver's webhook backend, answers each when it is durable
 * in the folder of what comes in, and brings that folder into the store every few seconds.
 *
 * Ends after SIGTERM or SIGINT, with the exit code of the signal. Throws `KAUDIT_CLI_USAGE` before it listens where anybody could send, StoreError
 * `KAUDIT_STORE_BUSY` where another receiver has the folder, and coded errors for everything else that keeps it from
 * starting.
 */
export async function receive(options: ReceiveOptions, context: CommandContext): Promise<ExitCode> {
  const { host, port } = parseListen(options.listen);
  if (options.store === undefined) throw usageError("--store is needed: where are the events kept?");
  const place = storePlace(options.store);
  const folder = incomingFolder(options, place);
  const commitMilliseconds = millisecondsOf("--commit-seconds", options.commitSeconds, 3600);
  const maxBodyBytes = chooseBytes("--max-body", options.maxBody, defaultReceiveLimits.maxBodyBytes);
  const minFree = chooseBytes("--min-free", options.minFree, defaultMinFreeBytes);
  const files = certificateFiles(options);
  const clients = await chooseClients(options, host, async (path) => {
    const { text } = await readKeyFile(path, "--token-file", false);
    return text;
  });
  const writer = await writerOptions(options, context);
  const certificates = files === null ? null : await readCertificates(files);
  const note = (line: string): void => context.notes.write(`kaudit: ${line}\n`);

  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw cannotWrite(folder, error);
  });
  const lock = await takeLock(folder);
  const log = await openIncomingLog(folder, { now: context.now });
  const disk = await watchDisk(folder, minFree, (isLow, free) =>
    note(
      `${formatCount(Math.floor(free / 2 ** 20))} MiB free on the disk: batches are ${isLow ? "refused" : "taken again"}`,
    ),
  );
  try {
    const receiver = await startReceiver(
      {
        clients,
        certificates,
        log,
        limits: {
          ...defaultReceiveLimits,
          maxBodyBytes,
          maxBytesInFlight: Math.max(defaultReceiveLimits.maxBytesInFlight, maxBodyBytes),
        },
        isDiskLow: () => disk.isLow,
        now: context.now,
        metrics: options.metrics === true,
        note,
      },
      port,
      host,
    ).catch((error: unknown) => {
      throw cannotListen(options.listen, error);
    });
    const stopWatching =
      files === null
        ? () => undefined
        : watchCertificates(
            files,
            (next) => {
              receiver.useCertificates(next);
              note("new certificates are in use");
            },
            (message) => note(`${message}; the certificates before stay in use`),
          );
    const scheme = certificates === null ? "http" : "https";
    const { address, family } = receiver.address;
    const shown = family === "IPv6" ? `[${address}]` : address;
    if (options.quiet !== true) note(`listening on ${scheme}://${shown}:${receiver.address.port}/audit`);
    await storeUntilEnd({ place, folder, log, writer, commitMilliseconds, context, note });
    stopWatching();
    await endWithin(receiver, log);
    if (options.quiet !== true) await context.output.write(`${summary(receiver)}\n`);
    return exitCodes.done;
  } finally {
    disk.stop();
    lock.release();
  }
}

interface Storing {
  readonly place: StorePlace;
  readonly folder: string;
  readonly log: IncomingLog;
  readonly writer: WriterOptions;
  readonly commitMilliseconds: number;
  readonly context: CommandContext;
  readonly note: (line: string) => void;
}

/** Brings what is durable into the store again and again; a store that fails for now keeps nobody from sending. */
async function storeUntilEnd({
  place,
  folder,
  log,
  writer,
  commitMilliseconds,
  context,
  note,
}: Storing): Promise<void> {
  const { aborted } = context.signals;
  let lastProblem = "";
  while (!aborted.aborted) {
    await wait(commitMilliseconds, undefined, { signal: aborted }).catch(() => undefined);
    if (aborted.aborted) return;
    try {
      await storeIncoming(folder, log, async (cluster, inputs) => {
        const { wasEnded } = await collect(place, [{ cluster, inputs: [inputs] }], { ...writer, signal: aborted });
        return !wasEnded;
      });
      lastProblem = "";
    } catch (error) {
      const problem = isKauditError(error)
        ? error.message
        : `the store cannot be written (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`;
      // Said once, not at every attempt.
      if (problem !== lastProblem) note(`${problem}; what comes in is kept in ${folder} until then`);
      lastProblem = problem;
    }
  }
}

async function endWithin(receiver: Receiver, log: IncomingLog): Promise<void> {
  await Promise.race([receiver.stop(), wait(stopMs)]);
  await log.close();
}

function summary({ figures }: Receiver): string {
  const batches = formatQuantity(figures.requests.get(200) ?? 0, "batch", "batches");
  return `${formatQuantity(figures.events, "event")} received in ${batches}, ${formatQuantity(figures.rejected, "item")} rejected`;
}

function cannotWrite(path: string, error: unknown): ReporterError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  return new ReporterError("KAUDIT_CLI_OUTPUT_FAILED", `${path}: cannot be written (${code})`, {
    details: { path },
    cause: error,
  });
}

function cannotListen(listen: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") return error;
  const why = {
    EADDRINUSE: "is in use",
    EACCES: "may not be used; ports under 1024 need rights",
    EADDRNOTAVAIL: "is no address of this machine",
  }[code];
  return new ReporterError("KAUDIT_CLI_USAGE", `--listen ${listen}: ${why}`);
}
