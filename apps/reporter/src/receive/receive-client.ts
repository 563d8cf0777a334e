import { createHash, timingSafeEqual, type X509Certificate } from "node:crypto";

/** By what a client proves who it is. */
export type ClientCredential =
  | { readonly kind: "token"; readonly token: string }
  | {
      readonly kind: "certificate";
      /** The certificate's common name; null takes every certificate that the client CA signed. */
      readonly commonName: string | null;
      /** SHA-256 of the certificate, lower-case hex without colons; null for any. */
      readonly fingerprint: string | null;
    }
  /** Nothing is asked: only for listeners on the loopback address. */
  | { readonly kind: "none" };

/** Who may post events, and under which cluster and API server they are kept. The body of a request has no say in it. */
export interface ReceiveClient {
  /** Names the client in file names and in the events' source: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  readonly cluster: string;
  /** The API server; null takes the last part of the path, `/audit/<apiserver>`, or else the client's name. */
  readonly instance: string | null;
  readonly credential: ClientCredential;
}

/** What a request brings to prove who sent it. */
export interface PresentedCredentials {
  /** The `Authorization` header as it came; undefined for none. */
  readonly authorization: string | undefined;
  /** The client's certificate, only if the client CA signed it and it is valid now. */
  readonly certificate: X509Certificate | null;
}

/** What may be a cluster, an API server or a client: names that are one safe part of a path on every system. */
export const plainName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

function commonNameOf(certificate: X509Certificate): string | null {
  const line = certificate.subject.split("\n").find((part) => part.startsWith("CN="));
  return line === undefined ? null : line.slice("CN=".length);
}

/**
 * Gives the function that tells which client sent a request, or null for nobody known. Tokens are compared in constant
 * time, and every token is compared whichever matches. A certificate goes before a token.
 */
export function clientRegistry(
  clients: readonly ReceiveClient[],
): (presented: PresentedCredentials) => ReceiveClient | null {
  const byToken: { client: ReceiveClient; expected: Buffer }[] = [];
  for (const client of clients) {
    if (client.credential.kind === "token") byToken.push({ client, expected: digest(client.credential.token) });
  }
  const open = clients.find(({ credential }) => credential.kind === "none") ?? null;

  return ({ authorization, certificate }) => {
    if (certificate !== null) {
      const known = clients.find((client) => isCertificateOf(client, certificate));
      if (known !== undefined) return known;
    }
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    if (token !== undefined) {
      const presented = digest(token);
      let found: ReceiveClient | null = null;
      for (const { client, expected } of byToken) if (timingSafeEqual(presented, expected)) found = client;
      if (found !== null) return found;
    }
    return open;
  };
}

function isCertificateOf({ credential }: ReceiveClient, certificate: X509Certificate): boolean {
  if (credential.kind !== "certificate") return false;
  const { commonName, fingerprint } = credential;
  if (commonName !== null && commonNameOf(certificate) !== commonName) return false;
  return fingerprint === null || certificate.fingerprint256.replaceAll(":", "").toLowerCase() === fingerprint;
}
