import type { AuditEvent } from "@kaudit/schema";
import { certificateId, certificateSubject } from "../rbac/certificate-subject.js";
import type { CredentialsRow } from "../register-row.js";
import { rowList, rowText } from "./row-text.js";
import type { Target } from "./target.js";
import { tokenSecretType } from "./token-secret.js";

/** What an event tells of a credential; no token, key or certificate goes further than this. */
export interface CredentialFacts {
  readonly kind: CredentialsRow["kind"];
  readonly action: CredentialsRow["action"];
  readonly audiences: readonly string[];
  readonly expirationSeconds: number | null;
  readonly credentialId: string;
  readonly subject: string;
  readonly subjectGroups: readonly string[];
  readonly requester: string;
  readonly signer: string;
  readonly boundTo: string;
}

type Fields = Readonly<Record<string, unknown>>;

const none: Omit<CredentialFacts, "kind" | "action"> = {
  audiences: [],
  expirationSeconds: null,
  credentialId: "",
  subject: "",
  subjectGroups: [],
  requester: "",
  signer: "",
  boundTo: "",
};

const changeVerbs = new Set(["create", "update", "patch", "delete", "deletecollection"]);

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? rowText(value, 1024) : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? rowList(value.filter((entry) => typeof entry === "string")) : [];
}

function seconds(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;
}

/** Reads what an event of the class `credentials` tells; null where it is of none of its kinds. */
export function credentialFacts(event: AuditEvent, target: Target): CredentialFacts | null {
  const { apiGroup, resource, subresource } = target;
  if (apiGroup === "authentication.k8s.io" && resource === "tokenreviews") return tokenReview(event);
  const changes = changeVerbs.has(event.verb);
  if (apiGroup === "certificates.k8s.io" && changes) return certificateRequest(event, subresource);
  if (apiGroup === "" && resource === "serviceaccounts" && changes && (subresource === "" || subresource === "token"))
    return subresource === "token" ? tokenRequest(event, target) : serviceAccount(event, target);
  if (apiGroup === "" && resource === "secrets") {
    const secret = tokenSecret(event, target);
    if (secret !== null) return secret;
  }
  return tokenUse(event);
}

function changeAction(verb: string): CredentialsRow["action"] {
  return verb === "update" || verb === "patch" || verb === "delete" || verb === "deletecollection" ? verb : "create";
}

function userName({ namespace, name }: Target): string {
  return namespace === "" || name === "" ? "" : `system:serviceaccount:${namespace}:${name}`;
}

function tokenRequest(event: AuditEvent, target: Target): CredentialFacts {
  const asked = fields(fields(event.requestObject)["spec"]);
  const given = fields(fields(event.responseObject)["spec"]);
  const audiences = texts(given["audiences"]);
  const bound = fields(given["boundObjectRef"] ?? asked["boundObjectRef"]);
  return {
    ...none,
    kind: "token-request",
    action: "issue",
    audiences: audiences.length > 0 ? audiences : texts(asked["audiences"]),
    expirationSeconds: seconds(given["expirationSeconds"]) ?? seconds(asked["expirationSeconds"]),
    credentialId: text(event.annotations?.["authentication.kubernetes.io/issued-credential-id"]),
    subject: userName(target),
    boundTo: text(bound["name"]) === "" ? "" : `${text(bound["kind"])}/${text(bound["name"])}`,
  };
}

function serviceAccount(event: AuditEvent, target: Target): CredentialFacts {
  return { ...none, kind: "serviceaccount", action: changeAction(event.verb), subject: userName(target) };
}

function tokenSecret(event: AuditEvent, target: Target): CredentialFacts | null {
  const type = tokenSecretType(event);
  const isBootstrap = type === "bootstrap-token" || (type === null && target.name.startsWith("bootstrap-token-"));
  if (!changeVerbs.has(event.verb)) return null;
  if (isBootstrap) {
    const id = target.name.slice("bootstrap-token-".length);
    const subject = target.name.startsWith("bootstrap-token-") ? `system:bootstrap:${id}` : "";
    return { ...none, kind: "bootstrap-token", action: changeAction(event.verb), subject, boundTo: secretName(target) };
  }
  if (type === null) return null;
  const name = [event.requestObject, event.responseObject]
    .map((body) => fields(fields(fields(body)["metadata"])["annotations"])["kubernetes.io/service-account.name"])
    .find((value) => typeof value === "string");
  return {
    ...none,
    kind: "token-secret",
    action: changeAction(event.verb),
    subject: userName({ ...target, name: text(name) }),
    boundTo: secretName(target),
  };
}

function secretName({ name }: Target): string {
  return name === "" ? "" : `Secret/${name}`;
}

/** Whose token was asked about, as the API server answered; empty where it did not accept the token. */
function tokenReview(event: AuditEvent): CredentialFacts {
  const status = fields(fields(event.responseObject)["status"]);
  const user = fields(status["user"]);
  const id = texts(fields(user["extra"])["authentication.kubernetes.io/credential-id"])[0] ?? "";
  return {
    ...none,
    kind: "token-review",
    action: "review",
    audiences: texts(fields(fields(event.requestObject)["spec"])["audiences"]),
    credentialId: id,
    subject: text(user["username"]),
    subjectGroups: texts(user["groups"]),
  };
}

function certificateRequest(event: AuditEvent, subresource: string): CredentialFacts {
  const bodies = [fields(event.responseObject), fields(event.requestObject)];
  const spec = bodies.map((body) => fields(body["spec"])).find((one) => typeof one["request"] === "string") ?? {};
  const status = bodies.map((body) => fields(body["status"]));
  const subject = certificateSubject(typeof spec["request"] === "string" ? spec["request"] : "");
  const certificate = status.map((one) => one["certificate"]).find((one) => typeof one === "string");
  const conditions = status.flatMap((one) => (Array.isArray(one["conditions"]) ? one["conditions"].slice(0, 8) : []));
  const denied = conditions.some((condition) => fields(condition)["type"] === "Denied");
  const approved = conditions.some((condition) => fields(condition)["type"] === "Approved");
  const action =
    subresource === "approval"
      ? denied === approved
        ? "decide"
        : denied
          ? "deny"
          : "approve"
      : subresource === "status" && certificate !== undefined
        ? "sign"
        : changeAction(event.verb);
  return {
    ...none,
    kind: "certificate-request",
    action,
    expirationSeconds: seconds(spec["expirationSeconds"]),
    credentialId: action === "sign" ? certificateId(certificate as string) : "",
    subject: rowText(subject?.commonName ?? "", 1024),
    subjectGroups: rowList(subject?.organizations ?? []),
    // The API server sets the requester at the creation; what a client wrote there before does not count.
    requester: text(fields(fields(event.responseObject)["spec"])["username"] ?? spec["username"]),
    signer: text(spec["signerName"]),
  };
}

function tokenUse(event: AuditEvent): CredentialFacts | null {
  const { annotations } = event;
  const legacy = annotations?.["authentication.k8s.io/legacy-token"];
  if (legacy !== undefined) {
    const manual = annotations?.["authentication.k8s.io/legacy-token-manual-secret"];
    const made = annotations?.["authentication.k8s.io/legacy-token-autogenerated-secret"];
    const secret = text(manual ?? made);
    const boundTo = secret === "" ? "" : `Secret/${secret}`;
    return { ...none, kind: "legacy-token-use", action: "use", subject: text(event.user.username), boundTo };
  }
  if (annotations?.["authentication.k8s.io/stale-token"] === undefined) return null;
  return { ...none, kind: "stale-token-use", action: "use", subject: text(event.user.username) };
}
