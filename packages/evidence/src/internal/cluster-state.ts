import { createAccessState } from "../rbac/access-state.js";
import type { AccessState } from "../rbac/access-state.js";
import { createCertificateRequests } from "../rbac/certificate-requests.js";
import type { CertificateRequests } from "../rbac/certificate-requests.js";
import { createConfigurationState } from "./configuration-state.js";
import type { ConfigurationState } from "./configuration-state.js";

/** What the log has shown of one cluster so far. Nothing of it passes to another: the same name is another object there. */
export interface ClusterState {
  readonly access: AccessState;
  readonly configuration: ConfigurationState;
  readonly certificates: CertificateRequests;
}

/** The states of the clusters of a run. */
export interface ClusterStates {
  of(cluster: string): ClusterState;
  /** Roles and bindings, of all clusters, that could not be remembered. */
  readonly accessNotKept: number;
}

/** Roles and bindings, and characters of their content, that the states of all clusters remember together. */
const mostObjects = 50_000;
const mostCharacters = 32_000_000;

/** Makes empty states, one a cluster when it is first asked for; `clusters` of them share the room. */
export function createClusterStates(clusters = 1): ClusterStates {
  const share = Math.max(1, clusters);
  const states = new Map<string, ClusterState>();
  return {
    of(cluster) {
      const known = states.get(cluster);
      if (known !== undefined) return known;
      const made = {
        access: createAccessState(Math.ceil(mostObjects / share), Math.ceil(mostCharacters / share)),
        configuration: createConfigurationState(),
        certificates: createCertificateRequests(),
      };
      states.set(cluster, made);
      return made;
    },
    get accessNotKept() {
      let sum = 0;
      for (const { access } of states.values()) sum += access.notKept;
      return sum;
    },
  };
}
