import { compareByCodePoint } from "@kaudit/schema";
import type { FoldedRequest } from "../internal/fold.js";
import { merge } from "../internal/credential-uses.js";
import type { CredentialUse } from "../internal/credential-uses.js";
import { printedInstant } from "../internal/instant.js";
import type { CertificateRequests } from "../rbac/certificate-requests.js";
import type { CredentialsRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

/**
 * Makes a row of the register `credentials`; null where no stage told a credential. What a certificate request asks for is
 * remembered, for approvals and signatures that were recorded without content.
 */
export function credentialsRow(
  request: FoldedRequest,
  cluster: string,
  asked: CertificateRequests,
): CredentialsRow | null {
  const told = request.stages.findLast((stage) => stage.credential !== null)?.credential;
  if (told === undefined || told === null) return null;
  const { deciding } = request;
  const known = told.kind === "certificate-request" ? asked.note(request, told) : told;
  return {
    ...commonColumnsOf(request, "credentials", cluster),
    audiences: [...known.audiences],
    expirationSeconds: known.expirationSeconds,
    // A refused request, and a dry run, issue nothing.
    credentialId: deciding.outcome === "success" && deciding.dryRun !== "true" ? known.credentialId : "",
    kind: known.kind,
    action: known.action,
    subject: known.subject,
    subjectGroups: [...known.subjectGroups],
    requester: known.requester,
    signer: known.signer,
    boundTo: known.boundTo,
    firstUsed: "",
    lastUsed: "",
    usedBy: [],
    usedFrom: [],
    usedIn: [],
    ...clientColumnsOf(request),
  };
}

/** A credential that was issued, and the key of the cluster it was issued in. */
export interface IssuedCredential {
  readonly clusterKey: string;
  readonly row: CredentialsRow;
}

/** Gives the rows of issued credentials, sorted by cluster and credential, with their uses, which are sorted alike. */
export async function* withUses(
  issued: AsyncIterable<IssuedCredential>,
  uses: AsyncIterable<CredentialUse>,
): AsyncGenerator<CredentialsRow> {
  const sorted = uses[Symbol.asyncIterator]();
  let next = await sorted.next();
  let use: CredentialUse | null = null;
  for await (const one of issued) {
    if (use === null || !isOf(use, one)) {
      use = null;
      while (next.done !== true && comesBefore(next.value, one)) next = await sorted.next();
      while (next.done !== true && isOf(next.value, one)) {
        if (use === null) use = next.value;
        else merge(use, next.value);
        next = await sorted.next();
      }
    }
    yield use === null ? one.row : used(one.row, use);
  }
}

function isOf(use: CredentialUse, { clusterKey, row }: IssuedCredential): boolean {
  return use.cluster === clusterKey && use.credentialId === row.credentialId;
}

function comesBefore(use: CredentialUse, { clusterKey, row }: IssuedCredential): boolean {
  const cluster = compareByCodePoint(use.cluster, clusterKey);
  return cluster < 0 || (cluster === 0 && compareByCodePoint(use.credentialId, row.credentialId) < 0);
}

function used(row: CredentialsRow, use: CredentialUse): CredentialsRow {
  return {
    ...row,
    firstUsed: printedInstant(use.first),
    lastUsed: printedInstant(use.last),
    usedBy: [...use.users],
    usedFrom: [...use.addresses],
    usedIn: [...use.pods],
  };
}
