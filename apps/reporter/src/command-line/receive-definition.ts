import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import type { ExitCode } from "../exit-codes.js";
import { applyEnvironment, refuseEmptyValues, sharedEnvironment } from "./option-sources.js";

const description = `Receives audit events from kube-apiserver's webhook backend and keeps them in a
store. A batch is answered only after it is on the disk; every few seconds what
came in is brought into the store, each event once, however often it was sent.`;

const notes = `
Who sends is known by a client certificate (--client-ca, --client-name) or a
bearer token (--token-file, one token a file, more files for more clients). The
cluster comes from --cluster, never from what was sent. The API server is
--instance, else the last part of the path, /audit/cp-1, else the client's name.
Without either proof of who sends, and without TLS, kaudit listens only on this
machine and only with --insecure-loopback.

Answers: 200 durable · 400 no audit events · 401 unknown sender · 403 another
API server's events · 413 too large · 415 not plain JSON · 429 and 503 not now,
with Retry-After: kube-apiserver then sends the same batch again. /healthz,
/readyz and, with --metrics, /metrics answer without proof.

Certificates that are replaced are taken up within 10 seconds. SIGTERM lets
batches that were begun end. Sizes are 64Mi or 67108864.

Exit codes:
   2  usage, certificates, or an address that is in use
   3  a file cannot be read
   4  the folder or the store cannot be written
  70  a defect of kaudit
  75  another receiver has the folder
 130, 143  ended by SIGINT or SIGTERM, with all batches that were begun durable

Examples:
  kaudit receive --store evidence --cluster prod-eu-1 \\
    --tls-certificate tls.crt --tls-key tls.key --client-ca ca.crt
  kaudit receive --store evidence --cluster test --listen 127.0.0.1:9443 \\
    --insecure-loopback
  kaudit receive --print-kubeconfig --client-certificate client.crt \\
    --client-key client.key --url https://kaudit.example:9443/audit/cp-1 \\
    > webhook.kubeconfig
`;

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Adds `kaudit receive` to the program. The code that does the work is loaded when it is called. */
export function defineReceive(program: Command, context: CommandContext, end: (code: ExitCode) => void): void {
  program
    .command("receive")
    .summary("receive events from a webhook backend")
    .description(description)
    .option("--store <place>", "the store: a folder, or s3://bucket/prefix")
    .option("--cluster <name>", "the cluster whose events come in")
    .option("--instance <name>", "the API server, where there is one only")
    .option("--keep <what>", "all events, or evidence (default: all, or what the store has)")
    .option("--redact", "take secret values out of bodies before they are stored")
    .option("--listen <address>", "port, or address and port", "9443")
    .option("--tls-certificate <file>", "the receiver's certificate, PEM")
    .option("--tls-key <file>", "its key, PEM")
    .option("--client-ca <file>", "the CA that signs the clients' certificates, PEM")
    .option("--client-name <name>", "common name of a client's certificate; repeatable", collected)
    .option("--token-file <file>", "a file with a bearer token; repeatable", collected)
    .option("--insecure-loopback", "no TLS and no proof of who sends; on 127.0.0.1 only")
    .option("--incoming <dir>", "where batches lie until stored (default: in the store)")
    .option("--commit-seconds <n>", "how often what came in is brought into the store", "10")
    .option("--max-body <size>", "largest batch (default: 64Mi)")
    .option("--min-free <size>", "refuse when less is free on the disk (default: 256Mi)")
    .option("--sign <key>", "sign the store's checkpoints with an Ed25519 key (PKCS#8, PEM)")
    .option("--sign-passphrase-file <file>", "the key's passphrase; or KAUDIT_SIGN_PASSPHRASE")
    .option("--sign-key-permissions <who>", "owner: refuse a key that others may read; any: do not", "owner")
    .option("--witness <place>", "copy checkpoints there: a folder, or s3://bucket/prefix/")
    .option("--metrics", "answer /metrics, for Prometheus")
    .option("--print-kubeconfig", "print the API server's kubeconfig and flags, and end")
    .option("--url <url>", "with --print-kubeconfig: where the API server sends to")
    .option("--certificate-authority <file>", "… the CA of the receiver's certificate, there")
    .option("--client-certificate <file>", "… the client's certificate, there")
    .option("--client-key <file>", "… its key, there")
    .option("--quiet", "write nothing but problems")
    .addHelpText("after", notes)
    .action(async (_options: unknown, command: Command) => {
      applyEnvironment(command, sharedEnvironment(context.environment));
      refuseEmptyValues(command);
      const options = command.opts();
      if (options["printKubeconfig"] === true) {
        const { printKubeconfig } = await import("../commands/print-kubeconfig.js");
        return end(await printKubeconfig(options, context));
      }
      const { receive } = await import("../commands/receive.js");
      end(await receive(options as Parameters<typeof receive>[0], context));
    });
}
