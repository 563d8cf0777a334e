import type { FoldedRequest } from "../internal/fold.js";
import type { SecretsRow } from "../register-row.js";
import { clientColumnsOf, commonColumnsOf } from "./common-columns.js";

const accessByVerb: Readonly<Record<string, SecretsRow["access"]>> = {
  get: "read",
  list: "list",
  watch: "watch",
  create: "create",
  update: "update",
  patch: "patch",
  delete: "delete",
  deletecollection: "deletecollection",
};

/**
 * Makes a row of the register `secrets`.
 *
 * `other` is a request that names Secrets but is none of the eight: a custom HTTP method, a subresource that Secrets do not
 * have, or a path that names Secrets only when read leniently (`//api/v1//namespaces/x/secrets`).
 */
export function secretsRow(request: FoldedRequest, cluster: string): SecretsRow {
  const { verb, target, spelled } = request.deciding;
  const known = !spelled && target.subresource === "" && Object.hasOwn(accessByVerb, verb);
  const access = known ? (accessByVerb[verb] ?? "other") : "other";
  // A list or watch of one name (fieldSelector metadata.name=…) reaches that Secret only.
  const bulk = ["list", "watch", "deletecollection"].includes(access) && target.name === "";
  return {
    ...commonColumnsOf(request, "secrets", cluster),
    access,
    bulk,
    clusterWide: bulk && target.namespace === "",
    ...clientColumnsOf(request),
  };
}
