import { isAtLeast } from "../kubernetes-version.js";
import type { KubernetesVersion } from "../kubernetes-version.js";
import { goQuote } from "./go-text.js";
import { failAt } from "./loading-failure.js";
import { goValueName } from "./policy-value.js";
import type { PolicyValue, Position } from "./policy-value.js";

const group = "audit.k8s.io";
const kinds = ["Event", "EventList", "PolicyList"];
const goStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const scheme = "k8s.io/apiserver/pkg/audit/scheme.go:30";

/** As what kube-apiserver decodes a text: audit.k8s.io/v1, one of the removed betas, or not at all ("internal"). */
export type PolicyVersion = "v1" | "v1beta1" | "v1alpha1" | "internal";

/**
 * Tells as what version of a Policy kube-apiserver decodes a text.
 *
 * The names `apiVersion` and `kind` are found whatever their case, a missing kind means Policy, and a missing
 * apiVersion means the internal version, which is refused later. Throws a `LoadingFailure` for anything else.
 */
export function findPolicyVersion(root: PolicyValue, release: KubernetesVersion): PolicyVersion {
  const { apiVersion, kind, place } = findTypeMeta(root);
  const parts = apiVersion === "/" ? [""] : apiVersion.split("/");
  if (parts.length > 2) {
    throw versionFailure(place, `unexpected GroupVersion string: ${apiVersion}`);
  }
  const version = parts.at(-1) ?? "";
  const apiGroup = parts.length === 2 ? (parts[0] ?? "") : "";
  const isInternal = apiGroup === group ? version === "" || version === "__internal" : apiGroup + version === "";
  if (!isInternal && version === "") throw versionFailure(place, `Object 'apiVersion' is missing`);
  const policyVersion = isInternal ? "internal" : version;
  if (!isInternal && !(apiGroup === group && isKnown(version, release))) {
    const shown = apiGroup === "" ? version : apiVersion;
    throw versionFailure(
      place,
      `no kind ${goQuote(kind)} is registered for version ${goQuote(shown)} in scheme "${scheme}"`,
    );
  }
  if (kinds.includes(kind)) {
    const holder = isInternal ? "audit" : version;
    throw kindFailure(place, kind, `converting (${holder}.${kind}) to (audit.Policy): unknown conversion`);
  }
  if (kind !== "Policy") {
    const where = isInternal ? `the internal version of group "${group}"` : `version ${goQuote(apiVersion)}`;
    throw kindFailure(place, kind, `no kind ${goQuote(kind)} is registered for ${where} in scheme "${scheme}"`);
  }
  return policyVersion as PolicyVersion;
}

function isKnown(version: string, release: KubernetesVersion): boolean {
  if (version === "v1") return true;
  return (version === "v1beta1" || version === "v1alpha1") && !isAtLeast(release, 24);
}

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
  /** Of the apiVersion if there is one, else of the text. */
  readonly place: Position;
}

function findTypeMeta(root: PolicyValue): TypeMeta {
  let apiVersion = "";
  let kind = "";
  let place: Position = { line: root.line, column: root.column };
  if (root.kind === "null") return { apiVersion, kind: "Policy", place };
  if (root.kind !== "map") {
    throw failAt(
      "KAUDIT_POLICY_TYPE",
      root,
      "A policy is a map with apiVersion, kind and rules. Is it the right file?",
      `failed decoding: couldn't get version/kind; json parse error: json: cannot unmarshal ${goValueName(root)} into Go value of type ${goStruct}`,
    );
  }
  for (const field of root.fields) {
    const name = /^apiversion$/iu.test(field.key) ? "apiVersion" : /^kind$/iu.test(field.key) ? "kind" : undefined;
    if (name === undefined || field.value.kind === "null") continue;
    if (field.value.kind !== "string") {
      throw failAt(
        "KAUDIT_POLICY_TYPE",
        field.value,
        `${name}: expected text. Write ${name === "kind" ? "kind: Policy" : "apiVersion: audit.k8s.io/v1"}.`,
        `failed decoding: couldn't get version/kind; json parse error: json: cannot unmarshal ${goValueName(field.value)} into Go struct field .${name} of type string`,
        field.key,
      );
    }
    if (name === "kind") kind = field.value.value;
    else {
      apiVersion = field.value.value;
      place = { line: field.line, column: field.column };
    }
  }
  return { apiVersion, kind: kind === "" ? "Policy" : kind, place };
}

function versionFailure(place: Position, text: string): Error {
  const message = "apiVersion: expected audit.k8s.io/v1, the only version that kube-apiserver 1.24 and newer reads.";
  return failAt("KAUDIT_POLICY_VERSION", place, message, `failed decoding: ${text}`, "apiVersion");
}

function kindFailure(place: Position, kind: string, text: string): Error {
  const shown = kind.length > 40 ? `${kind.slice(0, 37)}...` : kind;
  const message = `kind: expected Policy, got ${goQuote(shown)}. The name is case-sensitive.`;
  return failAt("KAUDIT_POLICY_VERSION", place, message, `failed decoding: ${text}`, "kind");
}
