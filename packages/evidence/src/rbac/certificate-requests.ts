import type { CredentialFacts } from "../internal/credential-facts.js";
import type { FoldedRequest } from "../internal/fold.js";

/** The certificate requests that the log has shown, in bounded memory: an approval recorded without content names only the request. */
export interface CertificateRequests {
  /** Remembers a request when it was made, and fills in what a later event on it did not tell. */
  note(request: FoldedRequest, facts: CredentialFacts): CredentialFacts;
}

type Asked = Pick<CredentialFacts, "subject" | "subjectGroups" | "requester" | "signer" | "expirationSeconds">;

/** Makes an empty memory; beyond `most` requests the oldest is forgotten. */
export function createCertificateRequests(most = 10_000): CertificateRequests {
  const known = new Map<string, Asked>();
  return {
    note(request, facts) {
      const { deciding } = request;
      const { name } = deciding.target;
      if (name === "") return facts;
      const creates = facts.action === "create";
      const asked = creates ? undefined : known.get(name);
      const actor = deciding.impersonated === "" ? deciding.actor : deciding.impersonated;
      const whole: CredentialFacts = {
        ...facts,
        subject: facts.subject || (asked?.subject ?? ""),
        subjectGroups: facts.subjectGroups.length > 0 ? facts.subjectGroups : (asked?.subjectGroups ?? []),
        requester: facts.requester || (creates ? actor : (asked?.requester ?? "")),
        signer: facts.signer || (asked?.signer ?? ""),
        expirationSeconds: facts.expirationSeconds ?? asked?.expirationSeconds ?? null,
      };
      if (creates && deciding.outcome === "success" && deciding.dryRun !== "true") {
        known.delete(name);
        known.set(name, whole);
        if (known.size > most) known.delete(known.keys().next().value ?? "");
      }
      return whole;
    },
  };
}
